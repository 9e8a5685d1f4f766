"""Pages of a list: newest first, then by id, by number or after a row, from one or several stretches of an index.

Every list order and filter has an index that holds its rows in order, so the rows after a given one begin with a
seek. SQLite cannot seek to a place within (newest first, then id ascending) in one go; two statements can: what is
left of that very instant, then what is older, and they serve PostgreSQL as well. A filter that allows several values
(the sites that somebody sees) is one stretch a value; the stretches are merged here.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TypeVar

from jcli.model import Instant
from jcli.store.protocol import Listing, Page, Sites
from jcli.store.rows.group import Row, RowSession

T = TypeVar("T")

END_OF_TIME = 2**63 - 1
"""Later than every instant and greater than every number: where a list without a cursor begins."""


@dataclass(frozen=True, slots=True)
class Order:
    """`select` is the name of a statement that ends before its WHERE and gives the instant as its first column, what
    breaks ties as the next ones; `at` and `ties` are their names. `table` is what is listed, as the statement calls it;
    `row` is the name of what stands for the columns by which the database finds a row of it quickest."""

    select: str
    table: str
    row: str
    at: str = "created_at"
    ties: tuple[str, ...] = ("id",)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that lie together in an index: `where` is `site_id = ? AND ` or the like, `values` are bound to it."""

    where: str = ""
    values: tuple[object, ...] = ()


@cache
def _older(select: str, order: Order, where: str) -> str:
    ties = ", ".join(order.ties)
    return f"{select} WHERE {where}{order.at} < ? ORDER BY {order.at} DESC, {ties} LIMIT ?"


@cache
def _further_down(select: str, row: str, order: Order, where: str) -> str:
    """The rows before the page are passed over in the index alone, neither read nor joined. In no order."""
    ties = ", ".join(order.ties)
    return (
        f"{select} WHERE ({row}) IN (SELECT {row} FROM {order.table}"
        f" WHERE {where}{order.at} < ? ORDER BY {order.at} DESC, {ties} LIMIT ? OFFSET ?)"
    )


@cache
def _same_instant(select: str, order: Order, where: str) -> str:
    ties = ", ".join(order.ties)
    places = ", ".join("?" * len(order.ties))
    return f"{select} WHERE {where}{order.at} = ? AND ({ties}) > ({places}) ORDER BY {ties} LIMIT ?"


def bounded(page: Page) -> Page:
    """The page with numbers that a database can hold: what lies beyond them is past the end of every list."""
    far = 2**61
    after = None if page.after is None else (max(-END_OF_TIME, min(page.after[0], END_OF_TIME)), page.after[1])
    return Page(min(page.limit, far), min(page.offset, far), after)


def page_rows(
    session: RowSession,
    order: Order,
    stretches: Sequence[Stretch],
    page: Page,
    ties: Callable[[str], tuple[object, ...]] = lambda text: (text,),
) -> list[Row]:
    """The rows of a page and the one after it. `ties` reads the text of `page.after`."""
    page = bounded(page)
    wanted = page.limit + 1
    if len(stretches) == 1:
        return _rows(session, order, stretches[0], page, ties, wanted, page.offset)
    parts = [_rows(session, order, stretch, page, ties, page.offset + wanted, 0) for stretch in stretches]
    merged = heapq.merge(*parts, key=_sort_key(order))
    return list(islice(merged, page.offset, page.offset + wanted))


def _sort_key(order: Order) -> Callable[[Row], Row]:
    width = 1 + len(order.ties)
    return lambda row: (-row[0], *row[1:width])


def _rows(
    session: RowSession,
    order: Order,
    stretch: Stretch,
    page: Page,
    ties: Callable[[str], tuple[object, ...]],
    limit: int,
    offset: int,
) -> list[Row]:
    select = session.sql[order.select]
    older = _older(select, order, stretch.where)
    if page.after is not None:
        at, text = page.after
        rows = session.rows(
            _same_instant(select, order, stretch.where), (*stretch.values, at, *ties(text), limit + offset)
        )
        if len(rows) < limit + offset:
            rows += session.rows(older, (*stretch.values, at, limit + offset - len(rows)))
        return rows[offset:]
    if offset == 0:
        return session.rows(older, (*stretch.values, END_OF_TIME, limit))
    further = _further_down(select, session.sql[order.row], order, stretch.where)
    rows = session.rows(further, (*stretch.values, END_OF_TIME, limit, offset))
    return sorted(rows, key=_sort_key(order))


def listing(
    rows: Sequence[Row],
    page: Page,
    total: int,
    item: Callable[[Row], T],
    place: Callable[[Row], tuple[Instant, str]] = lambda row: (row[0], row[1]),
) -> Listing[T]:
    """The listing of the rows that `page_rows` gave; `place` is what `Page.after` takes to go on after a row."""
    shown = rows[: page.limit]
    following = place(shown[-1]) if shown and len(rows) > page.limit else None
    return Listing([item(row) for row in shown], total, following)


def seen_sites(sites: Sites, site_id: str | None) -> list[str] | None:
    """The sites that a list is about: those that are seen, narrowed to the one asked for. None: all."""
    if sites is None:
        return None if site_id is None else [site_id]
    if site_id is None:
        return sorted(sites)
    return [site_id] if site_id in sites else []
