"""Journeys, people and enrollments for the tests of the stores, and a recount through the protocol alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from jcli.engine import EndEnrollment, EnrollmentState, PersonState
from jcli.model import (
    Edge,
    Enrollment,
    EnrollmentStatus,
    Instant,
    Journey,
    JourneyStatus,
    Node,
    NodeType,
    Person,
    Position,
)
from jcli.store import Changes, JourneySave, Listing, NewEnrollment, Page, PersonKey, Store, Tables

T = TypeVar("T")
_IN_PROGRESS = EnrollmentStatus.IN_PROGRESS


def journey(
    journey_id: str, *, site: str = "main", nodes: int = 3, name: str = "A journey", wait: str = "2d"
) -> Journey:
    """A chain: a trigger, waits, an exit. Nodes and edges are not in the order of their ids."""
    ids = [f"{journey_id}/n{nodes - index}" for index in range(nodes)]
    types = [NodeType.TRIGGER, *[NodeType.WAIT] * (nodes - 2), NodeType.EXIT]
    return Journey(
        id=journey_id,
        name=name,
        site_id=site,
        description=None,
        settings={"reentry": "once"},
        goal_config={"type": "event", "config": {"eventName": "paid"}, "deadline": 7},
        nodes=tuple(
            Node(
                node_id,
                node_type,
                {"duration": wait} if node_type is NodeType.WAIT else {},
                position=Position(200.5 * index, 0) if index else None,
            )
            for index, (node_id, node_type) in enumerate(zip(ids, types, strict=True))
        ),
        edges=tuple(
            Edge(f"{journey_id}/e{nodes - index}", source, target, "Start" if index == 0 else None)
            for index, (source, target) in enumerate(pairwise(ids))
        ),
    )


def saves(*journeys: Journey, status: JourneyStatus = JourneyStatus.DRAFT) -> list[JourneySave]:
    return [JourneySave(each, f"fingerprint of {each.id} {each.name}", status) for each in journeys]


def save(store: Store, *journeys: Journey, now: int = 1_000, status: JourneyStatus = JourneyStatus.DRAFT) -> None:
    with store.write() as tables:
        tables.save_journeys(saves(*journeys, status=status), author="ada", door="api", now=now)


def enrollment(
    enrollment_id: str,
    journey_id: str = "j",
    person: str = "p",
    *,
    node: str = "j/n2",
    at: int = 5_000,
    rotation: int = 1,
    revision: int = 1,
    site: str = "main",
    anonymous: bool = False,
    status: EnrollmentStatus = _IN_PROGRESS,
) -> Enrollment:
    """One in progress, or one that ended as it began."""
    reason, ended_at = (None, None) if status is _IN_PROGRESS else ("exit", at)
    place = (status, node, revision, at, reason, ended_at)
    return Enrollment(enrollment_id, journey_id, site, person, anonymous, rotation, *place)


def person(person_id: str, site: str = "main", *, at: int = 100, anonymous: bool = False, **traits: object) -> Person:
    return Person(site, person_id, anonymous, traits, at, at)


# Writing, as a runtime writes: rows and counters gathered in `Changes`, and applied all at once


def put_people(tables: Tables, *people: Person) -> None:
    """Somebody who is there keeps the row, what is known of them beside the traits, and the day they came."""
    for each in people:
        key, changes = PersonKey(each.site_id, each.id, each.anonymous), Changes(each.updated_at)
        found = tables.load_people([key]).get(key)
        if found is None:
            changes.new_people.append((tables.free_rows([key], 0)[key], PersonState(*key, traits=each.traits), None))
        else:
            changes.told.append((found.row, replace(found.state, traits=each.traits), found.wake_at))
        tables.apply(changes)


def insert(tables: Tables, person: Person) -> None:
    """Somebody who was not there when it was looked."""
    key = PersonKey(person.site_id, person.id, person.anonymous)
    row = tables.free_rows([key], 0)[key]
    tables.apply(Changes(0, new_people=[(row, PersonState(*key, traits=person.traits), None)]))


def enter(tables: Tables, *enrollments: Enrollment) -> None:
    """Those that have ended began and ended in the same piece of work."""
    changes = Changes(0)
    for each in enrollments:
        changes.begun.append(_begun(each))
        changes.enrollment_counts[each.journey_id, each.status.value, each.node_id] += 1
        changes.revision_counts[each.journey_id, each.revision] += each.status is _IN_PROGRESS
        changes.goals[each.journey_id] += each.goal_met_at is not None
    tables.apply(changes)


def move(tables: Tables, enrollments: Iterable[Enrollment], node_map: Mapping[str, str]) -> None:
    """Those on the nodes of the map's keys go on at its values."""
    changes = Changes(0)
    for each in enrollments:
        if each.node_id in node_map:
            changes.moved.append((_key(each), _state(replace(each, node_id=node_map[each.node_id]))))
            changes.enrollment_counts[each.journey_id, _IN_PROGRESS.value, each.node_id] -= 1
            changes.enrollment_counts[each.journey_id, _IN_PROGRESS.value, node_map[each.node_id]] += 1
    tables.apply(changes)


