"""The rows of revisions: read here, written by `saving.py`, changed by nobody (triggers see to that)."""

from __future__ import annotations

from jcli.model import Revision
from jcli.store.protocol import Listing, Page
from jcli.store.rows.canvases import edges_of_json, nodes_of_json
from jcli.store.rows.group import Row, TableGroup
from jcli.store.rows.paging import END_OF_TIME, bounded, listing


def _revision(row: Row) -> Revision:
    journey_id, number, nodes, edges, created_at, author, door = row
    return Revision(journey_id, number, nodes_of_json(nodes), edges_of_json(edges), created_at, author, door)


class RevisionTables(TableGroup):
    __slots__ = ()

    def revision(self, journey_id: str, number: int) -> Revision | None:
        row = self._session.row(self._sql["journeys.revision"], (journey_id, number))
        return None if row is None else _revision(row)

    def revisions(self, journey_id: str, page: Page) -> Listing[Revision]:
        page = bounded(page)
        before = END_OF_TIME if page.after is None else page.after[0]
        rows = self._session.rows(self._sql["journeys.revisions"], (journey_id, before, page.limit + 1, page.offset))
        total = self._scalar(self._sql["journeys.revision_count"], (journey_id,))
        return listing(rows, page, total, _revision, lambda row: (row[1], ""))
