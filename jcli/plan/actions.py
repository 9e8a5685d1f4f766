"""A plan as frozen data: actions in a total order, a fingerprint that tells two plans apart, and the summary."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from jcli.model import JourneyStatus, Kind
from jcli.plan.difference import Change


class Outcome(StrEnum):
    """What becomes of one document. Only `CREATE`, `UPDATE` and `ADOPT` write anything."""

    CREATE = "create"
    UPDATE = "update"
    ADOPT = "adopt"
    """Both sides changed to the same value: only the base moves."""
    DRIFT = "drift"
    """Somebody used the API since the last sync: reported and left alone."""
    CONFLICT = "conflict"
    """Both sides changed, to different values: nothing of it is written."""
    KEPT = "kept"
    """The document is gone from git: the store keeps it."""
    NOTHING = "nothing"


WRITES = frozenset({Outcome.CREATE, Outcome.UPDATE, Outcome.ADOPT})
_KINDS = {kind: place for place, kind in enumerate((Kind.SITE, Kind.AUDIENCE, Kind.CONTENT, Kind.JOURNEY))}


@dataclass(frozen=True, slots=True)
class Action:
    """One document's outcome. `changes` leads from the store to git (update), or from the base to the store
    (drift); of a conflict it is the git side, `theirs` the store's. `state` is the store's fingerprint that the
    action was planned against (None: not there)."""

    kind: Kind
    key: str
    id: str
    name: str
    outcome: Outcome
    changes: tuple[Change, ...] = ()
    theirs: tuple[Change, ...] = ()
    note: str | None = None
    file: str | None = None
    status: JourneyStatus | None = None
    state: str | None = None
    wanted: str | None = None

    @property
    def order(self) -> tuple[int, str, str]:
        """Sites first, journeys last, so that what is referred to is there before what refers to it."""
        return _KINDS[self.kind], self.key, self.id


@dataclass(frozen=True, slots=True)
class Plan:
    """All actions in order, those with nothing to do included."""

    actions: tuple[Action, ...]

    def of(self, *outcomes: Outcome) -> list[Action]:
        return [action for action in self.actions if action.outcome in outcomes]

    @property
    def writes(self) -> list[Action]:
        return [action for action in self.actions if action.outcome in WRITES]

    @property
    def in_conflict(self) -> bool:
        return any(action.outcome is Outcome.CONFLICT for action in self.actions)

    @property
    def fingerprint(self) -> str:
        """32 hex digits that change when an outcome, or a state that it was planned against, does."""
        lines = [
            f"{action.kind}|{action.key}|{action.id}|{action.outcome}|{action.state}|{action.wanted}"
            for action in self.actions
        ]
        return hashlib.blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()

    @property
    def summary(self) -> str:
        """The last line of every plan."""
        return (
            f"Plan: {len(self.of(Outcome.CREATE))} to create, {len(self.of(Outcome.UPDATE))} to change, "
            f"0 to archive, {len(self.of(Outcome.DRIFT))} drifted, {len(self.of(Outcome.CONFLICT))} in conflict"
        )
