"""The rows of revisions: read here, written by `saving.py`, changed by nobody (triggers see to that)."""

from __future__ import annotations

from jcli.model import Revision
from jcli.store.protocol import Listing, Page
from jcli.store.sqlite.canvases import edges_of_json, nodes_of_json
from jcli.store.sqlite.group import TableGroup
from jcli.store.sqlite.paging import END_OF_TIME, bounded, listing
from jcli.store.sqlite.queries import load
from jcli.store.sqlite.session import Row

_SQL = load("journeys")


def _revision(row: Row) -> Revision:
    journey_id, number, nodes, edges, created_at, author, door = row
    return Revision(journey_id, number, nodes_of_json(nodes), edges_of_json(edges), created_at, author, door)


class RevisionTables(TableGroup):
    __slots__ = ()

    def revision(self, journey_id: str, number: int) -> Revision | None:
        row = self._session.row(_SQL["revision"], (journey_id, number))
        return None if row is None else _revision(row)

    def revisions(self, journey_id: str, page: Page) -> Listing[Revision]:
        page = bounded(page)
        before = END_OF_TIME if page.after is None else page.after[0]
        rows = self._session.rows(_SQL["revisions"], (journey_id, before, page.limit + 1, page.offset))
        total = self._scalar(_SQL["revision_count"], (journey_id,))
        return listing(rows, page, total, _revision, lambda row: (row[1], ""))
