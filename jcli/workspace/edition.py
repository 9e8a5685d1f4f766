"""Which edition of jcli judges here: a key that changes when the same file could be judged otherwise.

What was found out by one edition is of no use to another. So the key is made of all that has a say: the text of the
rooms that judge, the schemas, Python, the packages installed beside, and the time zones that the machine knows. None of
it is a time at which something was installed (but for time zones that do not tell their release), so that a cache can
be carried to another machine. What a verdict depends on besides is asked by `jcli/commands/memory.py`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from zoneinfo import TZPATH

import jcli
from jcli.checks.schemas import schema_folder

WITHOUT_A_SAY = frozenset(
    {"backtest", "commands", "editor", "engine", "operations", "plan", "rehearsal", "render", "runtime", "simulation"}
    | {"store", "trials"}
)
"""The rooms that judge no document; a test holds that no check comes to need one of them."""

_RELEASES = ("tzdata.zi", "+VERSION")
"""Files that tell which release of the time zones a folder holds."""


def edition() -> str | None:
    """The key, 32 hexadecimal digits; None where the program's own files cannot be read (it may be in an archive)."""
    digest = blake2b(sys.version.encode(), digest_size=16)
    try:
        for path in _judging(os.path.dirname(jcli.__file__)):
            _add(digest, path)
        for schema in sorted(schema_folder().iterdir()):
            _add(digest, schema)
    except OSError:
        return None
    digest.update("\0".join(_installed(sys.path)).encode("utf-8", "surrogatepass"))
    for folder in TZPATH:
        digest.update(_zones(folder))
    return digest.hexdigest()


def _judging(package: str) -> Iterator[str]:
    """The modules that have a say, in the order of their names."""
    for folder, below, files in os.walk(package):
        if folder == package:
            below[:] = [name for name in below if name not in WITHOUT_A_SAY]
        below.sort()
        yield from (os.path.join(folder, name) for name in sorted(files) if name.endswith(".py"))


def _zones(folder: str) -> bytes:
    """What tells the time zones in a folder from those that were there before or are elsewhere."""
    for name in _RELEASES:
        try:
            return blake2b(Path(folder, name).read_bytes()).digest()
        except OSError:
            continue  # there is another name, or the folder is not there
    try:
        return os.stat(folder).st_mtime_ns.to_bytes(16, "big", signed=True)
    except OSError:
        return b""


def _add(digest: blake2b, path: str | Path) -> None:
    with open(path, "rb") as file:
        content = file.read()
    digest.update(f"{os.path.basename(path)}\0{len(content)}\0".encode())
    digest.update(content)


def _installed(folders: Iterable[str]) -> list[str]:
    """The packages, with their versions, that can be imported: the names of their metadata folders."""
    found = []
    for folder in folders:
        try:
            found += [name for name in os.listdir(folder or ".") if name.endswith((".dist-info", ".egg-info"))]
        except OSError:
            continue  # not a folder, or none that is there
    return sorted(found)
