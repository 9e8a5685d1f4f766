"""How fast `jcli simulate` is, next to `react` alone on the very inputs that its people brought about.

The example workspace with its model, all eight journeys live. A run of some thousand people is recorded: every state
and input that was given to the engine. Feeding those to `react` again, and nothing else, is the floor; what a
simulation does besides (drawing lives, keeping rows, counting) is the difference. The last line is the command's own
work with all cores, on as many people as the command takes unless told otherwise. Ratios are of processor time, which
says the same however many others want the cores.
"""

from __future__ import annotations

import argparse
import gc
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

from benchmarks.measure import in_turns, report, table
from jcli.commands.forks import cores
from jcli.commands.populations import Crowd, Population
from jcli.compiler import compile_documents
from jcli.engine import Catalogue, Input, PersonState, Reaction, react
from jcli.model import JourneyStatus, Kind
from jcli.rehearsal import setting_of, world
from jcli.simulation import model_of, tally_of
from jcli.workspace import load, locate

ROOT = Path(__file__).resolve().parent.parent
SEED = 1


def example_population(people: int) -> Population:
    """The people of the example workspace's model, in its journeys."""
    loaded = load(locate(ROOT))
    compilation = compile_documents(loaded.documents, loaded.findings, "benchmark", {})
    setting = setting_of(compilation, "benchmark", ZoneInfo)
    data = next(document.data for document in loaded.documents if document.kind is Kind.MODEL)
    site_id = next(iter(setting.journeys.values())).journey.site_id
    catalogue = setting.catalogue(status=JourneyStatus.PUBLISHED)
    return Population(model_of(data, setting.journeys), catalogue, site_id, SEED, people)


@dataclass
class Recorded:
    """What a run of these people gave to the engine, in order."""

    population: Population
    inputs: list[tuple[PersonState, Input]] = field(default_factory=list)

    def simulate(self) -> float:
        begin = time.process_time()
        one = self.population
        tally_of(one.model, one.catalogue, one.site_id, one.seed, range(one.people))
        return time.process_time() - begin

    def record(self) -> None:
        def listening(person: PersonState, given: Input, catalogue: Catalogue) -> Reaction:
            self.inputs.append((person, given))
            return react(person, given, catalogue)

        with patch.object(world, "react", listening):
            self.simulate()
        gc.collect()
        gc.freeze()  # what was recorded must not slow down either contender

    def react_alone(self) -> float:
        catalogue = self.population.catalogue
        begin = time.process_time()
        for person, given in self.inputs:
            react(person, given, catalogue)
        return time.process_time() - begin


def in_a_crowd(population: Population, processes: int) -> tuple[float, float]:
    """Seconds, and seconds of processor time, of this process and those that it started."""
    begin, before = time.perf_counter(), os.times()
    with Crowd(population, processes) as crowd:
        crowd.tally(lambda *_: None)
    after = os.times()
    return time.perf_counter() - begin, sum(after[:4]) - sum(before[:4])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer people and rounds")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    options = parser.parse_args()
    people, rounds, crowd = (1_000, 3, 10_000) if options.quick else (4_000, 5, 100_000)
    recorded = Recorded(example_population(people))
    recorded.record()
    timings = in_turns({"react": recorded.react_alone, "simulate": recorded.simulate}, rounds)
    took, worked = in_a_crowd(example_population(crowd), cores())
    count, floor = len(recorded.inputs), timings["react"].median
    rows = [
        [
            text,
            f"{people / timings[key].median:,.0f} people/s, {count / timings[key].median:,.0f} inputs/s",
            timings[key].text("us an input", 1e6 / count),
            f"{floor / timings[key].median:.2f}",
        ]
        for key, text in {"react": "`react` alone, on the recorded inputs", "simulate": "the simulation"}.items()
    ]
    lines = [
        f"8 journeys, {people:,} people with {count / people:.1f} inputs each; processor time of one core, "
        f"median of {rounds} rounds.",
        "",
        *table(["what", "rate", "time", "of the rate of `react`"], rows),
        "",
        f"{crowd:,} people, {cores()} processes: {took:.1f} s, {worked:.1f} s of processor time; "
        f"{floor / people * crowd / worked:.2f} of the rate of `react` by itself.",
    ]
    report("simulate", lines, keep=options.keep)


if __name__ == "__main__":
    main()
