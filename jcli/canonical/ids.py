"""Ids that are the same on every machine, so that nothing generated is written back into git.

Source: the rules of `docs/yaml.md`, "Ids".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha1
from uuid import UUID

from jcli.model import Kind

NAMESPACE = UUID("52189009-7365-4736-94ab-3e777be13654")

Ends = tuple[str, str | None, str]
"""Of an edge: source id, label, target id."""

_UUID = re.compile(r"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")


def is_uuid(text: str) -> bool:
    """Whether the text is a UUID in its usual form, with hyphens."""
    return _UUID.match(text) is not None


def document_id(workspace: str, kind: Kind, key: str) -> str:
    """The id of a document that pins none. A content's key is its id, see `docs/yaml.md`."""
    if kind is Kind.CONTENT:
        return key
    return _uuid5(NAMESPACE.bytes, f"{workspace}/{kind.value}/{key}")


def _uuid5(namespace: bytes, name: str) -> str:
    """`str(uuid.uuid5(...))`, written out: that builds an object for every text, and a workspace has many."""
    digits = sha1(namespace + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


@lru_cache(maxsize=256)
def _namespace(journey_id: str) -> bytes:
    """A journey id that is no UUID (`j_abc123`) is hashed into one first."""
    return UUID(journey_id if is_uuid(journey_id) else _uuid5(NAMESPACE.bytes, journey_id)).bytes


def node_id(journey_id: str, key: str) -> str:
    return _uuid5(_namespace(journey_id), key)


def edge_ids(journey_id: str, ends: Iterable[Ends]) -> list[str]:
    """Ids for edges, in order; the ordinal tells equal ones apart."""
    namespace = _namespace(journey_id)
    seen: dict[Ends, int] = {}
    ids = []
    for source, label, target in ends:
        ordinal = seen.get((source, label, target), 0)
        seen[source, label, target] = ordinal + 1
        ids.append(_uuid5(namespace, f"{source}|{label or ''}|{target}|{ordinal}"))
    return ids
