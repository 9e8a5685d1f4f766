"""Why somebody is in a journey, where they stand and how they came there; or why they are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jcli.engine import Answer, EnteringRule, PersonState, why_not
from jcli.errors import InvalidRequest
from jcli.model import Actor, Enrollment, EnrollmentStatus, Instant, Step, StoredJourney
from jcli.operations.context import visible_journey
from jcli.operations.ledger import whole_ledger
from jcli.runtime import catalogues_of
from jcli.store import PersonKey, Store, Tables


@dataclass(frozen=True, slots=True)
class Why:
    """`known` says whether anything is known of the person at all. `enrollment` is their last one with its ledger
    (None: they were never in). `answers` are what each entering rule says of them now, in the order in which they are
    asked: with no enrollment in progress, those that say no are the reason why."""

    journey: StoredJourney
    person: PersonKey
    known: bool
    enrollment: Enrollment | None
    steps: list[Step]
    answers: list[Answer]

    @property
    def inside(self) -> bool:
        return self.enrollment is not None and self.enrollment.status is EnrollmentStatus.IN_PROGRESS


def why(
    store: Store,
    clock: Callable[[], Instant],
    actor: Actor,
    journey_id: str,
    *,
    end_user_id: str | None = None,
    anonymous_id: str | None = None,
) -> Why:
    """Exactly one of the ids; the person is of the journey's site. Somebody of whom nothing is known is judged as they
    would be at their first event."""
    if (end_user_id is None) is (anonymous_id is None):
        raise InvalidRequest("give endUserId or anonymousId", pointer="/endUserId", code="missing-field")
    with store.read() as tables:
        stored = visible_journey(tables, actor, journey_id)
        site_id = stored.journey.site_id
        key = PersonKey(site_id, end_user_id or anonymous_id or "", end_user_id is None)
        state, known = _state(tables, key)
        key = PersonKey(site_id, state.id, state.anonymous)
        enrollment = tables.last_enrollment(journey_id, key)
        steps = whole_ledger(tables, enrollment) if enrollment is not None else []
        catalogue = catalogues_of(store).current(tables)
        if journey_id in catalogue.journeys:
            answers = why_not(state, journey_id, catalogue, clock())
        else:
            answers = [Answer(EnteringRule.STATUS, False, _not_running(stored))]
        return Why(stored, key, known, enrollment, steps, answers)


def _state(tables: Tables, key: PersonKey) -> tuple[PersonState, bool]:
    loaded = tables.load_people((key,)).get(key)
    if loaded is not None and loaded.state.linked_to is not None:
        return _state(tables, PersonKey(key.site_id, loaded.state.linked_to))
    return (PersonState(*key), False) if loaded is None else (loaded.state, True)


def _not_running(stored: StoredJourney) -> str:
    return f"the journey is {stored.status}, and only a PUBLISHED one is entered"
