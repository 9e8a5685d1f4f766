"""Writes what a piece of work changed: each kind of row with one statement for all of its rows.

The order matters only where a row refers to another. Constraints hold what the engine promises: an enrollment or a
step that is written twice stops the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

from jcli.engine import Transition
from jcli.errors import StoreConflict, StoreError
from jcli.model import EnrollmentStatus
from jcli.store.changes import Changes, NewEnrollment
from jcli.store.rows.counters import count_enrollments, count_people
from jcli.store.rows.group import Row, RowSession, TableGroup, json_text
from jcli.store.states import encode

_IN_PROGRESS = EnrollmentStatus.IN_PROGRESS.value


class ApplyingTables(TableGroup):
    __slots__ = ()

    def apply(self, changes: Changes) -> None:
        session, sql = self._session, self._sql
        _people(session, changes)
        _inputs(session, changes)
        _enrollments(session, changes)
        _deliveries(session, changes)
        write_counters(session, changes)
        if changes.outbox:
            session.run_rows(
                sql["running.insert_outbox"],
                [(event.id, row, event.type, event.at, json_text(event.data)) for row, event in changes.outbox],
            )


def _people(session: RowSession, changes: Changes) -> None:
    sql, now = session.sql, changes.now
    if changes.new_people:
        written = session.run_rows(
            sql["running.insert_person"],
            [
                (row, p.id, p.anonymous, p.site_id, json_text(p.traits), encode(p), wake_at, now, now)
                for row, p, wake_at in changes.new_people
            ],
        )
        _came_first(written, changes.new_people)
        by_site: dict[str, int] = {}
        for _, person, _ in changes.new_people:
            by_site[person.site_id] = by_site.get(person.site_id, 0) + 1
        for site_id, n in by_site.items():
            count_people(session, site_id, n)
    session.run_rows(sql["running.put_state"], [(encode(person), row) for row, person in changes.states])
    session.run_rows(
        sql["running.put_woken"], [(encode(person), wake_at, row) for row, person, wake_at in changes.woken]
    )
    session.run_rows(
        sql["running.put_told"],
        [(encode(person), wake_at, json_text(person.traits), now, row) for row, person, wake_at in changes.told],
    )


def _came_first(written: int, rows: Sequence[object]) -> None:
    """Rows that another transaction has written meanwhile are left out by the statement."""
    if written < len(rows):
        raise StoreConflict("Another writer of the store came first.", hint="Try again; nothing was changed.")


def _inputs(session: RowSession, changes: Changes) -> None:
    sql, now, place = session.sql, changes.now, session.place
    written = session.run_rows(
        sql["running.insert_message"],
        [(message, key.site_id, now, *place(key.site_id, key.id)) for key, message in changes.messages],
    )
    _came_first(written, changes.messages)
    session.run_rows(sql["running.insert_event"], [(row, now, body) for row, body in changes.events])


def _enrollments(session: RowSession, changes: Changes) -> None:
    sql, place = session.sql, session.place
    written = session.run_rows(
        sql["running.insert_enrollment"],
        [(*_new(each), *place(each.key.site_id, each.key.id)) for each in changes.begun],
    )
    if written < len(changes.begun):
        raise StoreError("A journey that somebody was to enter is not in the store; nothing was changed.")
    session.run_rows(
        sql["running.move_enrollment"],
        [
            (e.node_id, e.revision, e.timer_at, e.goal_met_at, e.id, *place(key.site_id, key.id))
            for key, e in changes.moved
        ],
    )
    session.run_rows(
        sql["running.end_enrollment"],
        [
            (
                e.status.value,
                e.reason,
                e.at,
                e.node_id,
                goal_met_at,
                e.outcome,
                revision,
                e.enrollment_id,
                *place(key.site_id, key.id),
            )
            for key, e, goal_met_at, revision in changes.ended
        ],
    )
    session.run_rows(
        sql["running.insert_step"], [(*_step(step), *place(key.site_id, key.id)) for key, step in changes.steps]
    )


def _step(s: Transition) -> Row:
    place = (s.enrollment_id, s.seq, s.node_id, s.node_type.value, s.entered_at, s.left_at, s.label, s.target)
    detail = None if s.detail is None else json_text(s.detail)
    return (*place, s.cause.kind.value, s.cause.ref, s.revision, s.ended, detail)


def _new(new: NewEnrollment) -> Row:
    now, end, began = new.now, new.ended, new.began
    who = (began.id, began.journey_id, new.key.site_id, new.key.id, new.key.anonymous, (now or began).rotation)
    if now is not None:
        place = (_IN_PROGRESS, now.node_id, now.revision, now.enrolled_at)
        return (*who, *place, None, None, now.goal_met_at, now.timer_at, None)
    assert end is not None
    place = (end.status.value, end.node_id, new.revision, began.enrolled_at)
    return (*who, *place, end.reason, end.at, new.goal_met_at, None, end.outcome)


def _deliveries(session: RowSession, changes: Changes) -> None:
    sql, place = session.sql, session.place
    session.run_rows(
        sql["running.insert_delivery"],
        [
            (
                d.id,
                d.journey_id,
                d.enrollment_id,
                d.node_id,
                row,
                d.content_id,
                d.content_type,
                (d if then is None else then).status.value,
                d.created_at,
                d.created_at if then is None else then.at,
            )
            for row, d, then in changes.deliveries
        ],
    )
    session.run_rows(
        sql["running.set_delivery"],
        [(o.status.value, o.at, o.delivery_id, *place(key.site_id, key.id)) for key, o in changes.outcomes],
    )


def write_counters(session: RowSession, changes: Changes) -> None:
    """Add to the counters what the changes say; a figure may go down."""
    sql = session.sql
    count_enrollments(session, changes.enrollment_counts)
    session.run_rows(sql["running.count_revisions"], [(*key, n) for key, n in changes.revision_counts.items() if n])
    session.run_rows(sql["running.count_steps"], [(*key, n) for key, n in changes.step_counts.items() if n])
    session.run_rows(sql["running.count_times"], [(*key, n) for key, n in changes.step_times.items() if n])
    session.run_rows(sql["running.count_goals"], [(journey, n) for journey, n in changes.goals.items() if n])
    splits = changes.split_entries.keys() | changes.split_goals.keys()
    session.run_rows(
        sql["running.count_splits"],
        [(*key, changes.split_entries[key], changes.split_goals[key]) for key in sorted(splits)],
    )