def end(tables: Tables, enrollments: Iterable[Enrollment], status: EnrollmentStatus, reason: str, now: Instant) -> None:
    """Where they stand."""
    changes = Changes(now)
    for each in enrollments:
        changes.ended.append((_key(each), _end(each, status, reason, now), each.goal_met_at, None))
        changes.enrollment_counts[each.journey_id, _IN_PROGRESS.value, each.node_id] -= 1
        changes.enrollment_counts[each.journey_id, status.value, each.node_id] += 1
        changes.revision_counts[each.journey_id, each.revision] -= 1
    tables.apply(changes)


def standing(tables: Tables, journey_id: str, nodes: Iterable[str] | None = None) -> list[Enrollment]:
    """The enrollments in progress of the journey, or those on the nodes."""
    rows = [row for row, _ in by_cursor(lambda page: tables.enrollments(journey_id, page, status=_IN_PROGRESS), 50)]
    return [row for row in rows if nodes is None or row.node_id in nodes]


def _key(each: Enrollment) -> PersonKey:
    return PersonKey(each.site_id, each.person_id, each.anonymous)


def _state(each: Enrollment) -> EnrollmentState:
    assert each.node_id is not None
    return EnrollmentState(
        each.id,
        each.journey_id,
        each.rotation,
        each.revision,
        each.enrolled_at,
        each.node_id,
        NodeType.WAIT,
        each.enrolled_at,
        due_at=each.due_at,
        goal_met_at=each.goal_met_at,
    )


def _end(each: Enrollment, status: EnrollmentStatus, reason: str, at: Instant) -> EndEnrollment:
    assert each.node_id is not None
    return EndEnrollment(each.id, each.journey_id, status, reason, at, each.node_id, each.outcome)


def _begun(each: Enrollment) -> NewEnrollment:
    key, state = _key(each), _state(each)
    if each.status is _IN_PROGRESS:
        return NewEnrollment(key, each.revision, state, state)
    assert each.exit_reason is not None
    assert each.ended_at is not None
    end = _end(each, each.status, each.exit_reason, each.ended_at)
    return NewEnrollment(key, each.revision, state, None, end, each.goal_met_at)


# Reading


def by_page(ask: Callable[[Page], Listing[T]], limit: int) -> list[T]:
    """All rows of a list, page by page."""
    rows: list[T] = []
    while True:
        listing = ask(Page(limit, offset=len(rows)))
        rows.extend(listing.rows)
        if listing.next is None:
            return rows


def by_cursor(ask: Callable[[Page], Listing[T]], limit: int) -> list[T]:
    """All rows of a list, each page after the last row of the one before."""
    listing = ask(Page(limit))
    rows = list(listing.rows)
    while listing.next is not None:
        listing = ask(Page(limit, after=listing.next))
        assert listing.rows
        rows.extend(listing.rows)
    return rows


def assert_pages_agree(ask: Callable[[Page], Listing[T]], expected: Sequence[T]) -> None:
    """The list is the expected one, whole, by page and by cursor, and says how long it is."""
    for limit in (1, 2, 3, len(expected) or 1, 100):
        assert by_page(ask, limit) == list(expected)
        assert by_cursor(ask, limit) == list(expected)
    assert ask(Page(1)).total == len(expected)


def assert_counts_hold(tables: Tables) -> None:
    """Every total and count of journeys, people and enrollments equals what counting the rows gives."""
    journeys = by_cursor(lambda page: tables.journeys(None, page), 50)
    by_site = Counter((stored.journey.site_id, stored.status) for stored in journeys)
    for site in {site for site, _ in by_site} | {"nowhere"}:
        for status in (None, *JourneyStatus):
            counted = sum(n for key, n in by_site.items() if key[0] == site and status in (None, key[1]))
            assert tables.journeys(frozenset({site}), Page(1), status=status).total == counted
            assert tables.journeys(None, Page(1), status=status, site_id=site).total == counted
    people = by_cursor(lambda page: tables.people(None, page), 50)
    assert tables.people(None, Page(1)).total == len(people)
    for site, n in Counter(each.site_id for each in people).items():
        assert tables.people(None, Page(1), site_id=site).total == n
    for stored in journeys:
        _assert_enrollment_counts_hold(tables, stored.journey.id, stored.counts.enrollments)


def _assert_enrollment_counts_hold(tables: Tables, journey_id: str, told: int) -> None:
    rows = [row for row, _ in by_cursor(lambda page: tables.enrollments(journey_id, page), 50)]
    assert told == len(rows)
    assert tables.journey_states()[journey_id].enrollments == len(rows)
    nodes = {row.node_id for row in rows}
    for status in (None, *EnrollmentStatus):
        for node in (None, *nodes):
            wanted = [row for row in rows if status in (None, row.status) and node in (None, row.node_id)]
            listing = tables.enrollments(journey_id, Page(100), status=status, node_id=node)
            assert listing.total == len(wanted)
            assert [row for row, _ in listing.rows] == wanted[:100]
    here = [row for row in rows if row.status is _IN_PROGRESS]
    assert tables.enrollments_in_progress(journey_id) == len(here)
    assert dict(tables.people_on_nodes(journey_id)) == dict(Counter(row.node_id for row in here))
    assert set(tables.revisions_stood_on(journey_id)) == {row.revision for row in here}
    figures = tables.figures(journey_id)
    assert {status: n for status, n in figures.statuses.items() if n} == dict(Counter(row.status for row in rows))
    assert figures.goals == sum(row.goal_met_at is not None for row in rows)
