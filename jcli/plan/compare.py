"""Git, base and store -> a plan. The table that this carries out is in `docs/sync.md`.

Fingerprints decide first; a form is asked of the store only where its fingerprint differs from the base's,
because reading a canvas costs and most journeys have not moved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jcli.canonical import Form, fingerprint, without_positions
from jcli.model import JourneyStatus, Kind, SyncBase, SyncMark
from jcli.plan.actions import Action, Outcome, Plan
from jcli.plan.difference import Change, differences

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GitSide:
    """A document of the workspace in canonical form; `names` maps its node ids to their keys."""

    kind: Kind
    key: str
    id: str
    name: str
    form: Form
    fingerprint: str
    file: str
    names: Names


@dataclass(frozen=True, slots=True)
class StoreSide:
    """What the store holds under an id; `form` reads it whole."""

    fingerprint: str
    name: str
    form: Callable[[], Form]
    status: JourneyStatus | None = None


def compare(
    git: Mapping[tuple[Kind, str], GitSide],
    bases: Mapping[tuple[Kind, str], SyncMark],
    store: Mapping[tuple[Kind, str], StoreSide],
    base_of: Callable[[SyncMark], SyncBase],
) -> Plan:
    """The plan for all documents of git and all bases. `store` is by kind and id; `base_of` reads a base whole."""
    by_id = {(base.kind, base.id): base for base in bases.values()}
    actions, used = [], set()
    for place, side in git.items():
        base = bases.get(place)
        if base is None and (renamed := by_id.get((side.kind, side.id))) and (renamed.kind, renamed.key) not in git:
            base = renamed
        if base is not None:
            used.add((base.kind, base.key))
        actions.append(_decide(side, base, store.get((side.kind, side.id)), base_of))
    for place, base in bases.items():
        if place not in git and place not in used and (there := store.get((base.kind, base.id))):
            actions.append(_gone(base, there))
    return Plan(tuple(sorted(actions, key=lambda action: action.order)))


def _decide(
    git: GitSide, mark: SyncMark | None, store: StoreSide | None, base_of: Callable[[SyncMark], SyncBase]
) -> Action:
    if mark is not None and mark.id != git.id:
        note = f"its id was {mark.id} when it was last synced and is {git.id} now; an id cannot change, use a new key"
        return _action(git, store, Outcome.CONFLICT, note=note)
    if store is None:
        return _action(git, None, Outcome.CREATE) if mark is None else _removed(git, mark)
    if mark is None:
        return _without_base(git, store)
    if git.fingerprint == store.fingerprint == mark.fingerprint:
        return _unchanged(git, mark, store)
    return _moved(git, base_of(mark), store)


def _removed(git: GitSide, mark: SyncMark) -> Action:
    """A document whose thing somebody removed through the API: bringing it back is theirs to decide."""
    outcome = Outcome.DRIFT if git.fingerprint == mark.fingerprint else Outcome.CONFLICT
    note = "it was removed from the store; take its file out of git, or make it again through the API with its id"
    return _action(git, None, outcome, note=note)


def _unchanged(git: GitSide, mark: SyncMark | SyncBase, store: StoreSide) -> Action:
    if mark.key != git.key:
        return _action(git, store, Outcome.ADOPT, note=_renamed(git, mark))
    if store.status is JourneyStatus.ARCHIVED:
        return _action(git, store, Outcome.DRIFT, note="it was archived; restore it, or take its file out of git")
    return _action(git, store, Outcome.NOTHING)


def _moved(git: GitSide, base: SyncBase, store: StoreSide) -> Action:
    """A document of which at least one fingerprint is not the base's."""
    theirs = base.fingerprint if store.fingerprint == base.fingerprint else _compared(store, base.form)
    mine_changed, theirs_changed = git.fingerprint != base.fingerprint, theirs != base.fingerprint
    if not mine_changed and not theirs_changed:
        return _unchanged(git, base, store)
    if not mine_changed:
        form = without_positions(store.form(), dict(base.form)) if git.kind is Kind.JOURNEY else store.form()
        changes = differences(dict(base.form), form, {**base.names, **git.names})
        return _action(git, store, Outcome.DRIFT, changes)
    if not theirs_changed:
        return _update(git, base, store)
    return _both_changed(git, base, store)


def _update(git: GitSide, base: SyncBase, store: StoreSide) -> Action:
    changes = differences(dict(base.form), git.form, {**base.names, **git.names})
    if store.status is JourneyStatus.ARCHIVED:
        note = "it is archived in the store; restore it, or take its file out of git"
        return _action(git, store, Outcome.CONFLICT, changes, note=note)
    return _action(git, store, Outcome.UPDATE, changes, note=_renamed(git, base))


def _both_changed(git: GitSide, base: SyncBase, store: StoreSide) -> Action:
    form = store.form()
    if _compared(store, git.form) == git.fingerprint:
        return _action(git, store, Outcome.ADOPT, note="both sides made the same change")
    names = {**base.names, **git.names}
    old = dict(base.form)
    shown = without_positions(form, dict(base.form)) if git.kind is Kind.JOURNEY else form
    return _action(
        git,
        store,
        Outcome.CONFLICT,
        differences(old, git.form, names),
        theirs=differences(old, shown, names),
        note="both git and the store changed since the last sync",
    )


def _without_base(git: GitSide, store: StoreSide) -> Action:
    if _compared(store, git.form) == git.fingerprint:
        return _action(git, store, Outcome.ADOPT, note="the store holds the same already")
    changes = differences(store.form(), git.form, git.names)
    note = "the store has one of this id that did not come from git"
    return _action(git, store, Outcome.CONFLICT, changes, note=note)


def _compared(store: StoreSide, like: Mapping[str, object]) -> str:
    """The store's fingerprint with positions only where the other side states them."""
    form = store.form()
    return fingerprint(without_positions(form, dict(like)) if "nodes" in form else form)


def _gone(base: SyncMark, store: StoreSide) -> Action:
    note = f"{base.file} no longer has it; the store keeps it"
    return Action(
        base.kind, base.key, base.id, store.name, Outcome.KEPT, note=note, file=base.file, status=store.status,
        state=store.fingerprint,
    )  # fmt: skip


def _renamed(git: GitSide, base: SyncBase | SyncMark) -> str | None:
    return f"its key was {base.key}" if base.key != git.key else None


def _action(
    git: GitSide,
    store: StoreSide | None,
    outcome: Outcome,
    changes: tuple[Change, ...] = (),
    *,
    theirs: tuple[Change, ...] = (),
    note: str | None = None,
) -> Action:
    return Action(
        git.kind,
        git.key,
        git.id,
        git.name,
        outcome,
        changes,
        theirs,
        note,
        git.file,
        store.status if store else None,
        store.fingerprint if store else None,
        git.fingerprint,
    )
