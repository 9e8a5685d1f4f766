"""Adds to the counters that make totals cost the same at ten rows and at ten million.

Whoever inserts, moves or removes rows says here by how much each count changes, in the same transaction. Nothing
else writes the counters, and no total is counted.
"""

from __future__ import annotations

from collections.abc import Mapping

from jcli.store.rows.group import RowSession


def count_things(session: RowSession, changes: Mapping[tuple[str, str | None], int]) -> None:
    """(kind, site id) -> by how many there are more."""
    session.run_many(
        session.sql["things.count"],
        [(kind, site_id or "", max(n, 0), n) for (kind, site_id), n in changes.items() if n],
    )


def count_journeys(session: RowSession, changes: Mapping[tuple[str, str], int]) -> None:
    """(site id, status) -> by how many there are more."""
    session.run_many(
        session.sql["journeys.count"],
        [(site_id, status, max(n, 0), n) for (site_id, status), n in changes.items() if n],
    )


def count_people(session: RowSession, site_id: str, change: int) -> None:
    session.run_rows(session.sql["people.count"], [(site_id, change)])


def count_enrollments(session: RowSession, changes: Mapping[tuple[str, str, str | None], int]) -> None:
    """(journey id, status, node id) -> by how many there are more."""
    totals = _totals_of(changes)
    session.run_rows(
        session.sql["enrollments.count"],
        [(journey_id, status, node_id or "", n) for (journey_id, status, node_id), n in changes.items() if n],
    )
    session.run_rows(session.sql["enrollments.count_total"], [(journey_id, n) for journey_id, n in totals.items() if n])


def _totals_of(changes: Mapping[tuple[str, str, str | None], int]) -> Mapping[str, int]:
    """Journey id -> by how many enrollments there are more, from (journey id, status, node id)."""
    totals: dict[str, int] = {}
    for (journey_id, _, _), n in changes.items():
        totals[journey_id] = totals.get(journey_id, 0) + n
    return totals
