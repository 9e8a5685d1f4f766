"""Which files of the workspace changed since a commit, as git tells it.

What counts is the working tree as it is, saved and not committed, new files too, against the commit where this branch
left the other one.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from jcli.errors import ConfigError
from jcli.workspace.content import printable

_BRANCHES = ("origin/main", "origin/master", "main", "master")
_SECONDS = 120


def changed_files(root: Path, base: str | None = None) -> frozenset[str]:
    """The files below `root` that differ from where this branch left `base`, by their names relative to it. `base` is a
    branch, a tag or a commit; None: the default branch of the origin, or else `main` or `master`.

    ConfigError outside of git, for a commit that is not there, and where the history does not reach back far enough.
    """
    _must_be_checkout(root)
    fork = _fork(root, _default_branch(root) if base is None else base)
    differing = _must(root, "diff", "--name-only", "--no-renames", "--no-ext-diff", "--relative", "-z", fork, "--", ".")
    new = _must(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    return frozenset(printable(os.fsdecode(name)) for name in (differing + new).split(b"\0") if name)


def fork(root: Path, base: str | None = None) -> tuple[str, str]:
    """The commit where this branch left `base` (None: as in `changed_files`), and the name of that branch. ConfigError
    likewise."""
    _must_be_checkout(root)
    branch = _default_branch(root) if base is None else base
    return _fork(root, branch), branch


def _must_be_checkout(root: Path) -> None:
    answer = _git(root, "rev-parse", "--is-inside-work-tree")
    if answer.returncode != 0 or answer.stdout.strip() != b"true":
        said = answer.stderr.decode("utf-8", "replace").strip()
        raise ConfigError(
            f"{root} is not in a git checkout, so nothing tells what changed" + (f"; git says: {said}" if said else ""),
            hint="run it in a checkout, or without --changed",
        )


def _default_branch(root: Path) -> str:
    answer = _git(root, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    named = answer.stdout.decode("utf-8", "replace").strip()
    for branch in (named, *_BRANCHES):
        if branch and _commit(root, branch):
            return branch
    raise ConfigError(
        "there is no default branch to compare with: neither the origin's HEAD nor main or master is known here",
        hint="name a branch, a tag or a commit with `--base REF`",
    )


def _commit(root: Path, ref: str) -> str:
    answer = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    return answer.stdout.decode("ascii", "replace").strip() if answer.returncode == 0 else ""


def _fork(root: Path, ref: str) -> str:
    """The commit where this branch left the other one."""
    other, here = _commit(root, ref), _commit(root, "HEAD")
    if not other:
        raise ConfigError(f"git knows no commit `{printable(ref)}` here", hint=_way_out(root, "is it spelt right?"))
    if not here:
        raise ConfigError("nothing was committed here yet, so nothing tells what changed")
    answer = _git(root, "merge-base", other, here)
    if answer.returncode != 0:
        raise ConfigError(
            f"this branch and `{printable(ref)}` have no commit in common",
            hint=_way_out(root, "name another branch with `--base REF`"),
        )
    return answer.stdout.decode("ascii", "replace").strip()


def _way_out(root: Path, otherwise: str) -> str:
    if _git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true":
        return "the clone is shallow: fetch the whole history (`git fetch --unshallow`; in CI, a fetch depth of 0)"
    return otherwise


def _must(root: Path, *arguments: str) -> bytes:
    answer = _git(root, *arguments)
    if answer.returncode != 0:
        said = answer.stderr.decode("utf-8", "replace").strip()
        raise ConfigError(f"git could not tell what changed: {said or f'it ended with {answer.returncode}'}")
    return answer.stdout


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except FileNotFoundError:
        raise ConfigError(
            "git is not installed, so nothing tells what changed", hint="run it without --changed"
        ) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConfigError(f"git could not tell what changed: {error}") from None
