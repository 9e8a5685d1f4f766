"""Whether the checkout has a commit in its history, as git tells it. Nothing is fetched and nothing is written.

Asked of the commits that documents were last synced from: see `jcli/commands/behind.py`.
"""

from __future__ import annotations

import subprocess
from collections.abc import Collection
from pathlib import Path

_SECONDS = 10


def not_in_history(root: Path, commits: Collection[str]) -> set[str]:
    """Those of the commits that HEAD does not come from, be it that git knows them from elsewhere or not at all. None
    of them outside of git, and in a shallow clone, whose history is cut off: there nobody can tell."""
    if not commits or _asked(root, "rev-parse", "--is-shallow-repository") != (0, "false"):
        return set()
    return {one for one in commits if _asked(root, "merge-base", "--is-ancestor", f"{one}^{{commit}}", "HEAD")[0] != 0}


def _asked(root: Path, *arguments: str) -> tuple[int | None, str]:
    """git's exit code, None when it could not be run, and what it said."""
    command = ["git", "-C", str(root), *arguments]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None, ""
    return answer.returncode, answer.stdout.strip()
