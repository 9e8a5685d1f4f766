"""A workspace on its way to a server: in the request where it is small, else in parts that need not be sent twice.

Where a part ends is decided by the names of files, so that an edit changes the part that it is in and no other: of a
large workspace the next upload sends little.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import orjson

from jcli.documents import Document
from jcli.findings import Finding, Severity
from jcli.targets.checked import Checked
from jcli.targets.connection import PATIENT_TRIES, Connection

INLINE_BYTES = 512 << 10
"""A workspace of up to so many bytes of JSON is sent within the request."""

_LEAST_PART, _MOST_PART = 32 << 10, 768 << 10
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", None: "off"}


def body_of(connection: Connection, checked: Checked) -> dict[str, Any]:
    """What a request says of a workspace; a large one has been uploaded when this returns. Tests, and whoever they are
    about, are nothing to the server."""
    sent = [one for one in checked.documents if one.kind is None or not one.kind.rehearses]
    documents = [_document(document) for document in sent]
    body: dict[str, Any] = {"workspace": checked.workspace}
    if checked.rules:
        body["rules"] = {slug: _LEVELS[severity] for slug, severity in checked.rules.items()}
    pieces = [orjson.dumps(document) for document in documents]
    if sum(map(len, pieces)) <= INLINE_BYTES:
        return {**body, "documents": documents}
    return {**body, "upload": _uploaded(connection, list(parts_of(sent, pieces)))}


def _document(document: Document) -> dict[str, Any]:
    return {"file": document.file, "index": document.index, "data": document.data}


def parts_of(documents: Sequence[Document], pieces: Sequence[bytes]) -> Iterator[bytes]:
    """The documents, given as JSON, as lists of a few hundred KiB."""
    part: list[bytes] = []
    size = 0
    for document, piece in zip(documents, pieces, strict=True):
        if part and size + len(piece) > _MOST_PART:
            yield b"[" + b",".join(part) + b"]"
            part, size = [], 0
        part.append(piece)
        size += len(piece)
        if size >= _LEAST_PART and _ends_a_part(document.file):
            yield b"[" + b",".join(part) + b"]"
            part, size = [], 0
    if part:
        yield b"[" + b",".join(part) + b"]"


def _ends_a_part(file: str) -> bool:
    return hashlib.blake2b(file.encode(), digest_size=1).digest()[0] < 8


def _uploaded(connection: Connection, parts: Sequence[bytes]) -> str:
    """Send what the server does not have yet; the id of the upload."""
    by_digest = {hashlib.sha256(part).hexdigest(): part for part in parts}
    digests = [hashlib.sha256(part).hexdigest() for part in parts]
    begun = connection.ask("POST", ("sync", "uploads"), {"parts": digests}, tries=PATIENT_TRIES)
    upload_id = str(begun.data["id"])
    for digest in begun.data["missing"]:
        path = ("sync", "uploads", upload_id, "parts", digest)
        connection.ask("PUT", path, raw=by_digest[digest], tries=PATIENT_TRIES)
    return upload_id


def located(checked: Checked, found: Sequence[Finding]) -> list[Finding]:
    """Findings of a server as those of the same name that the files gave here, which have lines."""
    ours = {_name(one): one for one in checked.compilation.findings}
    ours |= {_name(one): one for errors in checked.compilation.graph_errors.values() for one in errors}
    known = ((finding, ours.get(_name(finding))) for finding in found)
    return [replace(one, severity=finding.severity) if one else finding for finding, one in known]


def _name(finding: Finding) -> tuple[str, str, str, str]:
    return finding.code, finding.file or "", finding.pointer, finding.message
