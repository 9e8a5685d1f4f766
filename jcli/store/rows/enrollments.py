"""The rows of enrollments, read one by one and listed. They are written in bulk, see `applying.py`."""

from __future__ import annotations

from collections.abc import Mapping

from jcli.model import Enrollment, EnrollmentStatus, Person
from jcli.store.protocol import Listing, Page
from jcli.store.rows.group import Row, TableGroup
from jcli.store.rows.paging import Order, Stretch, listing, page_rows
from jcli.store.rows.people import person_of
from jcli.store.states import PersonKey

_ORDER = Order("enrollments.with_person", "enrollments e", "enrollments.row", at="e.enrolled_at", ties=("e.id",))
_STATUSES = {status.value: status for status in EnrollmentStatus}
_WIDTH = 15


def enrollment_of(row: Row) -> Enrollment:
    """The enrollment in a row of the statement `enrollment`."""
    return Enrollment(
        id=row[1],
        journey_id=row[2],
        site_id=row[3],
        person_id=row[4],
        anonymous=row[5] == 1,
        rotation=row[6],
        status=_STATUSES[row[7]],
        node_id=row[8],
        revision=row[9],
        enrolled_at=row[0],
        exit_reason=row[10],
        ended_at=row[11],
        goal_met_at=row[12],
        due_at=row[13],
        outcome=row[14],
    )


def _with_person(row: Row) -> tuple[Enrollment, Person | None]:
    return enrollment_of(row), None if row[_WIDTH + 1] is None else person_of(row[_WIDTH:])


def _stretches(journey_id: str, status: EnrollmentStatus | None, node_id: str | None) -> list[Stretch]:
    """The stretches of the index that fits the filter. On a node, whatever the status: one stretch a status."""
    if node_id is None and status is None:
        return [Stretch("e.journey_id = ? AND ", (journey_id,))]
    if node_id is None:
        return [Stretch("e.journey_id = ? AND e.status = ? AND ", (journey_id, status))]
    where = "e.journey_id = ? AND e.status = ? AND e.node_id = ? AND "
    statuses = EnrollmentStatus if status is None else (status,)
    return [Stretch(where, (journey_id, each, node_id)) for each in statuses]


class EnrollmentTables(TableGroup):
    __slots__ = ()

    def enrollment(self, enrollment_id: str) -> Enrollment | None:
        row = self._session.row(f"{self._sql['enrollments.enrollment']} WHERE id = ?", (enrollment_id,))
        return None if row is None else enrollment_of(row)

    def last_enrollment(self, journey_id: str, person: PersonKey) -> Enrollment | None:
        row = self._session.row(
            self._sql["enrollments.last"], (person.id, journey_id, person.anonymous, person.site_id)
        )
        return None if row is None else enrollment_of(row)

    def enrollments(
        self, journey_id: str, page: Page, *, status: EnrollmentStatus | None = None, node_id: str | None = None
    ) -> Listing[tuple[Enrollment, Person | None]]:
        if status is None and node_id is None:
            total = self._scalar(self._sql["enrollments.total"], (journey_id,))
        else:
            total = self._scalar(self._sql["enrollments.total_filtered"], (journey_id, status, node_id))
        rows = page_rows(self._session, _ORDER, _stretches(journey_id, status, node_id), page)
        return listing(rows, page, total, _with_person)

    def people_on_nodes(self, journey_id: str) -> Mapping[str, int]:
        return dict(self._session.rows(self._sql["enrollments.on_nodes"], (journey_id,)))
