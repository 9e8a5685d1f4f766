"""What is shown of a backtest: its result, and where that came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jcli.backtest import Assumed, Backtest, Change, Compared, Difference, Tally, Totals


@dataclass(frozen=True)
class Report:
    """`source` is what people call the log; `replied` says that what came of content was recorded there, too. `bad` are
    the first lines that could not be read (line, code, message), `passed_over` is how many there were."""

    workspace: str
    backtest: Backtest
    totals: Totals
    source: str
    events: int
    replied: bool
    assumed: Assumed
    bad: Sequence[tuple[int, str, str]]
    passed_over: int

    @cached_property
    def journeys(self) -> list[tuple[Compared, Tally]]:
        """The journeys that anybody was in, in their order, with their sums."""
        known = self.totals.journeys
        return [(journey, known[key]) for key, journey in self.backtest.pair.journeys.items() if key in known]

    @cached_property
    def of_journey(self) -> Mapping[str, Sequence[Difference]]:
        found: dict[str, list[Difference]] = {}
        for difference in self.totals.differences:
            found.setdefault(difference.journey_id, []).append(difference)
        return found

    @property
    def differing(self) -> list[tuple[Compared, Tally]]:
        return [(journey, tally) for journey, tally in self.journeys if tally.differ]

    @property
    def alike(self) -> list[Compared]:
        """The journeys in which everybody fares alike."""
        return [journey for journey, tally in self.journeys if not tally.differ]

    @property
    def unentered(self) -> list[Compared]:
        """The journeys that nobody enters on either side."""
        known, only = self.totals.journeys, self.backtest.only
        return [one for key, one in self.backtest.pair.journeys.items() if key not in known and key in only]


def moves(journey: Compared, tally: Tally) -> list[tuple[str, int, int, int]]:
    """The nodes that are passed more or less often, or at which people part: what a node is called, how often before
    and after, and how many people part there; in the order of the document."""
    before, after = tally.nodes
    return [
        (name, before[node], after[node], tally.parting[node])
        for node, name in journey.names.items()
        if before[node] != after[node] or tally.parting[node]
    ]


def signed(before: int, after: int) -> str:
    """`+3`, `-3`, or nothing."""
    return f"{after - before:+,}" if after != before else ""


LINES: tuple[tuple[str, Change], ...] = (
    ("another way", Change.WAY),
    ("other content", Change.CONTENT),
    ("ended otherwise", Change.ENDING),
    ("more or less often", Change.OFTEN),
    ("entered otherwise", Change.ENTRY),
    ("other times", Change.TIME),
)
"""What is counted in people and has no two sides, in words."""
