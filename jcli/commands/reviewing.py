"""What `jcli plan --format markdown` shows: the plan with the findings and pictures that a reviewer needs beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jcli.commands.planning import commit_of, target_name
from jcli.commands.session import Session

if TYPE_CHECKING:
    from jcli.commands.reading import Read
    from jcli.model import Item, Json
    from jcli.plan import Action, Plan
    from jcli.render.graphs import Drawing
    from jcli.render.reviews import Material
    from jcli.targets import Target


def show_review(session: Session, read: Read, plan: Plan | None, kept: str | None = None) -> None:
    """Show the comment; `plan` is None where findings bar one. `kept` is the file that the plan is kept in."""
    from jcli.render.reviews import Material, Review, comment

    review = Review(
        read.workspace.config.workspace,
        target_name(session, read),
        plan,
        read.compilation.findings,
        _material(session, read, plan) if plan else Material(),
        commit_of(read),
        kept,
    )
    session.show(comment(review))


def _material(session: Session, read: Read, plan: Plan) -> Material:
    """The pictures and rules of what the plan makes or changes, before and after."""
    from jcli.commands.names import names_of
    from jcli.model import Kind
    from jcli.plan import Outcome
    from jcli.render.reviews import Material

    target = target_name(session, read)
    drawings: dict[str, Drawing] = {}
    rules: dict[str, tuple[Json | None, Json]] = {}
    with session.open_target(missing="empty") as there:
        known = names_of(there)
        names = {**known.keys(Kind.SITE), **known.keys(Kind.AUDIENCE)}
        for action in plan.of(Outcome.CREATE, Outcome.UPDATE, Outcome.MERGE):
            if action.kind is Kind.JOURNEY:
                drawings[action.key] = _drawing(read, there, action, target)
            elif action.kind is Kind.AUDIENCE:
                rules[action.key] = _rules(read, there, action)
        for action in plan.of(Outcome.DRIFT):
            if action.kind is Kind.AUDIENCE and (drifted := _drifted_rules(there, action)):
                rules[action.key] = drifted
    sources = read.compilation.sources.values()
    here = {source.item.id: source.key for source in sources if source.kind in (Kind.SITE, Kind.AUDIENCE)}
    return Material(drawings, rules, names | here)


def _rules(read: Read, there: Target, action: Action) -> tuple[Json | None, Json]:
    """The rules of an audience before (None: there was none) and after."""
    from jcli.model import Audience

    before, after, _ = _sides(read, there, action)
    assert isinstance(after, Audience)
    return before.rules if isinstance(before, Audience) else None, after.rules


def _drifted_rules(there: Target, action: Action) -> tuple[Json, Json] | None:
    """The rules of an audience as git and the target last agreed on them, and as the target has them; None where one
    of the two is not there."""
    from jcli.model import Audience

    base, now = there.base_of(action.kind, action.id), there.item(action.kind, action.id)
    return (base.form["rules"], now.rules) if base and isinstance(now, Audience) else None


def _drawing(read: Read, there: Target, action: Action, target: str) -> Drawing:
    from jcli.model import Journey
    from jcli.render.graphs import compared, drawing_of

    before, after, names = _sides(read, there, action)
    assert isinstance(after, Journey)
    findings = read.compilation.findings
    if not isinstance(before, Journey):
        return drawing_of(after, action.key, names, findings)
    return compared(before, after, action.key, (names, names), findings, since=target)


def _sides(read: Read, there: Target, action: Action) -> tuple[Item | None, Item, Mapping[str, str]]:
    """What the target holds, what it would hold, and what the nodes of both are called. The form of a merge does not
    come along from a server, so it is merged here as there."""
    from jcli.canonical import canonical, item_of_form
    from jcli.plan import Outcome, merge

    source = read.compilation.sources[action.kind, action.key]
    if action.outcome is Outcome.CREATE:
        return None, source.item, source.places.names
    before, base = there.item(action.kind, action.id), there.base_of(action.kind, action.id)
    names = {**(base.names if base else {}), **source.places.names}
    if action.outcome is not Outcome.MERGE or before is None or base is None:
        return before, source.item, names
    form = merge(dict(base.form), source.form, canonical(before), names).form
    return before, source.item if form is None else item_of_form(form, source.item, before), names
