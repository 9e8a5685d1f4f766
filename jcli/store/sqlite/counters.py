"""Adds to the counters that make totals cost the same at ten rows and at ten million.

Whoever inserts, moves or removes rows says here by how much each count changes, in the same transaction. Nothing
else writes the counters, and no total is counted.
"""

from __future__ import annotations

from collections.abc import Mapping

from jcli.store.sqlite.queries import load
from jcli.store.sqlite.session import Session

_THINGS, _JOURNEYS, _PEOPLE, _ENROLLMENTS = (
    load(group)["count"] for group in ("things", "journeys", "people", "enrollments")
)
_ENROLLMENT_TOTALS = load("enrollments")["count_total"]


def count_things(session: Session, changes: Mapping[tuple[str, str | None], int]) -> None:
    """(kind, site id) -> by how many there are more."""
    session.run_many(_THINGS, [(kind, site_id or "", n) for (kind, site_id), n in changes.items() if n])


def count_journeys(session: Session, changes: Mapping[tuple[str, str], int]) -> None:
    """(site id, status) -> by how many there are more."""
    session.run_many(_JOURNEYS, [(site_id, status, n) for (site_id, status), n in changes.items() if n])


def count_people(session: Session, site_id: str, change: int) -> None:
    session.run(_PEOPLE, (site_id, change))


def count_enrollments(session: Session, changes: Mapping[tuple[str, str, str | None], int]) -> None:
    """(journey id, status, node id) -> by how many there are more."""
    totals: dict[str, int] = {}
    for (journey_id, _, _), n in changes.items():
        totals[journey_id] = totals.get(journey_id, 0) + n
    session.run_many(
        _ENROLLMENTS,
        [(journey_id, status, node_id or "", n) for (journey_id, status, node_id), n in changes.items() if n],
    )
    session.run_many(_ENROLLMENT_TOTALS, [(journey_id, n) for journey_id, n in totals.items() if n])
