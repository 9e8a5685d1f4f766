"""What a world keeps of an enrollment: the rows that a store would hold. Deliveries are kept as the
engine tells them."""

from __future__ import annotations

from dataclasses import dataclass, field

from jcli.engine import Transition
from jcli.model import EnrollmentStatus, Instant

Who = tuple[bool, str]
"""A person of the world's site: (anonymous, id)."""


@dataclass(slots=True)
class Lived:
    """An enrollment; `steps` is its ledger, a step for each node that was left. It changes as long as it goes on, but
    for `status`, `reason` and `goal_met_at` of one whose goal turns out to have been met in time."""

    id: str
    journey_id: str
    who: Who
    rotation: int
    enrolled_at: Instant
    status: EnrollmentStatus = EnrollmentStatus.IN_PROGRESS
    reason: str | None = None
    ended_at: Instant | None = None
    goal_met_at: Instant | None = None
    outcome: str | None = None
    steps: list[Transition] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        return self.status is not EnrollmentStatus.IN_PROGRESS
