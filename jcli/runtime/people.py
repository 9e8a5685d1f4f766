"""The people of a piece of work: loaded once, kept at hand, and made where there are none.

Part of `work.py`, which lets the engine react for them and saves them. Where others work beside this one people are
locked as they are loaded, and what they have seen is past by then: see `_catch_up`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jcli.engine import PersonState
from jcli.model import Instant
from jcli.store import Changes, Loaded, PersonKey, Tables

_SKEW = 1_000
"""By how much the clocks of machines may differ, in milliseconds."""


class Present:
    """A person at hand. `before` is the state as it is in the store (None: not there yet), `wake_at` likewise."""

    __slots__ = ("before", "key", "row", "state", "wake_at")

    def __init__(
        self, key: PersonKey, row: int, state: PersonState, before: PersonState | None, wake_at: Instant | None
    ):
        self.key = key
        self.row = row
        self.state = state
        self.before = before
        self.wake_at = wake_at


class People:
    """`now` is the time of writing. `clock` is asked again whenever people were locked: what others did to them lies in
    the past then."""

    def __init__(self, tables: Tables, now: Instant, clock: Callable[[], Instant] | None) -> None:
        self.tables = tables
        self.now = now
        self._clock = clock
        self._latest = now
        self._people: dict[PersonKey, Present] = {}
        self._rows: dict[PersonKey, int] = {}
        self._touched: dict[PersonKey, Present] = {}
        self._absent: set[PersonKey] = set()
        self._free: dict[PersonKey, int] = {}
        self._last_free = 0
        self._changes = Changes(now)

    def bring(self, keys: Iterable[PersonKey]) -> None:
        """Load these people, and those whom anonymous ones among them turned out to be."""
        missing = [key for key in keys if key not in self._people and key not in self._absent]
        if not missing:
            return
        self._absent.update(missing)
        linked = []
        for key, loaded in self.tables.load_people(missing).items():
            self._absent.discard(key)
            self._put(key, loaded)
            if loaded.state.linked_to is not None:
                linked.append(PersonKey(key.site_id, loaded.state.linked_to))
        self._catch_up()
        if linked:
            self.bring(dict.fromkeys(linked))

    def put(self, people: Iterable[Loaded]) -> list[Present]:
        """People who were loaded elsewhere in this transaction; those at hand go first."""
        found = [self._put(PersonKey(s.site_id, s.id, s.anonymous), each) for each in people for s in (each.state,)]
        self._catch_up()
        return found

    def _put(self, key: PersonKey, loaded: Loaded) -> Present:
        present = self._people.get(key)
        if present is None:
            state = loaded.state
            present = self._people[key] = Present(key, loaded.row, state, state, loaded.wake_at)
            if self._clock is not None:
                entries = (entry.entered_at for entry in state.entries.values())
                steps = (enrollment.entered_at for enrollment in state.enrollments.values())
                self._latest = max(self._latest, *entries, *steps, 0)
        return present

    def _catch_up(self) -> None:
        """Time does not run backwards for anybody, not even where the clocks of machines differ by up to `_SKEW`."""
        if self._clock is not None:
            now = self._clock()
            self.now = self._changes.now = max(self.now, now, min(self._latest, now + _SKEW))

    def find(self, keys: Iterable[PersonKey]) -> None:
        """Look up the rows of people whose state is not asked for; those who are new are made."""
        missing = [key for key in keys if key not in self._people and key not in self._rows]
        self._rows.update(self.tables.person_rows(missing) if missing else ())
        self._absent.update(key for key in missing if key not in self._rows)
        for key in missing:
            if key not in self._rows:
                self.new(key)

    def row_of(self, key: PersonKey) -> int:
        """The row of a person who was found or is at hand."""
        row = self._rows.get(key)
        return self.exactly(key).row if row is None else row

    def person(self, key: PersonKey) -> Present:
        """The person, a new one when there is none; for an anonymous one that is linked, the known one."""
        present = self.exactly(key)
        if present.state.linked_to is not None:
            return self.exactly(PersonKey(key.site_id, present.state.linked_to))
        return present

    def exactly(self, key: PersonKey) -> Present:
        """The person of this very key, linked or not."""
        present = self._people.get(key)
        if present is None:
            self.bring((key,))
            present = self._people.get(key) or self.new(key)
        return present

    def known(self, key: PersonKey) -> Present | None:
        """The person of this very key, if there is one."""
        self.bring((key,))
        return self._people.get(key)

    def new(self, key: PersonKey) -> Present:
        """A person who is known not to be in the store."""
        present = Present(key, self._free_row(key), PersonState(*key), None, None)
        self._people[key] = self._touched[key] = present
        return present

    def _free_row(self, key: PersonKey) -> int:
        """A row for a new person; one is asked for, too, for all others who are known not to be there."""
        row = self._free.pop(key, None)
        if row is None:
            found = self.tables.free_rows({key, *(self._absent - self._free.keys())}, self._last_free)
            self._last_free = max(found.values())
            self._free |= found
            row = self._free.pop(key)
        self._absent.discard(key)
        return row
