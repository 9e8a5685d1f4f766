"""One file of what the last run found out, so that the next need not find it out again. Bytes in, bytes out.

It is never a source of truth: one that is not there, not readable, cut off, of another edition or not ours is as good
as an empty one, and one that cannot be written is no error. The file is replaced whole, so that several runs at once
read a whole one, whichever came last; a checksum finds what a crash or a bad disk left of it. It holds data alone, in
JSON, because it lies in a folder that anybody may have brought along. What the data means: `jcli/compiler/verdicts.py`.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from hashlib import blake2b
from pathlib import Path

from jcli.errors import ConfigError
from jcli.workspace.content import bytes_of, within
from jcli.workspace.place import Workspace

VARIABLE = "JCLI_CACHE_DIR"
MOST = 256 * 1024 * 1024
"""A file with more bytes was not written here."""

_FIRST_LINE = b"jcli cache 1\n"
_LEFT_OVER = 3600
"""A file that was begun so many seconds before another is not being written any more."""


class Cache:
    """The file, for those who have the same key."""

    def __init__(self, path: Path, key: str) -> None:
        self.path = path
        self._head = _FIRST_LINE + key.encode() + b"\n"
        self.trouble: str | None = None
        """Why it was of no use, when there was something in its place; for whoever wants to know."""

    def load(self) -> bytes | None:
        """What was kept; None when there is nothing of use."""
        try:
            content = bytes_of(self.path, MOST)
        except FileNotFoundError:
            return None
        except OSError as error:
            self.trouble = f"it cannot be read: {error.strerror or error}"
            return None
        if not content.startswith(self._head):
            ours = content.startswith(_FIRST_LINE)
            self.trouble = "it is of another version, or of other rules" if ours else "it is no cache of this version"
            return None
        start = len(self._head) + 33
        kept = content[start:]
        if content[len(self._head) : start] != _sum(kept):
            self.trouble = "it is damaged"
            return None
        return kept

    def save(self, kept: bytes) -> None:
        """Put it in place of what was there, if that can be done."""
        folder = self.path.parent
        try:
            _make(folder)
            descriptor, name = tempfile.mkstemp(dir=folder, prefix=self._beginning)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(b"".join((self._head, _sum(kept), kept)))
                    file.flush()
                    now = os.fstat(file.fileno()).st_mtime
                os.replace(name, self.path)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(name)
                raise
            _sweep(folder, self._beginning, now - _LEFT_OVER)
        except OSError as error:
            self.trouble = f"it cannot be written: {error.strerror or error}"

    @property
    def _beginning(self) -> str:
        """How the names of files begin that are being written."""
        return f".{self.path.name}."


def cache_path(workspace: Workspace, name: str) -> Path | None:
    """Where the cache of this name is: below `.jcli/` in the workspace, or in the folder that JCLI_CACHE_DIR names,
    where it also goes by the workspace's name. None where a link would lead the first out of the workspace."""
    given = os.environ.get(VARIABLE)
    if given:
        folder = Path(given)
        if not folder.is_absolute():
            raise ConfigError(f"{VARIABLE} is `{given}`; give the absolute path of a folder")
        return folder / f"{workspace.config.workspace}-{name}"
    folder = workspace.root / ".jcli" / "cache"
    root = os.path.realpath(workspace.root)
    return folder / name if within(root, os.path.realpath(folder)) else None


def _sum(kept: bytes) -> bytes:
    return blake2b(kept, digest_size=16).hexdigest().encode() + b"\n"


def _make(folder: Path) -> None:
    """Make the folder; git is told to leave a new one out."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return
    (folder / ".gitignore").write_text("*\n")


def _sweep(folder: Path, beginning: str, before: float) -> None:
    """Remove what runs that were ended while they wrote left behind."""
    with os.scandir(folder) as listing:
        for entry in listing:
            if entry.name.startswith(beginning) and entry.stat(follow_symlinks=False).st_mtime < before:
                with contextlib.suppress(FileNotFoundError):  # another run was quicker
                    os.unlink(entry.path)
