"""Nobody ever comes to a node, because the goal has ended everybody before.

With a `deadline` and `exitOnGoal` everybody is ended: those who meet the goal when they do, the others at the
deadline. What the fastest way comes to later than that is never seen. Reported is the first such node of each way;
times are counted as for `late-deadline`, which speaks of GOAL_CHECKs. Without `exitOnGoal` those who have met the
goal go on after the deadline, so nothing is said.

Bad::

    journey: buy
    site: main
    settings: {exitOnGoal: true}
    goalConfig: {type: event, config: {eventName: bought}, deadline: 7}
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      pause: {type: WAIT, config: {duration: 10d}, next: last-offer}
      last-offer: {type: CONTENT, contentId: offer, config: {contentType: email, advanceOn: immediate}, next: done}
      done: {type: EXIT}

Good::

    journey: buy
    site: main
    settings: {exitOnGoal: true}
    goalConfig: {type: event, config: {eventName: bought}, deadline: 7}
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      pause: {type: WAIT, config: {duration: 5d}, next: last-offer}
      last-offer: {type: CONTENT, contentId: offer, config: {contentType: email, advanceOn: immediate}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject
from jcli.checks.times import days, deadline, soonest, spoken
from jcli.findings import Problem
from jcli.model import NodeType


def check(subject: Subject) -> Iterator[Problem]:
    limit = deadline(subject) if subject.journey.settings.get("exitOnGoal") is True else None
    if limit is None:
        return
    times = soonest(subject.graph)
    for node in subject.journey.nodes:
        if node.type is NodeType.GOAL_CHECK or times.get(node.id, 0) <= limit:
            continue
        if any(times.get(edge.source, limit + 1) <= limit for edge in subject.graph.ways_in(node.id)):
            message = (
                f"nobody gets to `{subject.name(node.id, 30)}`, {spoken(times[node.id])} away at the fastest: "
                f"the deadline of {days(limit)} ends all before; extend it"
            )
            yield Problem(subject.places.node(node.id), message, related=(("goalConfig", "deadline"),), at_key=True)
