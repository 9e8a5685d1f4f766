"""The part of a store in which large workspaces wait until all of them has come.

An upload is a list of digests, in order; a part is bytes under their digest. Both are an owner's own. What the bytes
hold, and that the digest is theirs, is the business of `jcli/operations/uploads.py`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from jcli.model import Instant


@dataclass(frozen=True, slots=True)
class Upload:
    """`parts` are the digests in order; one may be there twice."""

    owner: str
    id: str
    parts: tuple[str, ...]
    expires_at: Instant


class UploadingTables(Protocol):
    """Uploads and their parts, within one transaction."""

    def put_upload(self, upload: Upload) -> None:
        """Insert; one that is there is only given more time."""
        ...

    def upload(self, owner: str, upload_id: str) -> Upload | None: ...
    def put_part(self, owner: str, digest: str, content: bytes) -> None:
        """Keep a part; nothing happens when it is there already."""
        ...

    def parts_held(self, owner: str, digests: Collection[str]) -> frozenset[str]:
        """Those of the digests whose parts have come."""
        ...

    def part(self, owner: str, digest: str) -> bytes | None: ...
    def bytes_held(self, owner: str) -> int:
        """How many bytes the owner's parts take."""
        ...

    def drop_uploads(self, owner: str, now: Instant, *, keep: int) -> None:
        """Forget what has expired by `now` (of everybody), of the owner's uploads all but the `keep` that last longest,
        and every part that no upload names any more."""
        ...
