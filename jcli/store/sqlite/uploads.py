"""Workspaces on their way in: uploads, and their parts by the digest of their bytes."""

from __future__ import annotations

from collections.abc import Collection

import orjson

from jcli.model import Instant
from jcli.store.sqlite.group import TableGroup, json_text
from jcli.store.sqlite.queries import load
from jcli.store.uploading import Upload

_SQL = load("uploads")


class UploadTables(TableGroup):
    """The parts of an owner are the owner's alone: what others have sent is not told by a digest."""

    __slots__ = ()

    def put_upload(self, upload: Upload) -> None:
        self._session.run(_SQL["put"], (upload.owner, upload.id, json_text(list(upload.parts)), upload.expires_at))

    def upload(self, owner: str, upload_id: str) -> Upload | None:
        row = self._session.row(_SQL["one"], (owner, upload_id))
        return None if row is None else Upload(owner, row[0], tuple(orjson.loads(row[1])), row[2])

    def put_part(self, owner: str, digest: str, content: bytes) -> None:
        self._session.run(_SQL["put_part"], (owner, digest, content))

    def parts_held(self, owner: str, digests: Collection[str]) -> frozenset[str]:
        return frozenset(row[0] for row in self._session.rows(_SQL["held"], (owner, json_text(list(digests)))))

    def part(self, owner: str, digest: str) -> bytes | None:
        row = self._session.row(_SQL["part"], (owner, digest))
        return None if row is None else bytes(row[0])

    def bytes_held(self, owner: str) -> int:
        return self._scalar(_SQL["bytes"], (owner,))

    def drop_uploads(self, owner: str, now: Instant, *, keep: int) -> None:
        self._session.run(_SQL["expire"], (now,))
        self._session.run(_SQL["drop_surplus"], (owner, keep))
        self._session.run(_SQL["drop_loose_parts"])
