"""What a person's enrollments look like to somebody who reads why a case failed: nodes by their keys, in order."""

from __future__ import annotations

from collections.abc import Iterable

from jcli.engine import Cause
from jcli.rehearsal import Lived
from jcli.trials.expecting import Seen
from jcli.trials.verdicts import Stood, Way


def ways_of(everywhere: Iterable[Seen]) -> tuple[Way, ...]:
    """All enrollments of a person, journey by journey, each journey's oldest first."""
    return tuple(_way(life, seen) for seen in everywhere for life in seen.lives)


def _way(life: Lived, seen: Seen) -> Way:
    name = seen.name
    stood = [
        Stood(
            name(step.node_id),
            step.node_type.value,
            step.entered_at,
            step.left_at,
            step.label,
            _cause(step.cause),
            step.detail,
            step.revision,
            target=None if step.target is None else name(step.target),
        )
        for step in life.steps
    ]
    now = seen.person.enrollments.get(life.id)
    if now is not None:
        stood.append(
            Stood(
                name(now.node_id),
                now.node_type.value,
                now.entered_at,
                None,
                None,
                "",
                None,
                now.revision,
                due=seen.due(now),
            )
        )
    return Way(
        seen.live.key,
        life.status.value,
        life.reason,
        life.enrolled_at,
        life.ended_at,
        life.goal_met_at,
        life.outcome,
        stood[-1].revision if stood else 1,
        tuple(stood),
    )


def _cause(cause: Cause) -> str:
    """What moved them on: `timer`, or `event message-3`, `delivery <id>`, `api <who>`."""
    return f"{cause.kind} {cause.ref}" if cause.ref else str(cause.kind)
