"""The rows of people, read one by one and listed: a person is (site, id), known or anonymous. They are written in
bulk, see `applying.py`."""

from __future__ import annotations

import orjson

from jcli.errors import InvalidRequest
from jcli.model import Instant, Person
from jcli.store.protocol import Listing, Page, Sites
from jcli.store.rows.group import Row, TableGroup, json_text
from jcli.store.rows.paging import Order, Stretch, listing, page_rows, seen_sites

_ORDER = Order("people.person", "people", "people.row", ties=("id", "site_id", "anonymous"))


def person_of(row: Row) -> Person:
    """The person in a row of the statement `person`."""
    return Person(row[2], row[1], row[3] == 1, orjson.loads(row[4]), row[0], row[5])


def _place(row: Row) -> tuple[Instant, str]:
    """Where a list goes on after the row. An id may be that of several people (on two sites, or known here and
    anonymous there), so the text of the place names all that breaks ties."""
    return row[0], json_text([row[1], row[2], int(row[3])])


def _ties(text: str) -> tuple[object, ...]:
    try:
        match orjson.loads(text):
            case [str(person_id), str(site_id), 0 | 1 as anonymous]:
                return person_id, site_id, bool(anonymous)
    except ValueError:
        pass
    raise InvalidRequest("The cursor is not one that a list of people gave.")


class PeopleTables(TableGroup):
    __slots__ = ()

    def person(self, site_id: str, person_id: str, *, anonymous: bool = False) -> Person | None:
        row = self._session.row(self._sql["people.one"], (person_id, anonymous, site_id))
        return None if row is None else person_of(row)

    def people(self, sites: Sites, page: Page, *, site_id: str | None = None) -> Listing[Person]:
        seen = seen_sites(sites, site_id)
        if seen is None:
            stretches, total = [Stretch()], self._scalar(self._sql["people.total"])
        else:
            stretches = [Stretch("site_id = ? AND ", (site,)) for site in seen]
            total = self._scalar(self._sql["people.total_of_sites"], (self._session.among(seen),))
        return listing(page_rows(self._session, _ORDER, stretches, page, _ties), page, total, person_of, _place)

    def sites_knowing(self, person_id: str) -> list[str]:
        return [row[0] for row in self._session.rows(self._sql["people.sites_knowing"], (person_id,))]
