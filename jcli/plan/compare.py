"""Git, base and store -> a plan. The table that this carries out is in `docs/sync.md`.

Fingerprints decide first; a form is asked of the store only where its fingerprint differs from the base's,
because reading a canvas costs and most journeys have not moved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jcli.canonical import Form, fingerprint, without_positions
from jcli.model import JourneyStatus, Kind, SyncBase, SyncMark
from jcli.plan.actions import Action, Outcome, Plan
from jcli.plan.choices import NONE, Choices, Side
from jcli.plan.difference import differences
from jcli.plan.merge import merge, same
from jcli.plan.renamed import with_renames

Names = Mapping[str, str]
BaseOf = Callable[[SyncMark], SyncBase]


@dataclass(frozen=True, slots=True)
class GitSide:
    """A document of the workspace in canonical form; `names` maps its node ids to their keys. `pinned` says that some
    of those ids are stated, so that their keys may change while the form stays."""

    kind: Kind
    key: str
    id: str
    name: str
    form: Form
    fingerprint: str
    file: str
    names: Names
    pinned: bool = False


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
    base_of: BaseOf,
    choices: Choices = NONE,
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
        actions.append(_Pair(side, base, store.get((side.kind, side.id)), base_of, choices).decide())
    for place, base in bases.items():
        if place not in git and place not in used:
            there = store.get((base.kind, base.id))
            actions.append(_gone(base, there, base_of, choices) if there else _gone_from_both(base))
    return Plan(tuple(sorted(with_renames(actions), key=lambda action: action.order)))


@dataclass(frozen=True, slots=True)
class _Pair:
    """A document of git, what the store holds of it, and the mark that the last sync left."""

    git: GitSide
    mark: SyncMark | None
    store: StoreSide | None
    base_of: BaseOf
    choices: Choices

    @property
    def _taken(self) -> Side | None:
        return self.choices.side(self.git.kind, self.git.key)

    def decide(self) -> Action:
        git, mark, store = self.git, self.mark, self.store
        if mark is not None and mark.id != git.id:
            return self._action(
                Outcome.CONFLICT,
                note=f"its id was {mark.id} when it was last synced and is {git.id} now; "
                "an id cannot change, use a new key",
            )
        if store is None:
            return self._action(Outcome.CREATE) if mark is None else self._removed(mark)
        if mark is None:
            return self._without_base(store)
        if git.fingerprint == store.fingerprint == mark.fingerprint:
            return self._unchanged(mark, store)
        return self._moved(self.base_of(mark), store)

    def _removed(self, mark: SyncMark) -> Action:
        """A document whose thing somebody removed through the API: bringing it back is theirs to decide."""
        if self._taken is Side.GIT:
            return self._action(Outcome.CREATE, note="it was removed from the store and is made again")
        changed = self.git.fingerprint != mark.fingerprint and self._taken is None
        way_out = f"`--take git {self.git.key}` makes it again, or take its file out of git"
        return self._action(
            Outcome.CONFLICT if changed else Outcome.DRIFT, note=f"it was removed from the store; {way_out}"
        )

    def _unchanged(self, mark: SyncMark | SyncBase, store: StoreSide) -> Action:
        if mark.key != self.git.key:
            return self._action(Outcome.ADOPT, note=self._renamed)
        if store.status is JourneyStatus.ARCHIVED:
            return self._action(Outcome.DRIFT, note=self._was_archived)
        if mark.file != self.git.file:
            return self._action(Outcome.ADOPT, note=f"its file was {mark.file}")
        if self.git.pinned and not self.git.names.items() <= self._named(mark).items():
            return self._action(Outcome.ADOPT, note="nodes of it have another key")
        return self._action(Outcome.NOTHING)

    @property
    def _was_archived(self) -> str:
        return f"it was archived; `jcli restore {self.git.key}` brings it back, or take its file out of git"

    def _named(self, mark: SyncMark | SyncBase) -> Names:
        """The keys that the nodes had when it was last synced, and those of nodes that had gone before."""
        return (mark if isinstance(mark, SyncBase) else self.base_of(mark)).names

    def _moved(self, base: SyncBase, store: StoreSide) -> Action:
        """A document of which at least one fingerprint is not the base's."""
        theirs = base.fingerprint if store.fingerprint == base.fingerprint else _compared(store, base.form)
        mine_changed, theirs_changed = self.git.fingerprint != base.fingerprint, theirs != base.fingerprint
        if not mine_changed and not theirs_changed:
            return self._unchanged(base, store)
        if not theirs_changed:
            return self._update(base, store)
        if mine_changed and _compared(store, self.git.form) == self.git.fingerprint:
            return self._action(Outcome.ADOPT, note="both sides made the same change")
        if self._taken is Side.GIT:
            return self._taken_from_git(store, base)
        if not mine_changed:
            return self._action(Outcome.DRIFT, self._changes(base.form, _shown(store, base.form), base))
        return self._both_changed(base, store)

    def _update(self, base: SyncBase, store: StoreSide) -> Action:
        changes = self._changes(base.form, self.git.form, base)
        if store.status is JourneyStatus.ARCHIVED:
            return self._archived(changes)
        return self._action(Outcome.UPDATE, changes, note=self._renamed)

    def _archived(self, changes: Any) -> Action:
        known = self.git.key if self.mark else self.git.id  # what was pruned is known by its id alone
        note = f"it is archived in the store; `jcli restore {known}` brings it back, or take its file out of git"
        return self._action(Outcome.CONFLICT, changes, note=note)

    def _taken_from_git(self, store: StoreSide, base: SyncBase | None) -> Action:
        changes = self._changes(_shown(store, self.git.form), self.git.form, base)
        if store.status is JourneyStatus.ARCHIVED:
            return self._archived(changes)
        return self._action(Outcome.UPDATE, changes, note="what was changed in the store is undone (--take git)")

    def _both_changed(self, base: SyncBase, store: StoreSide) -> Action:
        git, old = self.git, dict(base.form)
        theirs = _only_stated(store.form(), git.form, old)
        sides = {"changes": self._changes(old, git.form, base), "theirs": self._changes(old, theirs, base)}
        if self._taken is Side.STORE:
            note = f"git's change waits (--take store); `jcli pull --take store {git.key}` takes the store's home"
            return self._action(Outcome.DRIFT, sides["theirs"], note=note)
        if store.status is JourneyStatus.ARCHIVED:
            return self._archived(sides["changes"])
        merged = merge(old, git.form, theirs, {**base.names, **git.names})
        if merged.form is None:
            note = (
                "both git and the store changed the same since the last sync; "
                f"`--take git {git.key}` undoes the store's change, `--take store {git.key}` lets git's wait"
            )
            return self._action(Outcome.CONFLICT, **sides, note=note, clashes=merged.clashes)
        if same(merged.form, theirs):
            return self._action(Outcome.ADOPT, note="the store has git's change already, and more")
        note = "both sides changed, in different places: the store gets both"
        return self._action(Outcome.MERGE, **sides, note=note, merged=merged.form)

    def _without_base(self, store: StoreSide) -> Action:
        git = self.git
        if _compared(store, git.form) == git.fingerprint:
            return self._action(Outcome.ADOPT, note="the store holds the same already")
        changes = self._changes(_shown(store, git.form), git.form, None)
        if store.status is JourneyStatus.ARCHIVED:
            return self._archived(changes)
        if self.choices.adopts(git.kind, git.key) or self._taken is Side.GIT:
            return self._action(Outcome.UPDATE, changes, note="git takes it over (--adopt)")
        if self._taken is Side.STORE:
            return self._action(Outcome.DRIFT, changes, note="left as the store has it (--take store)")
        note = f"the store has one of this id that did not come from git; `--adopt {git.key}` lets git take it over"
        return self._action(Outcome.CONFLICT, changes, note=note)

    @property
    def _renamed(self) -> str | None:
        return f"its key was {self.mark.key}" if self.mark and self.mark.key != self.git.key else None

    def _changes(self, old: Any, new: Any, base: SyncBase | None) -> Any:
        return differences(dict(old), dict(new), {**(base.names if base else {}), **self.git.names})

    def _action(self, outcome: Outcome, changes: Any = (), **more: Any) -> Action:
        git, store = self.git, self.store
        return Action(
            git.kind,
            git.key,
            git.id,
            git.name,
            outcome,
            changes=changes if "changes" not in more else more.pop("changes"),
            file=git.file,
            status=store.status if store else None,
            state=store.fingerprint if store else None,
            wanted=git.fingerprint,
            base=self.mark.fingerprint if self.mark else None,
            **more,
        )


