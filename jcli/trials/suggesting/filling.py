"""A case out of a way: the steps, with what really happens after them as what is expected.

The case is lived as `jcli test` would live it, all journeys of the workspace being live, and what is seen is written
down: after each wait where the person stands, at the end how it went.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from jcli.rehearsal import Setting
from jcli.trials.expecting import Seen, words
from jcli.trials.living import Life
from jcli.trials.script import Case, Expectation, Step, Verb

PERSON = "somebody"
"""Whom suggested cases are about."""


def filled(case: Case, setting: Setting) -> Case:
    """The case with what happens in it as what is expected. JcliError where it cannot be played."""
    life = Life(case, setting)
    life.begin()
    steps: list[Step] = []
    for number, step in enumerate(case.steps):
        life.act(step)
        if step.verb in (Verb.WAIT, Verb.AT):
            life.world.settle()
            seen = _seen(life)
            if seen.state is not None and number < len(case.steps) - 1:
                step = replace(step, expect=Expectation((), {"at": seen.at}))
        steps.append(step)
    life.world.settle()
    return replace(case, steps=(*steps, Step((), Verb.EXPECT, expect=Expectation((), _ending(_seen(life))))))


def _seen(life: Life) -> Seen:
    seen = life.seen(life.case.journey)
    assert seen is not None  # the tested journey is always live
    return seen


def _ending(seen: Seen) -> dict[str, Any]:
    """How it went, in the words of a case."""
    if seen.life is None:
        return {"not_enrolled": True}
    fields: dict[str, Any] = {"status": seen.life.status.value}
    if seen.life.reason is not None:
        fields["exitReason"] = seen.life.reason
    if seen.life.outcome is not None:
        fields["outcome"] = seen.life.outcome
    if seen.live.journey.goal_config is not None:
        fields["goal"] = "met" if seen.life.goal_met_at is not None else "not_met"
    fields["path"] = [words(key, label) for key, _, label in seen.path]
    deliveries = _deliveries(seen)
    if deliveries:
        fields["deliveries"] = deliveries
    return fields


def _deliveries(seen: Seen) -> dict[str, Any]:
    """What came of each delivery, by the key of its node; nothing where keys and content ids get into each other's
    way."""
    found: dict[str, list[str]] = {}
    for item in seen.delivered:
        found.setdefault(seen.name(item.node_id), []).append(item.status.value)
    contents = {item.content_id for item in seen.delivered if item.content_id != seen.name(item.node_id)}
    if not contents.isdisjoint(found):
        return {}
    return {key: statuses[0] if len(statuses) == 1 else statuses for key, statuses in found.items()}
