"""What did not pass as workflow commands: printed by a step of GitHub Actions, they become annotations of the lines
that failed.

It must not say what passed. Where to look next: `jcli/render/findings/github.py` writes the commands.
"""

from __future__ import annotations

from collections.abc import Sequence

from jcli.render.findings.github import command
from jcli.render.ink import plain
from jcli.render.trials.text import headline
from jcli.render.trials.values import mismatches
from jcli.trials.verdicts import Outcome, Verdict


def github(verdicts: Sequence[Verdict], *, folder: str = "") -> str:
    """One command each. `folder` is where the workspace is in the repository, as in `growth/`; empty at its root."""
    return "".join(_command(one, folder) for one in verdicts if one.outcome is not Outcome.PASSED)


def _command(verdict: Verdict, folder: str) -> str:
    lines = [plain(verdict.title), headline(verdict)]
    lines += [plain(word) for word in (verdict.problem, verdict.hint) if word]
    lines += mismatches(verdict.mismatches)
    line = verdict.step_line or verdict.line
    properties: dict[str, str | int] = {"file": folder + verdict.file, "line": line, "title": "jcli test"}
    return command("error", properties, "\n".join(lines))
