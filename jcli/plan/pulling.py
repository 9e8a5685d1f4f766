"""What is to become of each document when the store is taken home: by the plan, and by what whoever pulls decided.

A pull writes files and never the store, so nothing here is lost by deciding late: what is left alone stays as the plan
tells it. The rules, in the words of `docs/sync.md`: what the store changed goes into the file, merged where git changed
too; what git changed stays; what both changed alike is refused until somebody takes a side; nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jcli.errors import InvalidRequest
from jcli.model import JourneyStatus, Kind, SyncMark
from jcli.plan.actions import Action, Mover, Outcome
from jcli.plan.choices import Side

Place = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class PullChoices:
    """`keys` narrows a pull to these documents, or things of the store by their id (none: all). `take`: document ->
    whose side has its way. Both may be written `<kind>/<key>`."""

    keys: frozenset[str] = frozenset()
    take: Mapping[str, Side] = field(default_factory=dict)

    def named(self, kind: Kind, *names: str) -> bool:
        """Whether it was asked for by name."""
        return any(name in self.keys or f"{kind.value}/{name}" in self.keys for name in names)

    def wants(self, kind: Kind, *names: str) -> bool:
        return not self.keys or self.named(kind, *names)

    def side(self, kind: Kind, key: str) -> Side | None:
        return self.take.get(f"{kind.value}/{key}") or self.take.get(key)


class PullWay(StrEnum):
    """How a document goes home, or that it does not."""

    EDIT = "edit"
    """The file gets what the store has."""
    MERGE = "merge"
    """The file gets what the store changed, and keeps what git changed."""
    NEW = "new"
    """A new file for what only the store has, or what git no longer has."""
    LEAVE = "leave"
    """The file stays as it is, for a reason that is told."""
    REFUSE = "refuse"
    """Somebody must choose first."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What the store has and git never had. `released`: git had it once and let go of it."""

    kind: Kind
    id: str
    key: str
    name: str
    status: JourneyStatus | None = None
    released: bool = False
    mover: Mover | None = None


@dataclass(frozen=True, slots=True)
class PullDecision:
    """`reason` is told of what is left or refused. `file` is where the document is (or was); `mover` who changed the
    store's side last."""

    kind: Kind
    key: str
    id: str
    name: str
    way: PullWay
    reason: str | None = None
    file: str | None = None
    mover: Mover | None = None
    action: Action | None = None

    @property
    def place(self) -> Place:
        return self.kind, self.id


def decide(
    actions: Iterable[Action],
    alone: Iterable[Alone],
    here: Collection[Place],
    marks: Mapping[Place, SyncMark],
    choices: PullChoices,
) -> list[PullDecision]:
    """What becomes of every document about which there is something to say. `here` are the documents of the workspace
    by kind and key. InvalidRequest for a name that nothing goes by."""
    actions, alone = list(actions), list(alone)
    names = [(one.kind, one.key, one.id) for one in actions]
    _must_be_known(choices, [*names, *((one.kind, one.key, one.id) for one in alone)])
    decisions = [
        decision
        for action in actions
        if choices.wants(action.kind, action.key, action.id)
        for decision in _of_action(action, here, marks, choices)
    ]
    for one in alone:
        named = choices.named(one.kind, one.key, one.id)
        if named or (not choices.keys and not one.released and one.status is not JourneyStatus.ARCHIVED):
            decisions.append(PullDecision(one.kind, one.key, one.id, one.name, PullWay.NEW, mover=one.mover))
    return decisions


def _of_action(
    action: Action, here: Collection[Place], marks: Mapping[Place, SyncMark], choices: PullChoices
) -> Iterable[PullDecision]:
    side = choices.side(action.kind, action.key)
    found = _gone(action, choices, side) if (action.kind, action.key) not in here else _there(action, marks, side)
    if found is not None:
        way, reason = found
        yield PullDecision(
            action.kind, action.key, action.id, action.name, way, reason, action.file, action.mover, action
        )  # fmt: skip


def _gone(action: Action, choices: PullChoices, side: Side | None) -> tuple[PullWay, str | None] | None:
    """A document that was synced and that git no longer has."""
    wanted = choices.named(action.kind, action.key, action.id) or side is Side.STORE
    if action.state is None:
        return (PullWay.LEAVE, action.note) if wanted else None
    if action.status is JourneyStatus.ARCHIVED:
        return (PullWay.LEAVE, f"it is archived; `jcli restore {action.key}` first") if wanted else None
    if wanted:
        return PullWay.NEW, None
    return PullWay.LEAVE, f"{action.file} no longer has it; `jcli pull {action.key}` brings it back"


def _there(action: Action, marks: Mapping[Place, SyncMark], side: Side | None) -> tuple[PullWay, str | None] | None:
    """A document of the workspace."""
    outcome = action.outcome
    if outcome in (Outcome.NOTHING, Outcome.CREATE) or (outcome is Outcome.UPDATE and side is not Side.STORE):
        return None
    unsettled = PullWay.REFUSE if outcome is Outcome.CONFLICT and side is not Side.GIT else PullWay.LEAVE
    mark = marks.get((action.kind, action.key))
    if mark is not None and mark.id != action.id:
        return PullWay.REFUSE, action.note
    if action.state is None:
        way_out = f"take it out of {action.file}, or `jcli sync --take git {action.key}` makes it again"
        return unsettled, f"it was removed from the store; {way_out}"
    if action.status is JourneyStatus.ARCHIVED:
        known = action.key if mark is not None else action.id
        way_out = f"take it out of {action.file}, or `jcli restore {known}`"
        return unsettled, f"it was archived in the store; {way_out}"
    if side is Side.GIT:
        return PullWay.LEAVE, "left as git has it (--take git)"
    if outcome is Outcome.CONFLICT and side is None:
        ways = f"`--take store {action.key}` takes the store's side, `--take git {action.key}` leaves the file"
        return PullWay.REFUSE, f"{_first_sentence(action)}; {ways}"
    if outcome is Outcome.MERGE and side is None:
        return PullWay.MERGE, None
    return PullWay.EDIT, None


def _first_sentence(action: Action) -> str:
    if action.base is None:
        return "the store has one of this id that did not come from git"
    return (action.note or "both sides changed it").split(";")[0]


def _must_be_known(choices: PullChoices, names: Iterable[tuple[Kind, str, str]]) -> None:
    known = {word for kind, *words in names for name in words for word in (name, f"{kind.value}/{name}")}
    for name in sorted({*choices.keys, *choices.take} - known):
        raise InvalidRequest(
            f"no document and nothing in the store has the key {name!r}",
            hint="see `jcli status`; what only the store has goes by its id",
        )
