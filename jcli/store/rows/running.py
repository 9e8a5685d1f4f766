"""What a runtime reads: people with their engine state, who is due, and what made the catalogue.

People are found many at a time, in one statement for each site. Writing is in `applying.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import orjson

from jcli.model import Instant, JourneyStatus
from jcli.store.feeding import JourneyMark
from jcli.store.rows.group import Row, TableGroup
from jcli.store.rows.paging import END_OF_TIME
from jcli.store.states import Loaded, PersonKey, decode

_STATUSES = {status.value: status for status in JourneyStatus}


def loaded(row: Row) -> Loaded:
    """The person in a row of one of the statements `people_...`."""
    number, person_id, anonymous, site_id, traits, state, due_at = row[:7]
    key = PersonKey(site_id, person_id, anonymous == 1)
    return Loaded(number, decode(key, {} if traits == "{}" else orjson.loads(traits), state), due_at)


def by_kind(keys: Iterable[PersonKey]) -> Mapping[tuple[str, bool], list[str]]:
    """(site, anonymous or not) -> ids."""
    groups: dict[tuple[str, bool], list[str]] = {}
    for site_id, person_id, anonymous in keys:
        groups.setdefault((site_id, anonymous), []).append(person_id)
    return groups


class RunningTables(TableGroup):
    __slots__ = ()

    def catalogue_token(self) -> bytes:
        row = self._session.row(self._sql["running.catalogue_token"])
        assert row is not None
        return bytes(row[0])

    def journey_marks(self) -> Mapping[str, JourneyMark]:
        return {
            row[0]: JourneyMark(_STATUSES[row[1]], row[2] or 0, row[3], row[4:])
            for row in self._session.rows(self._sql["running.journey_marks"])
        }

    def node_maps(self, journey_id: str) -> Mapping[int, Mapping[str, str]]:
        return {
            number: orjson.loads(text)
            for number, text in self._session.rows(self._sql["running.node_maps"], (journey_id,))
        }

    def revisions_stood_on(self, journey_id: str) -> Sequence[int]:
        return [number for (number,) in self._session.rows(self._sql["running.stood_on"], (journey_id,))]

    def person_rows(self, keys: Iterable[PersonKey]) -> dict[PersonKey, int]:
        found = {}
        for (site_id, anonymous), ids in by_kind(keys).items():
            for person_id, row in self._session.rows(
                self._sql["running.rows_of"], (self._session.among(ids), anonymous, site_id)
            ):
                found[PersonKey(site_id, person_id, anonymous)] = row
        return found

    def load_people(self, keys: Iterable[PersonKey]) -> dict[PersonKey, Loaded]:
        found = {}
        for (site_id, anonymous), ids in by_kind(keys).items():
            for row in self._session.rows(
                self._sql["running.people_of"], (self._session.among(ids), anonymous, site_id)
            ):
                found[PersonKey(site_id, row[1], anonymous)] = loaded(row)
        return found

    def load_rows(self, rows: Iterable[int]) -> list[Loaded]:
        return [loaded(row) for row in self._session.rows(self._sql["running.people_in"], (self._session.among(rows),))]

    def people_between(self, after: int, last: int, limit: int) -> list[Loaded]:
        return [loaded(row) for row in self._session.rows(self._sql["running.people_after"], (after, last, limit))]

    def last_person_row(self) -> int:
        return self._scalar(self._sql["running.last_row"])

    def due_people(self, until: Instant, limit: int, shards: range | None = None) -> list[Loaded]:  # noqa: ARG002
        return [loaded(row) for row in self._session.rows(self._sql["running.due"], (until, limit))]

    def next_due(self, shards: range | None = None) -> Instant | None:  # noqa: ARG002
        row = self._session.row(self._sql["running.next_due"])
        return None if row is None else row[0]

    def postpone(self, row: int, until: Instant) -> None:
        self._session.run(self._sql["running.postpone"], (until, row))

    def in_progress(
        self, journey_id: str, after: tuple[Instant, str] | None, limit: int
    ) -> list[tuple[int, tuple[Instant, str]]]:
        at, enrollment_id = after or (END_OF_TIME, "")
        rows = self._session.rows(self._sql["running.in_progress"], (journey_id, at, enrollment_id, limit))
        return [(row, (enrolled_at, found_id)) for row, enrolled_at, found_id in rows]

    def open_deliveries(self, journey_id: str, after: str, limit: int) -> list[tuple[int, str]]:
        rows = self._session.rows(self._sql["running.open_deliveries"], (journey_id, after, limit))
        return [(person, delivery_id) for person, delivery_id in rows]

    def enrollments_in_progress(self, journey_id: str) -> int:
        return self._scalar(self._sql["running.in_progress_total"], (journey_id,))
