"""The bytes of one file, with a limit, and without ever waiting for somebody to write them; and which paths lie
within a folder, and how they are shown."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from jcli.documents import MAX_BYTES


class TooLargeError(OSError):
    """A file larger than any that is read."""

    def __init__(self, size: int, most: int) -> None:
        super().__init__(0, f"the file has {size:,} bytes; the limit is {most:,}")


def content_of(path: Path | str) -> bytes:
    """The bytes of a regular file. Opened without waiting, so that a pipe cannot hold the reader up; a file over
    the limit is not read at all."""
    return bytes_of(path, MAX_BYTES)


def bytes_of(path: Path | str, most: int) -> bytes:
    """The same with another limit, in bytes."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(0, "it is not a regular file")
        if status.st_size > most:
            raise TooLargeError(status.st_size, most)
        return _all_of(handle, status.st_size, most)
    finally:
        os.close(handle)


def _all_of(handle: int, size: int, most: int) -> bytes:
    """What a file of this size holds; one that has grown meanwhile is read to just over the limit."""
    content = os.read(handle, size + 1)
    while len(content) != size and len(content) <= most and (more := os.read(handle, most)):
        content += more
    return content


def within(root: str, real: str) -> bool:
    return real == root or real.startswith(root.rstrip(os.sep) + os.sep)


def printable(text: str) -> str:
    """The text on one line, fit to print: control characters, and bytes of a name that are not UTF-8, are escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)
