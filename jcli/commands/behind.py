"""A word about documents that were last synced from a commit which this checkout does not have.

To the three-way comparison an old checkout looks like somebody who changed everything back: git differs from the base,
the store does not. So what a colleague synced since would be undone as an ordinary change. Nobody but git can tell.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jcli.commands.session import Session

if TYPE_CHECKING:
    from jcli.commands.reading import Read
    from jcli.plan import Plan
    from jcli.targets import Target

_MOST = 20
"""How many documents are asked about: one that is behind is enough to stop and look."""
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def tell_if_behind(session: Session, read: Read, target: Target, plan: Plan) -> None:
    """Say on stderr which documents the plan changes, or finds gone, that git had in another state when they were last
    synced, where that commit is not in the history of this checkout."""
    from jcli.plan import Outcome
    from jcli.workspace.ancestry import not_in_history

    changed = plan.of(Outcome.UPDATE, Outcome.MERGE, Outcome.ARCHIVE, Outcome.KEPT)[:_MOST]
    if not changed:
        return
    bases = {action.key: target.base_of(action.kind, action.id) for action in changed}
    commits = {key: (base.commit or "").removesuffix("-dirty") for key, base in bases.items() if base}
    commits = {key: commit for key, commit in commits.items() if _COMMIT.fullmatch(commit)}
    unknown = not_in_history(read.workspace.root, set(commits.values()))
    behind = [f"{key} (from {commit[:12]})" for key, commit in commits.items() if commit in unknown]
    if behind:
        more = f" and {len(behind) - 3} more" if len(behind) > 3 else ""
        session.say(
            f"Warning: last synced from commits that are not in the history of this checkout: {', '.join(behind[:3])}"
            f"{more}; what they brought would be undone. Is it behind? `git pull` first."
        )
