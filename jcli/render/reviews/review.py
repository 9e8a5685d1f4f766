"""What a review is about, and the comment from its first line to its last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from jcli.findings import Finding, Severity
from jcli.plan import Outcome, Plan
from jcli.render.findings.words import counted
from jcli.render.markdown import code
from jcli.render.reviews import verdict
from jcli.render.reviews.documents import found, section
from jcli.render.reviews.fitting import Section, fitted
from jcli.render.reviews.material import Material

LIMIT = 65_000
"""Characters of a comment; GitHub takes 65,536."""


@dataclass(frozen=True, slots=True)
class Review:
    """`plan` is what a sync into `target` would do with the commit; None where findings bar it. `findings` are
    all of the workspace. `kept` is the file that the plan is kept in."""

    workspace: str
    target: str
    plan: Plan | None
    findings: Sequence[Finding] = ()
    material: Material = field(default_factory=Material)
    commit: str | None = None
    kept: str | None = None


def marker(workspace: str, target: str) -> str:
    """The first line of every comment about this workspace and target; by it a later one finds the one to replace."""
    safe = ("".join(c if c.isalnum() or c in "-_." else "-" for c in name[:100]) for name in (workspace, target))
    return f"<!-- jcli-plan:{':'.join(safe)} -->\n"


def comment(review: Review, limit: int = LIMIT) -> str:
    """The comment as GitHub-flavoured Markdown of at most `limit` characters."""
    head = marker(review.workspace, review.target)
    title = f"## Journeys: {code(review.workspace)} → {code(review.target)}\n\n"
    if review.plan is None:
        return fitted(head + title + verdict.barred(review.findings), [_wrong(review)], _foot(review), limit)
    plan = review.plan
    touched = {f"{one.kind.value} {one.key}" for one in plan.actions if one.outcome is not Outcome.NOTHING}
    concerned = [one for one in review.findings if one.document in touched]
    top = title + verdict.headline(plan, concerned) + _tables(plan, limit // 2)
    sections = [
        section(action, concerned, review.material, review.target)
        for action in verdict.by_weight(plan)
        if action.outcome is not Outcome.NOTHING
    ]
    others = [one for one in review.findings if one.document not in touched]
    note = _elsewhere(others)
    return fitted(head + top, [one for one in sections if one is not None], note + _foot(review), limit)


def _tables(plan: Plan, room: int) -> str:
    """Who is concerned and what must be decided, with as many rows as there is room for."""
    tables = (verdict.overview(plan, rows) + verdict.decisions(plan, rows) for rows in (40, 10, 3))
    return next((text for text in tables if len(text) <= room), "")


def _elsewhere(findings: Sequence[Finding]) -> str:
    """Findings of documents that do not change; a change may be why, as where a content is shown nowhere any more."""
    if not findings:
        return ""
    title = f"<details><summary>{counted(len(findings), 'finding')} in documents that do not change</summary>\n\n"
    return f"{found(findings, title)}</details>\n\n"


def _wrong(review: Review) -> Section:
    errors = [one for one in review.findings if one.severity is Severity.ERROR]
    return Section(found(errors, "### What is wrong\n\n"))


def _foot(review: Review) -> str:
    """What it was made from, and where the whole plan is."""
    commit = f" Made from commit {review.commit}." if review.commit else ""
    if review.plan is None:
        return f"---\n{commit.strip()}\n" if commit else ""
    kept = (
        f"The whole plan is kept in {code(review.kept)}: `jcli sync --plan` carries out what is shown here and no more."
        if review.kept
        else "`jcli plan` shows the whole plan."
    )
    return f"---\n{kept}{commit}\n"
