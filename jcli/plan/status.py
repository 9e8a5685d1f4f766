"""How a document stands to the store, in one word: what a plan's outcome means to somebody who only looks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jcli.model import JourneyStatus, Kind
from jcli.plan.actions import Mover, Outcome


class Step(StrEnum):
    """Whether git and the store are in step, and who moved if they are not."""

    IN_STEP = "in step"
    HERE = "changed here"
    THERE = "changed there"
    BOTH = "changed on both sides"
    CONFLICT = "conflict"
    NEW = "not synced"
    GONE = "gone here"
    ALONE = "only there"


STEPS = {
    Outcome.CREATE: Step.NEW,
    Outcome.UPDATE: Step.HERE,
    Outcome.MERGE: Step.BOTH,
    Outcome.ADOPT: Step.IN_STEP,
    Outcome.NOTHING: Step.IN_STEP,
    Outcome.DRIFT: Step.THERE,
    Outcome.CONFLICT: Step.CONFLICT,
    Outcome.KEPT: Step.GONE,
}
"""What a plan without choices says of a document; what neither side has any more is not in it."""


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """`key` is the id for what never came from git; that has a note only where git let go of it. `in_progress` counts
    enrollments of a journey; `mover` is who changed the store's side; `protected` the reason for protecting it."""

    kind: Kind
    key: str
    id: str
    name: str
    step: Step
    status: JourneyStatus | None = None
    in_progress: int = 0
    file: str | None = None
    note: str | None = None
    mover: Mover | None = None
    protected: str | None = None
