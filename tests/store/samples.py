"""Journeys, people and enrollments for the tests of the stores, and a recount through the protocol alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

from jcli.model import (
    Edge,
    Enrollment,
    EnrollmentStatus,
    Journey,
    JourneyStatus,
    Node,
    NodeType,
    Person,
    Position,
)
from jcli.store import JourneySave, Listing, Page, Store, Tables

T = TypeVar("T")


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
    node: str | None = "j/n2",
    at: int = 5_000,
    rotation: int = 1,
    site: str = "main",
    anonymous: bool = False,
    status: EnrollmentStatus = EnrollmentStatus.IN_PROGRESS,
) -> Enrollment:
    return Enrollment(
        enrollment_id, journey_id, site, person, anonymous, rotation, status, node, revision=1, enrolled_at=at
    )


def person(person_id: str, site: str = "main", *, at: int = 100, anonymous: bool = False, **traits: object) -> Person:
    return Person(site, person_id, anonymous, traits, at, at)


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
    nodes = {row.node_id for row in rows} - {None}
    for status in (None, *EnrollmentStatus):
        for node in (None, *nodes):
            wanted = [row for row in rows if status in (None, row.status) and node in (None, row.node_id)]
            listing = tables.enrollments(journey_id, Page(100), status=status, node_id=node)
            assert listing.total == len(wanted)
            assert [row for row, _ in listing.rows] == wanted[:100]
    standing = Counter(row.node_id for row in rows if row.status is EnrollmentStatus.IN_PROGRESS and row.node_id)
    assert dict(tables.people_on_nodes(journey_id)) == dict(standing)
