"""A plan as frozen data: actions in a total order, a fingerprint that tells two plans apart, and the summary."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from jcli.canonical import Form
from jcli.model import Instant, JourneyStatus, Kind
from jcli.plan.difference import Change
from jcli.plan.merge import Clash
from jcli.plan.people import People
from jcli.plan.rails import Rail


class Outcome(StrEnum):
    """What becomes of one document. Those of `WRITES` write something."""

    CREATE = "create"
    UPDATE = "update"
    MERGE = "merge"
    """Both sides changed, in different places: the store gets both; what it had changed stays drift until a pull."""
    ADOPT = "adopt"
    """Both sides changed to the same value: only the base moves."""
    ARCHIVE = "archive"
    """The document is gone from git, and so it goes from the store: a journey is archived, a thing removed."""
    RELEASE = "release"
    """The document is gone from git, and the store keeps it as its own, or has none either: only the base goes."""
    DRIFT = "drift"
    """Somebody used the API since the last sync: reported and left alone."""
    CONFLICT = "conflict"
    """Both sides changed the same: nothing of it is written."""
    KEPT = "kept"
    """The document is gone from git: the store keeps it, and the plan says so until somebody decides."""
    NOTHING = "nothing"


WRITES = frozenset({Outcome.CREATE, Outcome.UPDATE, Outcome.MERGE, Outcome.ADOPT, Outcome.ARCHIVE, Outcome.RELEASE})
_QUIET = frozenset({Outcome.ADOPT, Outcome.NOTHING, Outcome.KEPT, Outcome.RELEASE})
_KINDS = {kind: place for place, kind in enumerate((Kind.SITE, Kind.AUDIENCE, Kind.CONTENT, Kind.JOURNEY))}


@dataclass(frozen=True, slots=True)
class Mover:
    """Who changed the store's side last: by which door, when, with which verb; `commit` when it was a sync."""

    actor: str
    door: str
    verb: str
    at: Instant
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One document's outcome. `changes` leads from the store to git (update), or from the base to the store
    (drift); of a merge or a conflict it is the git side, `theirs` the store's, `clashes` what cannot be had both.
    `state` is the store's fingerprint that the action was planned against (None: not there), `wanted` git's, `base`
    the one last synced. `merged` is the form that a merge writes. `people` says what it does to whom (journeys with
    people in them), `live_users` which live journeys name a changed audience or show a changed content, `mover` who
    changed the store's side."""

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
    base: str | None = None
    clashes: tuple[Clash, ...] = ()
    merged: Form | None = None
    people: People | None = None
    live_users: tuple[str, ...] = ()
    mover: Mover | None = None

    @property
    def order(self) -> tuple[int, str, str]:
        """Sites first, journeys last, so that what is referred to is there before what refers to it."""
        return _KINDS[self.kind], self.key, self.id

    @property
    def writes(self) -> bool:
        return self.outcome in WRITES

    @property
    def stamp(self) -> tuple[str, ...]:
        """What must be the same for the action to be the one that was shown."""
        sides = (self.state, self.wanted, self.base)
        return self.kind.value, self.key, self.id, self.outcome.value, *(side or "-" for side in sides)


@dataclass(frozen=True, slots=True)
class Plan:
    """All actions in order, those with nothing to do included; `rails` are those that stand in its way."""

    actions: tuple[Action, ...]
    rails: tuple[Rail, ...] = ()

    def of(self, *outcomes: Outcome) -> list[Action]:
        return [action for action in self.actions if action.outcome in outcomes]

    @property
    def writes(self) -> list[Action]:
        return [action for action in self.actions if action.writes]

    @property
    def in_conflict(self) -> bool:
        return any(action.outcome is Outcome.CONFLICT for action in self.actions)

    @property
    def is_pending(self) -> bool:
        """Whether somebody has something to do or to decide. What both sides hold already is not pending."""
        return any(action.outcome not in _QUIET for action in self.actions)

    @property
    def fingerprint(self) -> str:
        """32 hex digits that change when an outcome, or a state that it was planned against, does."""
        lines = ["|".join(action.stamp) for action in self.actions]
        return hashlib.blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()

    @property
    def summary(self) -> str:
        """The last line of every plan."""
        return (
            f"Plan: {len(self.of(Outcome.CREATE))} to create, "
            f"{len(self.of(Outcome.UPDATE, Outcome.MERGE))} to change, "
            f"{len(self.of(Outcome.ARCHIVE))} to archive, {len(self.of(Outcome.DRIFT))} drifted, "
            f"{len(self.of(Outcome.CONFLICT))} in conflict"
        )
