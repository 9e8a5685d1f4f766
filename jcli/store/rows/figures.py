"""What is read of people's ways: the figures of a journey, the ledger of an enrollment, deliveries, kept events.

A journey's figures come from counters alone, so they cost the same at ten enrollments and at ten million.
"""

from __future__ import annotations

import orjson

from jcli.model import Delivery, DeliveryStatus, Instant, NodeType, Step
from jcli.store.feeding import Figures
from jcli.store.protocol import Listing, Page
from jcli.store.rows.group import Row, TableGroup
from jcli.store.rows.paging import Order, Stretch, listing, page_rows

_ORDER = Order("figures.delivery", "deliveries d", "figures.row", at="d.created_at", ties=("d.id",))
_TYPES = {node_type.value: node_type for node_type in NodeType}


def _step(row: Row) -> Step:
    seq, node_id, node_type, entered_at, left_at, label, target, cause, cause_ref, revision, ended, detail = row
    read = None if detail is None else orjson.loads(detail)
    way = (entered_at, left_at, label, target, cause, cause_ref, revision, ended, read)
    return Step(seq, node_id, _TYPES[node_type], *way)


def _delivery(row: Row) -> Delivery:
    return Delivery(
        id=row[1],
        journey_id=row[2],
        enrollment_id=row[3],
        node_id=row[4],
        site_id=row[5],
        person_id=row[6],
        anonymous=row[7] == 1,
        content_id=row[8],
        content_type=row[9],
        status=DeliveryStatus(row[10]),
        created_at=row[0],
        updated_at=row[11],
    )


class FigureTables(TableGroup):
    __slots__ = ()

    def figures(self, journey_id: str) -> Figures:
        one = (journey_id,)
        return Figures(
            statuses=dict(self._session.rows(self._sql["figures.statuses"], one)),
            steps={row[:3]: row[3] for row in self._session.rows(self._sql["figures.steps"], one)},
            times={row[:2]: row[2] for row in self._session.rows(self._sql["figures.times"], one)},
            splits={row[:2]: (row[2], row[3]) for row in self._session.rows(self._sql["figures.splits"], one)},
            goals=self._scalar(self._sql["figures.goals"], one),
        )

    def steps(self, enrollment_id: str) -> list[Step]:
        return [_step(row) for row in self._session.rows(self._sql["figures.ledger"], (enrollment_id,))]

    def split_labels(self, enrollment_id: str) -> list[tuple[str, str]]:
        return [(row[0], row[1]) for row in self._session.rows(self._sql["figures.split_labels"], (enrollment_id,))]

    def delivery(self, delivery_id: str) -> Delivery | None:
        row = self._session.row(f"{self._sql['figures.delivery']} WHERE d.id = ?", (delivery_id,))
        return None if row is None else _delivery(row)

    def deliveries(self, person_row: int, page: Page, *, status: DeliveryStatus | None = None) -> Listing[Delivery]:
        statuses = DeliveryStatus if status is None else (status,)
        where = f"{self._sql['figures.of_person']} AND d.status = ?2 AND "
        stretches = [Stretch(where, (person_row, each.value)) for each in statuses]
        total = self._scalar(
            self._sql["figures.deliveries_total"], (person_row, None if status is None else status.value)
        )
        return listing(page_rows(self._session, _ORDER, stretches, page), page, total, _delivery)

    def events_of(self, person_row: int, after: int, limit: int) -> list[tuple[int, Instant, bytes]]:
        rows = self._session.rows(self._sql["figures.events_of"], (person_row, after, limit))
        return [(number, at, body.encode()) for number, at, body in rows]

    def events_after(self, row: int, limit: int) -> list[tuple[int, str, Instant, bytes]]:
        rows = self._session.rows(self._sql["figures.events_after"], (row, limit))
        return [(number, site_id, at, body.encode()) for number, site_id, at, body in rows]

    def deliveries_after(self, delivery_id: str, limit: int) -> list[Delivery]:
        sql = f"{self._sql['figures.delivery']} {self._sql['figures.after']}"
        return [_delivery(row) for row in self._session.rows(sql, (delivery_id, limit))]
