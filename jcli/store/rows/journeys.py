"""The rows of journeys with their nodes and edges: reading one, lists, states, status. Saving is in `saving.py`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import orjson

from jcli.model import Counts, Edge, Instant, Journey, JourneyStatus, ManagedBy, Node, Progress, StoredJourney
from jcli.store.protocol import JourneyState, Listing, Page, Sites
from jcli.store.rows.canvases import node_of
from jcli.store.rows.counters import count_journeys
from jcli.store.rows.group import Row, TableGroup
from jcli.store.rows.paging import Order, Stretch, listing, page_rows, seen_sites

_ORDER = Order("journeys.journey", "journeys j", "journeys.row", at="j.created_at", ties=("j.id",))
_LARGEST = 4096
"""Characters of the texts of a row that is remembered; so all that is kept stays small."""
_STATUSES = {status.value: status for status in JourneyStatus}
_MANAGED_BY = {managed_by.value: managed_by for managed_by in ManagedBy}


def _stored(
    row: Row, nodes: tuple[Node, ...] = (), edges: tuple[Edge, ...] = (), backfill: Progress | None = None
) -> StoredJourney:
    (
        created_at,
        journey_id,
        name,
        site_id,
        description,
        audience_id,
        allow_anonymous,
        settings,
        goal_config,
        managed_by,
        status,
        version,
        revision,
        fingerprint,
        node_count,
        edge_count,
        updated_at,
        live_since,
        enrollments,
    ) = row
    journey = Journey(
        journey_id,
        name,
        site_id,
        description,
        audience_id,
        allow_anonymous == 1,
        {} if settings == "{}" else orjson.loads(settings),
        None if goal_config is None else orjson.loads(goal_config),
        _MANAGED_BY[managed_by],
        nodes,
        edges,
    )
    counts = Counts(node_count, edge_count, enrollments or 0)
    return StoredJourney(
        journey, _STATUSES[status], version, revision, fingerprint, counts, created_at, updated_at, live_since, backfill
    )


_remembered = lru_cache(maxsize=4096)(_stored)


def _summary(row: Row) -> StoredJourney:
    """A journey of a list. The same rows are asked for again and again, and equal rows make equal journeys, so the
    last ones are remembered by all that the row holds; but for large ones, so that memory stays bounded."""
    description, settings, goal_config = row[4], row[7], row[8]
    held = len(description or "") + len(settings) + len(goal_config or "")
    return _remembered(row) if held <= _LARGEST else _stored(row)


class JourneyTables(TableGroup):
    __slots__ = ()

    def journey(self, journey_id: str, *, canvas: bool = True) -> StoredJourney | None:
        row = self._session.row(self._sql["journeys.one"], (journey_id,))
        if row is None:
            return None
        found = self._session.row(self._sql["journeys.backfill"], (journey_id,))
        backfill = None if found is None else Progress(*found)
        if not canvas:
            return _stored(row, backfill=backfill)
        nodes = tuple([node_of(node) for node in self._session.rows(self._sql["journeys.nodes"], (journey_id,))])
        edges = tuple([Edge(*edge) for edge in self._session.rows(self._sql["journeys.edges"], (journey_id,))])
        return _stored(row, nodes, edges, backfill)

    def journeys(
        self, sites: Sites, page: Page, *, status: JourneyStatus | None = None, site_id: str | None = None
    ) -> Listing[StoredJourney]:
        seen = seen_sites(sites, site_id)
        where, values = ("", ()) if status is None else ("j.status = ? AND ", (status.value,))
        if seen is None:
            stretches = [Stretch(where, values)]
            total = self._scalar(self._sql["journeys.total"], (status,))
        else:
            stretches = [Stretch(f"j.site_id = ? AND {where}", (site, *values)) for site in seen]
            total = self._scalar(self._sql["journeys.total_of_sites"], (status, self._session.among(seen)))
        return listing(page_rows(self._session, _ORDER, stretches, page), page, total, _summary)

    def journey_states(self) -> Mapping[str, JourneyState]:
        return {
            journey_id: JourneyState(journey_id, name, site_id, fingerprint, _STATUSES[status], version, enrollments)
            for journey_id, name, site_id, fingerprint, status, version, enrollments in self._session.rows(
                self._sql["journeys.states"]
            )
        }

    def set_status(self, journey_id: str, status: JourneyStatus, now: Instant) -> None:
        before = self._session.row(self._sql["journeys.site_and_status"], (journey_id,))
        if before is None:
            return
        site_id, old = before
        self._session.run(self._sql["journeys.set_status"], (status.value, now, journey_id))
        self._session.run(self._sql["running.catalogue_changed"])
        if status is JourneyStatus.PUBLISHED and old == JourneyStatus.DRAFT:
            self._session.run(self._sql["running.went_live"], (now, journey_id))
        if old != status:
            count_journeys(self._session, {(site_id, old): -1, (site_id, status.value): 1})
