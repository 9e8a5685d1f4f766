"""People's states held against the rows beside them: can they be read, do they say what the enrollments say, and will
somebody be woken when time has something to do with them? See `examining.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from jcli.checks.subject import fitted, short
from jcli.engine import EnrollmentState, PersonState
from jcli.errors import StoreError
from jcli.model import Enrollment, EnrollmentStatus, Instant
from jcli.runtime import Work, catalogues_of
from jcli.store import Fault, PersonKey, Store, Tables
from jcli.store.portable import BY_NAME, PortableRow, Value
from jcli.store.states import decode

SLICE = 1_000
"""People in one step."""
_POSTPONED = 60_000
"""For how long somebody is left alone whom the engine stumbled over, see `jcli/runtime/timers.py`."""
_COLUMNS = BY_NAME["people"].columns


class PeopleExamined:
    """Within one `store.read()`. Call `slices` to its end, then `left_over`."""

    def __init__(self, store: Store, tables: Tables, now: Instant) -> None:
        self._tables = tables
        self._latest = now + _POSTPONED
        self._work = Work(tables, catalogues_of(store), now)
        self._on_the_move = {job.journey_id for job in tables.running_jobs()}
        self._met: Counter[str] = Counter()
        """Enrollments that a state tells of, by journey."""

    def slices(self) -> Iterator[list[Fault]]:
        after: str | None = None
        while True:
            part = self._tables.export_rows("people", after, SLICE)
            yield self._slice(part.rows)
            after = part.next
            if after is None:
                return

    def _slice(self, rows: Iterable[PortableRow]) -> list[Fault]:
        faults: list[Fault] = []
        people: list[tuple[PersonKey, PersonState]] = []
        for row in rows:
            columns = dict(zip(_COLUMNS, row, strict=True))
            key = PersonKey(str(columns["site_id"]), str(columns["id"]), columns["anonymous"] is True)
            state = _state(key, columns)
            if isinstance(state, Fault):
                faults.append(state)
            else:
                people.append((key, state))
                due_at = columns["due_at"]
                faults += self._timers(key, state, due_at if isinstance(due_at, int) else None)
        return faults + list(self._rows_of(people))

    def left_over(self, places: Iterable[tuple[Any, ...]]) -> Iterator[Fault]:
        """Enrollments in progress of which no state tells: nothing would ever move them. `places` are the
        store's."""
        there: Counter[str] = Counter()
        for journey_id, _, _, _, in_progress in places:
            there[journey_id] += in_progress
        for journey_id, count in sorted(there.items()):
            missing = count - self._met[journey_id]
            if missing > 0:
                message = f"enrollments in the journey {short(journey_id)} that nobody's state tells of: {missing:,}"
                yield Fault("enrollment-without-state", "enrollments", journey_id, message)

    def _timers(self, key: PersonKey, state: PersonState, due_at: Instant | None) -> Iterator[Fault]:
        """Somebody who is woken too early is looked at once; somebody who is woken too late, or never, stands still."""
        least = min((at for each in state.enrollments.values() if (at := each.timer_at) is not None), default=None)
        if state.due_at != least:
            yield fault_of("state-timer", key, "the state's timer is not the least of its enrollments'")
        if any(each.journey_id in self._on_the_move for each in state.enrollments.values()):
            return
        wake_at = self._work.wake_at(state)
        if wake_at is not None and (due_at is None or due_at > max(wake_at, self._latest)):
            when = "never" if due_at is None else "too late"
            yield fault_of("not-woken", key, f"a timer runs, and would be looked at {when}")

    def _rows_of(self, people: Sequence[tuple[PersonKey, PersonState]]) -> Iterator[Fault]:
        rows = self._tables.enrollments_with([(key, each) for key, state in people for each in state.enrollments])
        statuses = self._tables.delivery_statuses([(key, each) for key, state in people for each in state.deliveries])
        for key, state in people:
            for enrollment in state.enrollments.values():
                self._met[enrollment.journey_id] += 1
                said = _difference(key, enrollment, rows.get(enrollment.id))
                if said is not None:
                    yield fault_of("state-enrollment", key, f"the enrollment {{}} {said}", enrollment.id)
            for delivery in state.deliveries.values():
                status = statuses.get(delivery.id)
                if status != delivery.status.value:
                    said = "has no row" if status is None else f"is {status} by its row"
                    yield fault_of("state-delivery", key, f"the delivery {{}} {said}", delivery.id)


def _state(key: PersonKey, columns: Mapping[str, Value]) -> PersonState | Fault:
    """What is kept of a person, or what is wrong with it."""
    kept = columns["state"]
    try:
        traits = orjson.loads(str(columns["traits"]))
        return decode(key, traits, kept if isinstance(kept, bytes) else None)
    except StoreError:
        return fault_of("unreadable-state", key, "another version of jcli wrote the state")
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        return fault_of("unreadable-state", key, f"the state cannot be read ({type(error).__name__})")


def _difference(key: PersonKey, told: EnrollmentState, row: Enrollment | None) -> str | None:
    """What the row of an enrollment says that the state does not; None: nothing."""
    if row is None:
        return "has no row"
    if PersonKey(row.site_id, row.person_id, row.anonymous) != key:
        return "is somebody else's by its row"
    if row.status is not EnrollmentStatus.IN_PROGRESS:
        return f"is {row.status.value} by its row"
    if (row.journey_id, row.rotation) != (told.journey_id, told.rotation):
        return "is in another journey or rotation by its row"
    if (row.node_id, row.revision) != (told.node_id, told.revision):
        return "stands on another node or revision by its row"
    if (row.due_at, row.goal_met_at) != (told.timer_at, told.goal_met_at):
        return "has another timer or goal by its row"
    return None


def fault_of(rule: str, key: PersonKey, says: str, about: str = "") -> Fault:
    kind = "anonymous person" if key.anonymous else "person"

    def message(limit: int) -> str:
        who = f"{kind} {short(key.id, limit)} of site {short(key.site_id, limit)}"
        return f"{who}: {says.format(short(about, limit))}"

    return Fault(rule, "people", f"{key.site_id} {key.id}", fitted(message))