def _compared(store: StoreSide, like: Mapping[str, object]) -> str:
    """The store's fingerprint with positions only where the other side states them."""
    return fingerprint(_shown(store, like))


def _shown(store: StoreSide, like: Mapping[str, object]) -> Form:
    form = store.form()
    return without_positions(form, dict(like)) if "nodes" in form else form


def _only_stated(form: Form, git: Form, base: Form) -> Form:
    """The store's form with positions only where both other sides state them, or neither knows the node: a box
    that nobody wrote down is nobody's change."""
    if "nodes" not in form:
        return form
    return without_positions(without_positions(form, git), base)


def _gone(mark: SyncMark, store: StoreSide, base_of: BaseOf, choices: Choices) -> Action:
    """A document that git no longer has. What was changed in the store meanwhile is somebody's to decide about."""
    taken = choices.side(mark.kind, mark.key)
    gone = f"{mark.file} no longer has it"
    changes: tuple[Any, ...] = ()
    if store.fingerprint != mark.fingerprint:
        base = base_of(mark)
        changes = differences(dict(base.form), _shown(store, base.form), base.names)
    if store.status is JourneyStatus.ARCHIVED:
        outcome, note = Outcome.NOTHING, "it is archived"
    elif taken is Side.STORE:
        outcome, note = Outcome.RELEASE, f"{gone}; the store keeps it as its own (--take store)"
    elif changes and taken is None:
        outcome = Outcome.CONFLICT
        note = (
            f"{gone}, and the store changed it since; `jcli pull {mark.key}` brings it back, "
            f"`--prune --take git {mark.key}` lets it go, `--take store {mark.key}` leaves it to the store"
        )
    elif choices.prune:
        outcome, note = Outcome.ARCHIVE, f"{gone} (--prune)"
    else:
        outcome = Outcome.KEPT
        note = f"{gone}; the store keeps it: `--prune` lets it go, `--take store {mark.key}` leaves it to the store"
    return Action(
        mark.kind, mark.key, mark.id, store.name, outcome, note=note, file=mark.file, status=store.status,
        theirs=changes, state=store.fingerprint, base=mark.fingerprint,
    )  # fmt: skip


def _gone_from_both(mark: SyncMark) -> Action:
    """What git and the store have both let go of. Only the base still knows it; were it kept, the file would be taken
    for an old one when it comes back."""
    return Action(
        mark.kind, mark.key, mark.id, mark.key, Outcome.RELEASE, note=f"{mark.file} and the store no longer have it",
        file=mark.file, base=mark.fingerprint,
    )  # fmt: skip
