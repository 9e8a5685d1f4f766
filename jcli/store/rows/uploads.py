"""Workspaces on their way in: uploads, and their parts by the digest of their bytes."""

from __future__ import annotations

from collections.abc import Collection

import orjson

from jcli.model import Instant
from jcli.store.rows.group import TableGroup, json_text
from jcli.store.uploading import Upload


class UploadTables(TableGroup):
    """The parts of an owner are the owner's alone: what others have sent is not told by a digest."""

    __slots__ = ()

    def put_upload(self, upload: Upload) -> None:
        self._session.run(
            self._sql["uploads.put"], (upload.owner, upload.id, json_text(list(upload.parts)), upload.expires_at)
        )

    def upload(self, owner: str, upload_id: str) -> Upload | None:
        row = self._session.row(self._sql["uploads.one"], (owner, upload_id))
        return None if row is None else Upload(owner, row[0], tuple(orjson.loads(row[1])), row[2])

    def put_part(self, owner: str, digest: str, content: bytes) -> None:
        self._session.run(self._sql["uploads.put_part"], (owner, digest, content))

    def parts_held(self, owner: str, digests: Collection[str]) -> frozenset[str]:
        return frozenset(
            row[0] for row in self._session.rows(self._sql["uploads.held"], (owner, self._session.among(digests)))
        )

    def part(self, owner: str, digest: str) -> bytes | None:
        row = self._session.row(self._sql["uploads.part"], (owner, digest))
        return None if row is None else bytes(row[0])

    def bytes_held(self, owner: str) -> int:
        return self._scalar(self._sql["uploads.bytes"], (owner,))

    def drop_uploads(self, owner: str, now: Instant, *, keep: int) -> None:
        self._session.run(self._sql["uploads.expire"], (now,))
        self._session.run(self._sql["uploads.drop_surplus"], (owner, keep))
        self._session.run(self._sql["uploads.drop_loose_parts"])
