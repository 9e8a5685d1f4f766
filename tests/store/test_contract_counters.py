"""The contract, counters: whatever is done in whatever order, every total equals a recount."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jcli.errors import StoreError
from jcli.model import EnrollmentStatus, JourneyStatus
from jcli.store import PersonKey, Tables
from tests.store import samples
from tests.store.conftest import StoreFactory

JOURNEYS, PEOPLE, SITES = ("j", "k"), ("p", "q", "r"), ("main", "other")
NODES = ("1", "2", "3")
Step = Callable[[Tables, int], object]


class Undone(Exception):
    """Takes back what was done in the block that it leaves."""


journeys, people, sites, nodes = (st.sampled_from(each) for each in (JOURNEYS, PEOPLE, SITES, NODES))
endings = st.sampled_from([status for status in EnrollmentStatus if status is not EnrollmentStatus.IN_PROGRESS])


def _save(journey_id: str, site: str, size: int) -> Step:
    save = samples.saves(samples.journey(journey_id, site=site, nodes=size))
    return lambda tables, now: tables.save_journeys(save, author="a", door="api", now=now)


def _status(journey_id: str, status: JourneyStatus) -> Step:
    return lambda tables, now: tables.set_status(journey_id, status, now)


def _enter(journey_id: str, person: str, node: str, anonymous: bool, ended: EnrollmentStatus | None) -> Step:
    def step(tables: Tables, now: int) -> None:
        stored = tables.journey(journey_id)
        if stored is None:
            return
        samples.put_people(tables, samples.person(person, at=now, anonymous=anonymous))
        last = tables.last_enrollment(journey_id, PersonKey("main", person, anonymous))
        entered = replace(
            samples.enrollment(f"e{now}", journey_id, person, node=node, anonymous=anonymous, at=now // 3),
            rotation=1 if last is None else last.rotation + now % 2,
            revision=stored.revision,
            goal_met_at=now if now % 5 == 0 else None,
        )
        if ended is not None:
            entered = replace(entered, status=ended, exit_reason="exit", ended_at=now)
        if last is not None and entered.rotation == last.rotation:
            with pytest.raises(StoreError):
                samples.enter(tables, entered)
            raise Undone
        samples.enter(tables, entered)

    return step


def _end(number: int, status: EnrollmentStatus) -> Step:
    def step(tables: Tables, now: int) -> None:
        enrollment = tables.enrollment(f"e{number}")
        if enrollment is not None and enrollment.status is EnrollmentStatus.IN_PROGRESS:
            samples.end(tables, [enrollment], status, "exit", now)

    return step


def _stop(journey_id: str, on: list[str] | None) -> Step:
    return lambda tables, now: samples.end(
        tables, samples.standing(tables, journey_id, on), EnrollmentStatus.STOPPED, "archived", now
    )


def _move(journey_id: str, node_map: dict[str, str]) -> Step:
    return lambda tables, now: samples.move(tables, samples.standing(tables, journey_id), node_map)


def _erase(site: str, person: str) -> Step:
    return lambda tables, now: tables.erase_person(site, person)


entering = st.builds(_enter, journeys, people, nodes, st.booleans(), st.none())
steps = st.one_of(
    *[entering] * 6,
    st.builds(_enter, journeys, people, nodes, st.booleans(), endings),
    st.builds(_save, journeys, sites, st.integers(2, 4)),
    st.builds(_status, journeys, st.sampled_from(JourneyStatus)),
    st.builds(_end, st.integers(0, 40), endings),
    st.builds(_stop, journeys, st.none() | st.lists(nodes, max_size=2)),
    st.builds(_move, journeys, st.dictionaries(nodes, nodes, min_size=1, max_size=3)),
    st.builds(_erase, sites, people),
)
kept = st.sampled_from([True, True, True, False])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(steps, kept), min_size=30, max_size=60))
def test_every_total_equals_a_recount(store_factory: StoreFactory, script: list[tuple[Step, bool]]) -> None:
    """Each example begins with an empty store: what the one before left is taken back at its end."""
    store = store_factory()

    def play() -> None:
        with store.write() as tables:
            for journey_id in JOURNEYS:
                _save(journey_id, "main", 3)(tables, 0)
            for now, (step, keep) in enumerate(script):
                _try(step, now, keep)
            samples.assert_counts_hold(tables)
            raise Undone

    def _try(step: Step, now: int, keep: bool) -> None:
        """A step of its own; one that is not kept raises after it was done, one that is refused by itself, and neither
        may leave a count behind."""
        try:
            with store.write() as tables:
                step(tables, now)
                if not keep:
                    raise Undone
        except Undone:
            pass

    with pytest.raises(Undone):
        play()
    with store.read() as tables:
        assert tables.journey_states() == {}
    store.close()
