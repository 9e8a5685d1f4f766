"""What a pull asks of a target: the plan, what is there besides, and the things that go home.

It asks several times, so somebody may move in between. That does no harm: what was read is what is written and checked,
and the next plan tells what has moved since.
"""

from __future__ import annotations

from jcli.model import Kind
from jcli.operations import PullView
from jcli.operations.pull_view import keyed
from jcli.plan import Alone, PullChoices, PullWay, Step, decide
from jcli.targets.checked import Checked
from jcli.targets.target import Target


def view_of(target: Target, checked: Checked, choices: PullChoices) -> PullView:
    """The view for the documents asked for."""
    compilation, marks = checked.compilation, target.holdings().marks
    plan = target.plan(checked)
    lone = [
        Alone(row.kind, row.id, row.key, row.name, row.status, released=row.note is not None, mover=row.mover)
        for row in target.status(checked)
        if row.step is Step.ALONE
    ]
    named = keyed(lone, compilation, checked.workspace, marks)
    decisions = decide(plan.actions, named, compilation.sources.keys(), marks, choices)
    goes = [one for one in decisions if one.way not in (PullWay.LEAVE, PullWay.REFUSE)]
    items = {one.place: target.item(*one.place) for one in goes}
    bases = [target.base_of(*one.place) for one in goes if one.kind is Kind.JOURNEY]
    names = {base.id: base.names for base in bases if base is not None}
    return PullView(tuple(decisions), {place: item for place, item in items.items() if item is not None}, names)
