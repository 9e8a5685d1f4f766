"""Something asks for the goal of a journey that has none.

A GOAL_CHECK asks whether the goal was met, and `settings.exitOnGoal` ends people who meet it; without a `goalConfig`
the answer would be no for ever.

Bad::

    journey: upgrade
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      pause: {type: WAIT, config: {duration: 2d}, next: upgraded}
      upgraded: {type: GOAL_CHECK, next: {met: done, not_met: missed}}
      done: {type: EXIT}
      missed: {type: EXIT, config: {outcome: missed}}

Good::

    journey: upgrade
    site: main
    goalConfig: {type: event, config: {eventName: upgraded}}
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      pause: {type: WAIT, config: {duration: 2d}, next: upgraded}
      upgraded: {type: GOAL_CHECK, next: {met: done, not_met: missed}}
      done: {type: EXIT}
      missed: {type: EXIT, config: {outcome: missed}}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject
from jcli.findings import Problem
from jcli.model import NodeType


def check(subject: Subject) -> Iterator[Problem]:
    if subject.journey.goal_config:
        return
    for node in subject.graph.of_type(NodeType.GOAL_CHECK):
        message = f"`{subject.name(node.id)}` asks for the journey's goal, but there is none; add a `goalConfig`"
        yield Problem(subject.places.node(node.id), message, at_key=True)
    if subject.journey.settings.get("exitOnGoal") is True:
        message = "`exitOnGoal` ends people at the journey's goal, but there is none; add a `goalConfig`"
        yield Problem(("settings", "exitOnGoal"), message)
