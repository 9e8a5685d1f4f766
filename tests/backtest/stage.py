"""Builds the two sides of a backtest out of documents as text, and the log out of lines."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from jcli.backtest import Assumed, Backtest, Log, Pair, Side, Span, compare, pair, side_of
from jcli.compiler import compile_documents
from jcli.documents import read
from jcli.operations.recorded import read_recorded
from jcli.render.backtests import Report

NOTHING = Assumed()
SITE = "site: main\nname: Main\n---\n"


def side(name: str, documents: str) -> Side:
    """A side out of documents, to which the site `main` is added."""
    found, wrong = read((SITE + documents).encode(), "all.yaml")
    return side_of(name, compile_documents(found, wrong, "acme"), "acme", ZoneInfo)


def log_of(both: Pair, lines: Iterable[str]) -> Log:
    """The log of the site `main`."""
    (site_id,) = both.site_ids
    catalogues = [one.catalogues(both.ids, 0)[1] for one in (both.before, both.after)]
    log = Log(site_id, catalogues)
    for line in lines:
        if line.strip():
            log.add(read_recorded(site_id, line.encode()))
    return log


def backtested(
    before: str, after: str, lines: Iterable[str], *, assumed: Assumed = NOTHING, start: int | None = None
) -> Report:
    """The whole way from text to a report; the span is that of the log."""
    both = pair(side("then", before), side("now", after))
    log = log_of(both, lines)
    assert log.first is not None
    assert log.last is not None
    backtest = Backtest(both, Span(log.first if start is None else start, log.last), assumed)
    totals = compare(backtest, log.crowds())
    return Report("acme", backtest, totals, "the log", log.events, False, assumed, (), 0)
