"""Large workspaces that come in parts, so that an interrupted upload goes on where it stopped.

A part is some documents as JSON, named by the SHA-256 of its bytes. The id of an upload is made from the digests of its
parts: whoever begins the same one again finds it as it was left, and a workspace of which one file has changed since
needs one part only. It is kept in the store, so it survives a restart and works behind several processes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from jcli.errors import InvalidRequest, NotAllowed, NotFound
from jcli.model import Instant
from jcli.operations.context import Clock
from jcli.store import Store, Tables, Upload

KEPT_MS = 24 * 3_600_000
MOST_UPLOADS = 4
"""Of one owner; the one that would expire first makes room."""
MOST_BYTES = 256 << 20
"""Of all parts of one owner."""


@dataclass(frozen=True, slots=True)
class UploadState:
    """`missing` are the digests of the parts that have not come, in order, each once."""

    id: str
    missing: tuple[str, ...]
    expires_at: Instant


def begin_upload(store: Store, clock: Clock, owner: str, digests: Sequence[str]) -> UploadState:
    """An upload of these parts in this order, new or as it was left."""
    now, parts = clock(), tuple(digests)
    upload = Upload(owner, _id_of(parts), parts, now + KEPT_MS)
    with store.write() as tables:
        tables.drop_uploads(owner, now, keep=MOST_UPLOADS)
        tables.put_upload(upload)
        tables.drop_uploads(owner, now, keep=MOST_UPLOADS)
        return _state(tables, upload)


def upload_state(store: Store, clock: Clock, owner: str, upload_id: str) -> UploadState:
    with store.read() as tables:
        return _state(tables, _live(tables, clock, owner, upload_id))


def put_part(store: Store, clock: Clock, owner: str, upload_id: str, digest: str, content: bytes) -> UploadState:
    """Keep a part; the same one twice is kept once. InvalidRequest (`wrong-digest`) for other bytes than the digest's,
    NotFound for an upload that there is not, or that has no such part."""
    if hashlib.sha256(content).hexdigest() != digest:
        raise InvalidRequest(
            "the part is not the one of this digest", hint="name it by the SHA-256 of its bytes", code="wrong-digest"
        )
    with store.write() as tables:
        upload = _live(tables, clock, owner, upload_id)
        if digest not in upload.parts:
            raise NotFound(f"the upload has no part {digest[:16]!r}...")
        if tables.bytes_held(owner) + len(content) > MOST_BYTES:
            raise NotAllowed(
                f"the uploads of one caller may take {MOST_BYTES >> 20} MiB together",
                hint="sync fewer documents at once, by their keys or from several workspaces",
                code="upload-too-large",
            )
        tables.put_part(owner, digest, content)
        return _state(tables, upload)


def uploaded(store: Store, clock: Clock, owner: str, upload_id: str) -> list[bytes]:
    """All parts in order. NotAllowed (`upload-incomplete`) while some are missing."""
    with store.read() as tables:
        upload = _live(tables, clock, owner, upload_id)
        missing = len(_state(tables, upload).missing)
        if missing:
            raise NotAllowed(
                f"{missing} of {len(set(upload.parts))} parts of the upload have not come",
                hint="send them, then ask again",
                code="upload-incomplete",
            )
        return [tables.part(owner, digest) or b"" for digest in upload.parts]


def _id_of(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _live(tables: Tables, clock: Clock, owner: str, upload_id: str) -> Upload:
    upload = tables.upload(owner, upload_id)
    if upload is None or upload.expires_at <= clock():
        raise NotFound("there is no such upload; it may have expired", hint="begin it again")
    return upload


def _state(tables: Tables, upload: Upload) -> UploadState:
    held = tables.parts_held(upload.owner, upload.parts)
    missing = tuple(digest for digest in dict.fromkeys(upload.parts) if digest not in held)
    return UploadState(upload.id, missing, upload.expires_at)
