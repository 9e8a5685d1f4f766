"""The documents of the workspace as of a git commit, read from git's own store: the working tree is not touched.

`load_at` gives what `load` would have given had that commit been checked out. Three questions go to `git`: which
commit a name means, which files its tree has, and what is in them (all at once, by `git cat-file --batch`). A link is
followed within the workspace, and what leads out of it is passed over: whoever checks the working tree is told of it
there.
"""

from __future__ import annotations

import posixpath
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from jcli.documents import MAX_BYTES, Document, read
from jcli.errors import ConfigError, JcliError
from jcli.findings import Finding
from jcli.workspace.config import CONFIG, config_of
from jcli.workspace.content import TooLargeError, printable
from jcli.workspace.files import SUFFIXES, Loaded, unread
from jcli.workspace.place import Workspace

_FILE, _LINK = "100", "120000"


class _Blob(NamedTuple):
    """A file of a tree: what it is (`100644`, `120000`: a link), where git keeps it, how many bytes it has."""

    mode: str
    name: str
    size: int


Tree = Mapping[str, _Blob]
"""Path from the workspace's folder on -> the file there."""


def load_at(workspace: Workspace, ref: str) -> Loaded | None:
    """Every document of the workspace as of a commit, a branch or a tag; None when there was no workspace yet in this
    folder. ConfigError when there is no such commit, or when the `jcli.yaml` of that time is not usable."""
    root = workspace.root
    tree = _tree(root, _commit(root, ref))
    if CONFIG not in tree:
        return None
    try:
        config = config_of(_contents(root, [tree[CONFIG]])[0], lambda _: None)
    except ConfigError as error:
        raise ConfigError(f"as of {ref}: {error.message}", hint=error.hint) from None
    files = list(_files(root, tree, config.paths))
    readable = [file for file in files if tree[file].size <= MAX_BYTES]
    contents = dict(zip(readable, _contents(root, [tree[file] for file in readable]), strict=True))
    documents: list[Document] = []
    findings: list[Finding] = []
    for file in files:
        name = printable(file)
        if file in contents:
            found, wrong = read(contents[file], name)
            documents += found
            findings += wrong
        else:
            findings.append(unread(name, str(TooLargeError(tree[file].size, MAX_BYTES).strerror), "too-large"))
    return Loaded(root, config, documents, findings, tuple(map(printable, files)))


def _commit(root: Path, ref: str) -> str:
    """The commit that a name means."""
    _git(root, "rev-parse", "--show-toplevel")
    # A name is never an option: none that git would take for a commit begins with `-`.
    found = "" if ref.startswith("-") else _asked(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    if not found:
        raise ConfigError(
            f"git knows no commit `{printable(ref)}`",
            hint="name a branch, a tag or a commit, such as `main`; a shallow clone has only the newest commits",
        )
    return found


def _tree(root: Path, commit: str) -> Tree:
    """The files of the workspace's folder in the commit; none when it had no such folder."""
    prefix = _git(root, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").rstrip("\n")
    folder = f"{commit}:{prefix.rstrip('/')}"
    if prefix and not _asked(root, "rev-parse", "--verify", "--quiet", folder):
        return {}
    tree = {}
    for line in _git(root, "ls-tree", "-r", "-z", "-l", "--full-tree", folder).split(b"\0")[:-1]:
        facts, _, path = line.decode("utf-8", "surrogateescape").partition("\t")
        mode, kind, name, size = facts.split()
        if kind == "blob":
            tree[path] = _Blob(mode, name, int(size))
    return tree


def _files(root: Path, tree: Tree, folders: Iterable[str]) -> Iterator[str]:
    """The files named like documents below the folders, each once, in the order in which they are read from a disk."""
    links = {path: blob for path, blob in tree.items() if blob.mode == _LINK and blob.size <= MAX_BYTES}
    targets = dict(zip(links, _contents(root, list(links.values())), strict=True))
    seen: set[str] = set()
    waiting = [posixpath.normpath(folder) for folder in reversed(list(folders))]
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        if place in targets:
            target = targets[place].decode("utf-8", "surrogateescape")
            waiting.append(posixpath.normpath(posixpath.join(posixpath.dirname(place), target)))
        elif place in tree:
            if tree[place].mode.startswith(_FILE) and place.endswith(SUFFIXES):
                yield place
        else:
            waiting += reversed(_below(tree, place))


def _below(tree: Tree, folder: str) -> list[str]:
    """The files and links below a folder that may be documents, in the order of their names."""
    prefix = "" if folder == "." else f"{folder}/"
    parts = (path.removeprefix(prefix).split("/") for path in tree if path.startswith(prefix))
    shown = (names for names in parts if names[-1] != CONFIG and not any(name.startswith(".") for name in names))
    return [prefix + "/".join(names) for names in sorted(shown)]


def _contents(root: Path, blobs: Sequence[_Blob]) -> list[bytes]:
    """What is in the files, in their order."""
    if not blobs:
        return []
    answer = _git(root, "cat-file", "--batch", given="".join(f"{blob.name}\n" for blob in blobs).encode())
    contents, place = [], 0
    for blob in blobs:
        place = answer.index(b"\n", place) + 1
        contents.append(answer[place : place + blob.size])
        place += blob.size + 1
    return contents


def _asked(root: Path, *words: str) -> str:
    """What git says; nothing when it knows of no such thing."""
    done = _run(root, words, None)
    return done.stdout.decode().strip() if done.returncode == 0 else ""


def _git(root: Path, *words: str, given: bytes | None = None) -> bytes:
    """What git says; an error, in git's own words, when it cannot."""
    done = _run(root, words, given)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise ConfigError(
            f"git cannot read the history of {root}: {said.splitlines()[0] if said else 'it gave no reason'}",
            hint="the workspace must be in a git repository for this",
        )
    return done.stdout


def _run(root: Path, words: Sequence[str], given: bytes | None) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(root), *words], input=given, capture_output=True, check=False)
    except FileNotFoundError:
        raise JcliError("git is not installed, and this reads from its history", hint="install git") from None
