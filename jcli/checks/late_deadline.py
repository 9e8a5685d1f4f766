"""The goal's deadline comes before the fastest way to a GOAL_CHECK.

Whoever has not met the goal by then is abandoned on the way, so `not_met` is never taken: the GOAL_CHECK is there in
vain, and so is all that was meant for those who did not meet the goal. The fastest way is the shortest over all ways
from any TRIGGER, where a WAIT takes its `duration`, a way by `timeout` the timeout, and everything else may come at
once. Who comes at the very instant of the deadline is in time.

Bad::

    journey: first-project
    site: main
    goalConfig: {type: event, config: {eventName: project_created}, deadline: 7}
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      pause: {type: WAIT, config: {duration: 10d}, next: made-it}
      made-it: {type: GOAL_CHECK, next: {met: done, not_met: hint}}
      hint: {type: CONTENT, contentId: hint, config: {contentType: tooltip}, next: done}
      done: {type: EXIT}

Good::

    journey: first-project
    site: main
    goalConfig: {type: event, config: {eventName: project_created}, deadline: 14}
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      pause: {type: WAIT, config: {duration: 10d}, next: made-it}
      made-it: {type: GOAL_CHECK, next: {met: done, not_met: hint}}
      hint: {type: CONTENT, contentId: hint, config: {contentType: tooltip}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject
from jcli.checks.times import DAY, days, deadline, soonest, spoken
from jcli.findings import Problem
from jcli.model import NodeType


def check(subject: Subject) -> Iterator[Problem]:
    asked = subject.graph.of_type(NodeType.GOAL_CHECK)
    limit = deadline(subject) if asked else None
    if limit is None:
        return
    times = soonest(subject.graph)
    late = [node.id for node in asked if times.get(node.id, 0) > limit]
    if not late:
        return
    last = max(late, key=times.__getitem__)
    enough = -(-times[last] // DAY)
    message = (
        f"the deadline of {days(limit)} comes before anybody can get to `{subject.name(last, 30)}`, "
        f"after {spoken(times[last])}; make it at least {enough}"
    )
    yield Problem(("goalConfig", "deadline"), message, related=tuple(map(subject.places.node, late)))
