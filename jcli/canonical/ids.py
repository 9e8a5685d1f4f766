"""Ids that are the same on every machine, so that nothing generated is written back into git.

Source: the rules of `docs/yaml.md`, "Ids".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID, uuid5

from jcli.model import Kind

NAMESPACE = UUID("52189009-7365-4736-94ab-3e777be13654")

_UUID = re.compile(r"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")


def is_uuid(text: str) -> bool:
    """Whether the text is a UUID in its usual form, with hyphens."""
    return _UUID.match(text) is not None


def document_id(workspace: str, kind: Kind, key: str) -> str:
    """The id of a document that pins none. A content's key is its id, see `docs/yaml.md`."""
    if kind is Kind.CONTENT:
        return key
    return str(uuid5(NAMESPACE, f"{workspace}/{kind.value}/{key}"))


def _namespace(journey_id: str) -> UUID:
    """A journey id that is no UUID (`j_abc123`) is hashed into one first."""
    return UUID(journey_id) if is_uuid(journey_id) else uuid5(NAMESPACE, journey_id)


def node_id(journey_id: str, key: str) -> str:
    return str(uuid5(_namespace(journey_id), key))


def edge_ids(journey_id: str, ends: Iterable[tuple[str, str | None, str]]) -> list[str]:
    """Ids for edges given as (source id, label, target id), in order; the ordinal tells equal ones apart."""
    namespace = _namespace(journey_id)
    seen: dict[tuple[str, str | None, str], int] = {}
    ids = []
    for source, label, target in ends:
        ordinal = seen.get((source, label, target), 0)
        seen[source, label, target] = ordinal + 1
        ids.append(str(uuid5(namespace, f"{source}|{label or ''}|{target}|{ordinal}")))
    return ids
