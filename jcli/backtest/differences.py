"""What two lives of a person are held against each other by, and what came of it. Plain values that can go from process
to process: nodes are ids, under which both sides count them, unless something says that they are names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jcli.model import Instant
from jcli.rehearsal import Who


class Change(StrEnum):
    """What can be different for a person in a journey, the weightiest first. Who enters at all on one side alone
    `ENTERS` or `STAYS_OUT`; who enters more or less often does so `OFTEN`."""

    ENTERS = "enters"
    STAYS_OUT = "stays_out"
    OFTEN = "often"
    ENTRY = "entry"
    WAY = "way"
    CONTENT = "content"
    GOAL_MET = "goal_met"
    GOAL_MISSED = "goal_missed"
    ENDING = "ending"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Walked:
    """A node that was stood on. `node` is the id under which it is counted, `name` what the side calls it. Whoever
    stands there at the end has not left it (`left_at` is None). `to` is where they went, `ended` why it ended there."""

    node: str
    name: str
    entered_at: Instant
    left_at: Instant | None
    label: str | None = None
    to: str | None = None
    to_name: str | None = None
    ended: str | None = None
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Lived:
    """An enrollment as one side had it. `content` is (content id, node, when) in order; `cause` is what it began by, as
    in the ledger, with the message id of an event."""

    entered_at: Instant
    status: str
    reason: str | None
    outcome: str | None
    ended_at: Instant | None
    goal_met_at: Instant | None
    path: tuple[Walked, ...]
    content: tuple[tuple[str, str, Instant], ...]
    cause: tuple[str, str | None]

    @property
    def ending(self) -> str:
        """`in_progress`, or how it ended and why: `completed (exit: won_back)`."""
        why = ": ".join(word for word in (self.reason, self.outcome) if word)
        return f"{self.status} ({why})" if why else self.status


@dataclass(frozen=True, slots=True)
class Took:
    """What a side did at the point of divergence: `step` as far as there was one, `content` where it is about that."""

    step: Walked | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where two lives part first: what changes there, at which node (None: before any), when, and what each side did.
    `because` says of an entry on one side alone which rule of the other one stood against it, and `read` what an
    audience looked at."""

    change: Change
    at: Instant
    node: str | None = None
    before: Took = Took()
    after: Took = Took()
    because: str | None = None
    read: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Somebody fares otherwise in a journey. `before` and `after` are the enrollments that part first, None where there
    is none on that side; `changes` are those of all of the person's enrollments in it."""

    site_id: str
    who: Who
    journey_id: str
    changes: tuple[Change, ...]
    divergence: Divergence
    before: Lived | None
    after: Lived | None
