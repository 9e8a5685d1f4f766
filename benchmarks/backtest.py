"""How fast `jcli backtest` is, next to `react` alone on the very inputs that its people brought about.

The example workspace against itself with one wait longer, on a log of four weeks: people who sign up, and 30 % of
events that journeys listen to. Reading the lines and living are measured apart, on one core; living is compared with
`react` on everything that was given to it in both lives. The last rows are the whole way with all cores, and how much
memory a log takes.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from unittest.mock import patch
from zoneinfo import ZoneInfo

import orjson

from benchmarks.crowd import SEED, START, events
from benchmarks.measure import in_turns, report, table
from jcli.backtest import Assumed, Backtest, Crowd, Log, Pair, Side, Span, compare, pair, side_of
from jcli.commands.forks import cores
from jcli.commands.living import Crew
from jcli.compiler import compile_documents
from jcli.documents import read
from jcli.engine import Catalogue, Input, PersonState, Reaction, react
from jcli.model import DeliveryStatus
from jcli.operations.recorded import read_recorded
from jcli.rehearsal import world
from jcli.workspace import list_files, locate, open_entry

ROOT = Path(__file__).resolve().parent.parent
WEEKS = 28 * 86_400_000
HOUR = 3_600_000


def sides() -> Pair:
    """The example workspace, and the same with a longer wait."""
    return pair(_side("before", b""), _side("after", b"duration: 3d"))


def _side(name: str, wait: bytes) -> Side:
    documents, findings = [], []
    for entry in list_files(locate(ROOT)):
        content = open_entry(entry)
        assert isinstance(content, bytes)
        found, wrong = read(content.replace(b"duration: 1d}", wait + b"}") if wait else content, entry.file)
        documents += found
        findings += wrong
    return side_of(name, compile_documents(documents, findings, "example"), "example", ZoneInfo)


def lines(count: int) -> Iterator[bytes]:
    """Events as lines, in order; everybody signs up some time."""
    people = max(1, count // 20)
    chance = random.Random(SEED)
    made = events(people, chance)
    for number in range(count):
        at = datetime.fromtimestamp((START + number * WEEKS // count) / 1000, UTC).isoformat().replace("+00:00", "Z")
        event = next(made)
        if number % 20 == 0:
            event.update(type="track", event="signup_completed", userId=f"person-{number // 20:07}")
        yield orjson.dumps({**event, "timestamp": at})


@dataclass
class Recorded:
    """A log as lines, and what came of reading it."""

    both: Pair
    log: list[bytes]
    inputs: list[tuple[PersonState, Input, Catalogue]] = field(default_factory=list)
    crowds: list[Crowd] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.read()
        span, assumed = Span(START, START + WEEKS), Assumed(DeliveryStatus.COMPLETED, HOUR)
        self.backtest = Backtest(self.both, span, assumed)

    def read(self) -> float:
        begin = time.perf_counter()
        (site_id,) = self.both.site_ids
        log = Log(site_id, [one.catalogues(self.both.ids, 0)[1] for one in (self.both.before, self.both.after)])
        for line in self.log:
            log.add(read_recorded(site_id, line))
        self.crowds = log.crowds()
        return time.perf_counter() - begin

    def live(self) -> float:
        begin = time.perf_counter()
        self.different = len(compare(self.backtest, self.crowds).differences)
        return time.perf_counter() - begin

    def record(self) -> None:
        def listening(person: PersonState, given: Input, catalogue: Catalogue) -> Reaction:
            self.inputs.append((person, given, catalogue))
            return react(person, given, catalogue)

        with patch.object(world, "react", listening):
            self.live()

    def react_alone(self) -> float:
        begin = time.perf_counter()
        for person, given, catalogue in self.inputs:
            react(person, given, catalogue)
        return time.perf_counter() - begin

    def with_all_cores(self) -> float:
        begin = time.perf_counter()
        self.read()
        with Crew(self.backtest, self.crowds, cores()) as crew:
            crew.totals(lambda *_: None)
        return time.perf_counter() - begin


def bytes_an_event(both: Pair, count: int) -> float:
    """How much memory the process takes more for each event of a log. It only ever grows, so this comes first."""
    (site_id,) = both.site_ids
    log = Log(site_id, [one.catalogues(both.ids, 0)[1] for one in (both.before, both.after)])
    before = getrusage(RUSAGE_SELF).ru_maxrss
    for line in lines(count):
        log.add(read_recorded(site_id, line))
    return (getrusage(RUSAGE_SELF).ru_maxrss - before) * 1024 / log.events


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer events and rounds")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    options = parser.parse_args()
    count, rounds = (10_000, 3) if options.quick else (30_000, 5)
    both = sides()
    held = bytes_an_event(both, 5 * count)
    recorded = Recorded(both, list(lines(count)))
    recorded.record()
    contenders = {"react": recorded.react_alone, "live": recorded.live, "read": recorded.read}
    timings = in_turns(contenders, rounds)
    floor, inputs = timings["react"].median, len(recorded.inputs)
    large = Recorded(both, list(lines(10 * count // 3)))
    took = large.with_all_cores()
    rows = [
        [text, f"{count / timings[key].median:,.0f} events/s", timings[key].text("us an event", 1e6 / count), ratio]
        for key, text, ratio in (
            ("react", f"`react` alone, on the {inputs:,} inputs of both lives", "1.00"),
            ("live", "living twice and comparing", f"{floor / timings['live'].median:.2f}"),
            ("read", "reading the lines", ""),
        )
    ]
    answer = [
        f"8 journeys, {count:,} events of {len(recorded.crowds):,} people, {recorded.different:,} of whom differ."
        f" One core, median of {rounds} rounds.",
        "",
        *table(["what", "rate", "time", "of the rate of `react`"], rows),
        "",
        f"{len(large.log):,} events, from lines to the answer, {cores()} processes: {took:.1f} s. "
        f"A log takes {held:.0f} bytes an event.",
    ]
    report("backtest", answer, keep=options.keep)


if __name__ == "__main__":
    main()
