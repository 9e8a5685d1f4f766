"""What a pull asks of git: which files hold what nobody committed, and a commit of theirs on a branch of its own.

A commit is made in a work tree beside the user's, which sees nothing of it: no checkout, no index, no file of theirs
changes. Hooks, signing and identity are those of the repository, because it is a plain `git commit`.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from jcli.errors import ConfigError, JcliError, NotAllowed

_SECONDS = 300
_TRAILER = "Jcli-Pull"
_OURS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


@dataclass(frozen=True, slots=True)
class Committed:
    """The branch and its commit; `fresh` is False when it said the same already."""

    branch: str
    commit: str
    fresh: bool


def uncommitted(root: Path, files: Collection[str]) -> list[str] | None:
    """Those of the files, by their names relative to `root`, that hold something that HEAD does not, or that git does
    not know. None outside of a git checkout, and where there is no git."""
    try:
        prefix = _git(root, "rev-parse", "--show-prefix").rstrip("\n")
        listed = _git(root, "status", "--porcelain", "-z", "-uall", "--ignored=matching", "--no-renames", "--", ".")
    except _GitError:
        return None
    names = {entry[3:].removeprefix(prefix) for entry in listed.split("\0") if entry}
    folders = tuple(name for name in names if name.endswith("/"))
    return sorted(file for file in files if file in names or file.startswith(folders))


def commit_on_branch(root: Path, branch: str, contents: Mapping[str, bytes], message: str, owner: str) -> Committed:
    """Commit the files (relative to `root`) onto HEAD, and let the branch be that commit. A branch that is there
    already is moved when all that it has beyond HEAD are commits of pulls of this `owner`; NotAllowed when somebody
    else's are among them. ConfigError for a name that cannot be a branch's."""
    try:
        branch = _git(root, "check-ref-format", "--branch", branch).strip()
    except _GitError:
        raise ConfigError(f"`{branch}` cannot be the name of a branch") from None
    head = _asked(root, "rev-parse", "--verify", "HEAD^{commit}")
    if _asked(root, "symbolic-ref", "--quiet", "--short", "HEAD", otherwise="") == branch:
        raise ConfigError(
            f"the branch {branch} is checked out here", hint="name another, or leave --branch out to write the files"
        )
    there = _there(root, branch)
    if there:
        _must_be_ours(root, branch, head, there, owner)
    text = f"{message.rstrip()}\n\n{_TRAILER}: {owner}\n"
    prefix = _asked(root, "rev-parse", "--show-prefix")
    with TemporaryDirectory(prefix="jcli-") as folder:
        tree = Path(folder) / "tree"
        _asked(root, "worktree", "add", "--quiet", "--detach", str(tree), head)
        try:
            commit = _commit(tree, prefix, contents, text, there, head)
        finally:
            _asked(root, "worktree", "remove", "--force", str(tree))
    if commit != there or not _local(root, branch):
        _asked(root, "branch", "--quiet", "--force", "--no-track", branch, commit)
    return Committed(branch, commit, commit != there)


def _commit(tree: Path, prefix: str, contents: Mapping[str, bytes], message: str, there: str, head: str) -> str:
    """The commit of the files in this work tree; the one that is there, where that has the same on the same HEAD."""
    names = []
    for file, content in contents.items():
        path = tree / prefix / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        names.append(f"{prefix}{file}")
    _asked(tree, "--literal-pathspecs", "add", "--", *names)
    if there and _asked(tree, "rev-parse", f"{there}^@", otherwise="") == head:
        written = _asked(tree, "write-tree")
        if written == _asked(tree, "rev-parse", f"{there}^{{tree}}"):
            return there
    _asked(tree, "commit", "--quiet", "--file=-", given=message)
    return _asked(tree, "rev-parse", "HEAD")


def _local(root: Path, branch: str) -> str:
    return _asked(root, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}", otherwise="")


def _there(root: Path, branch: str) -> str:
    """The commit of the branch, here or as the origin was last seen to have it; empty where there is none."""
    return _local(root, branch) or _asked(
        root, "rev-parse", "--verify", "--quiet", f"refs/remotes/origin/{branch}", otherwise=""
    )


def _must_be_ours(root: Path, branch: str, head: str, there: str, owner: str) -> None:
    form = f"--format=%h%x00%(trailers:key={_TRAILER},valueonly,separator=%x2C)%x00%an: %s"
    for line in _asked(root, "log", form, f"{head}..{there}").splitlines():
        commit, trailer, told = line.split("\0")
        if trailer != owner:
            raise NotAllowed(
                f"the branch {branch} has a commit that no pull made ({commit}, {told})",
                hint="merge it, delete it, or name another branch",
            )


class _GitError(Exception):
    """Git could not do it; what it said."""


def _asked(root: Path, *arguments: str, otherwise: str | None = None, given: str | None = None) -> str:
    """What git answers, without the line break at its end; `otherwise` where it cannot, or else a JcliError."""
    try:
        return _git(root, *arguments, given=given).rstrip("\n")
    except _GitError as error:
        if otherwise is not None:
            return otherwise
        verb = next(word for word in arguments if not word.startswith("-"))
        raise JcliError(f"`git {verb}` did not work: {error}") from None


def _git(root: Path, *arguments: str, given: str | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in _OURS}
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(
            command, input=(given or "").encode(), capture_output=True, timeout=_SECONDS, check=False, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _GitError(str(error)) from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise _GitError(said or f"it ended with {done.returncode}")
    return os.fsdecode(done.stdout)
