"""The contract, counters: whatever is done in whatever order, every total equals a recount."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jcli.errors import NotAllowed
from jcli.model import EnrollmentStatus, JourneyStatus
from jcli.store import Tables
from tests.store import samples
from tests.store.conftest import StoreFactory

JOURNEYS, PEOPLE, SITES = ("j", "k"), ("p", "q", "r"), ("main", "other")
NODES = ("1", "2", "3", None)
Step = Callable[[Tables, int], object]

journeys, people, sites, nodes = (st.sampled_from(each) for each in (JOURNEYS, PEOPLE, SITES, NODES))
endings = st.sampled_from([status for status in EnrollmentStatus if status is not EnrollmentStatus.IN_PROGRESS])


def _save(journey_id: str, site: str, size: int) -> Step:
    save = samples.saves(samples.journey(journey_id, site=site, nodes=size))
    return lambda tables, now: tables.save_journeys(save, author="a", door="api", now=now)


def _status(journey_id: str, status: JourneyStatus) -> Step:
    return lambda tables, now: tables.set_status(journey_id, status, now)


def _enter(journey_id: str, person: str, node: str | None, anonymous: bool, ended: EnrollmentStatus | None) -> Step:
    def step(tables: Tables, now: int) -> None:
        stored = tables.journey(journey_id)
        if stored is None:
            return
        tables.put_person(samples.person(person, at=now, anonymous=anonymous))
        last = tables.last_enrollment(journey_id, person, anonymous=anonymous)
        rotation = 1 if last is None else last.rotation + now % 2
        status = ended or EnrollmentStatus.IN_PROGRESS
        entered = samples.enrollment(
            f"e{now}", journey_id, person, node=node, at=now // 3, rotation=rotation, anonymous=anonymous, status=status
        )
        if last is not None and rotation == last.rotation:
            with pytest.raises(NotAllowed):
                tables.insert_enrollment(entered)
        else:
            tables.insert_enrollment(entered)

    return step


def _end(number: int, status: EnrollmentStatus) -> Step:
    return lambda tables, now: tables.end_enrollment(f"e{number}", status, "exit", now)


def _stop(journey_id: str, on: list[str] | None) -> Step:
    return lambda tables, now: tables.stop_enrollments(journey_id, "archived", now, node_ids=on)


def _move(journey_id: str, node_map: dict[str, str]) -> Step:
    return lambda tables, now: tables.move_enrollments(journey_id, node_map)


def _erase(site: str, person: str) -> Step:
    return lambda tables, now: tables.erase_person(site, person)


node_ids = st.sampled_from([node for node in NODES if node])
entering = st.builds(_enter, journeys, people, nodes, st.booleans(), st.none())
steps = st.one_of(
    *[entering] * 6,
    st.builds(_enter, journeys, people, nodes, st.booleans(), endings),
    st.builds(_save, journeys, sites, st.integers(2, 4)),
    st.builds(_status, journeys, st.sampled_from(JourneyStatus)),
    st.builds(_end, st.integers(0, 40), endings),
    st.builds(_stop, journeys, st.none() | st.lists(node_ids, max_size=2)),
    st.builds(_move, journeys, st.dictionaries(node_ids, node_ids, min_size=1, max_size=3)),
    st.builds(_erase, sites, people),
)
kept = st.sampled_from([True, True, True, False])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(steps, kept), min_size=30, max_size=60))
def test_every_total_equals_a_recount(store_factory: StoreFactory, script: list[tuple[Step, bool]]) -> None:
    """Each example begins with an empty store: what the one before left is taken back at its end."""
    store = store_factory()

    class TakeBack(Exception):
        pass

    def play() -> None:
        with store.write() as tables:
            for journey_id in JOURNEYS:
                _save(journey_id, "main", 3)(tables, 0)
            for now, (step, keep) in enumerate(script):
                _try(step, now, keep)
            samples.assert_counts_hold(tables)
            raise TakeBack

    def _try(step: Step, now: int, keep: bool) -> None:
        """A step of its own; one that is not kept raises after it was done, and must leave no count behind."""
        try:
            with store.write() as tables:
                step(tables, now)
                if not keep:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass

    with pytest.raises(TakeBack):
        play()
    with store.read() as tables:
        assert tables.journey_states() == {}
    store.close()
