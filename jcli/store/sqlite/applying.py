"""Writes what a piece of work changed: each kind of row with one statement, run for all of its rows.

The order matters only where a row refers to another. Constraints hold what the engine promises: an enrollment or a
step that is written twice stops the transaction.
"""

from __future__ import annotations

from collections.abc import Mapping

from jcli.model import EnrollmentStatus
from jcli.store.changes import Changes, NewEnrollment
from jcli.store.sqlite.counters import count_enrollments, count_people
from jcli.store.sqlite.group import TableGroup, json_text
from jcli.store.sqlite.queries import load
from jcli.store.sqlite.session import Row, Session
from jcli.store.states import PersonKey, encode

_SQL = load("running")
_IN_PROGRESS = EnrollmentStatus.IN_PROGRESS.value


class ApplyingTables(TableGroup):
    __slots__ = ()

    def apply(self, changes: Changes) -> None:
        session = self._session
        _people(session, changes)
        _inputs(session, changes)
        _enrollments(session, changes)
        _deliveries(session, changes)
        write_counters(session, changes)
        if changes.outbox:
            session.run_many(
                _SQL["insert_outbox"],
                [(event.id, row, event.type, event.at, json_text(event.data)) for row, event in changes.outbox],
            )

    def hand_over(
        self, anonymous: tuple[PersonKey, int], known: tuple[PersonKey, int], shift: Mapping[str, int]
    ) -> None:
        (stranger, old_row), (person, new_row) = anonymous, known
        values = (person.id, json_text(shift), stranger.id, stranger.site_id)
        self._session.run(_SQL["hand_over_enrollments"], values)
        self._session.run(_SQL["hand_over_deliveries"], (new_row, old_row))


def _people(session: Session, changes: Changes) -> None:
    now = changes.now
    if changes.new_people:
        session.run_many(
            _SQL["insert_person"],
            [
                (row, p.id, p.anonymous, p.site_id, json_text(p.traits), encode(p), wake_at, now, now)
                for row, p, wake_at in changes.new_people
            ],
        )
        by_site: dict[str, int] = {}
        for _, person, _ in changes.new_people:
            by_site[person.site_id] = by_site.get(person.site_id, 0) + 1
        for site_id, n in by_site.items():
            count_people(session, site_id, n)
    session.run_many(_SQL["put_state"], [(encode(person), row) for row, person in changes.states])
    session.run_many(_SQL["put_woken"], [(encode(person), wake_at, row) for row, person, wake_at in changes.woken])
    session.run_many(
        _SQL["put_told"],
        [(encode(person), wake_at, json_text(person.traits), now, row) for row, person, wake_at in changes.told],
    )


def _inputs(session: Session, changes: Changes) -> None:
    now = changes.now
    session.run_many(_SQL["insert_message"], [(*message, now) for message in changes.messages])
    session.run_many(_SQL["insert_event"], [(row, now, body) for row, body in changes.events])


def _enrollments(session: Session, changes: Changes) -> None:
    session.run_many(_SQL["insert_enrollment"], [_new(each) for each in changes.begun])
    session.run_many(
        _SQL["move_enrollment"],
        [(e.node_id, e.revision, e.timer_at, e.goal_met_at, e.id) for e in changes.moved],
    )
    session.run_many(
        _SQL["end_enrollment"],
        [
            (e.status.value, e.reason, e.at, e.node_id, goal_met_at, e.outcome, revision, e.enrollment_id)
            for e, goal_met_at, revision in changes.ended
        ],
    )
    session.run_many(
        _SQL["insert_step"],
        [
            (
                s.enrollment_id,
                s.seq,
                s.node_id,
                s.node_type.value,
                s.entered_at,
                s.left_at,
                s.label,
                s.target,
                s.cause.kind.value,
                s.cause.ref,
                s.revision,
                s.ended,
                None if s.detail is None else json_text(s.detail),
            )
            for s in changes.steps
        ],
    )


def _new(new: NewEnrollment) -> Row:
    now, end, began = new.now, new.ended, new.began
    who = (began.id, began.journey_id, new.key.site_id, new.key.id, new.key.anonymous, (now or began).rotation)
    if now is not None:
        place = (_IN_PROGRESS, now.node_id, now.revision, now.enrolled_at)
        return (*who, *place, None, None, now.goal_met_at, now.timer_at, None)
    assert end is not None
    place = (end.status.value, end.node_id, new.revision, began.enrolled_at)
    return (*who, *place, end.reason, end.at, new.goal_met_at, None, end.outcome)


def _deliveries(session: Session, changes: Changes) -> None:
    session.run_many(
        _SQL["insert_delivery"],
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
    session.run_many(_SQL["set_delivery"], [(o.status.value, o.at, o.delivery_id) for o in changes.outcomes])


def write_counters(session: Session, changes: Changes) -> None:
    """Add to the counters what the changes say; a figure may go down."""
    count_enrollments(session, changes.enrollment_counts)
    session.run_many(_SQL["count_revisions"], [(*key, n) for key, n in changes.revision_counts.items() if n])
    session.run_many(_SQL["count_steps"], [(*key, n) for key, n in changes.step_counts.items() if n])
    session.run_many(_SQL["count_times"], [(*key, n) for key, n in changes.step_times.items() if n])
    session.run_many(_SQL["count_goals"], [(journey, n) for journey, n in changes.goals.items() if n])
    splits = changes.split_entries.keys() | changes.split_goals.keys()
    session.run_many(
        _SQL["count_splits"],
        [(*key, changes.split_entries[key], changes.split_goals[key]) for key in sorted(splits)],
    )
