"""How many events a second `react` takes: the eight example journeys live, 10,000 persons, no store.

Three streams: track events that no journey names, page views that match no pattern, and the mix (70 % of the first two,
30 % that move somebody or might: sign-ups, clicks, shares, sessions, traits, pages). Time passes through thirty days,
so waits and deadlines fall due on the way. Next to it stands a function that does nothing, called with the same
arguments.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.measure import Run, in_turns, report, table
from jcli.compiler import compile_documents
from jcli.engine import Catalogue, Event, EventType, Listed, PersonState, Reaction, compile_journey, react
from jcli.model import Audience, Journey, JourneyStatus
from jcli.workspace import load, locate

ROOT = Path(__file__).resolve().parent.parent
START = 1_764_547_200_000  # 2025-12-01
MONTH = 30 * 86_400_000
SEED = 20261123

Stream = Sequence[tuple[int, Event]]
"""(index of the person, event), in order of arrival."""


def example_catalogue() -> tuple[str, Catalogue]:
    """The journeys of the example workspace, all published; their site's id besides."""
    loaded = load(locate(ROOT))
    compilation = compile_documents(loaded.documents, loaded.findings, "benchmark", {})
    items = [source.item for source in compilation.sources.values()]
    audiences = {item.id: item for item in items if isinstance(item, Audience)}
    journeys = [item for item in items if isinstance(item, Journey)]
    listed = [
        Listed(compile_journey(item, 1, audiences.get(item.audience_id or "")), JourneyStatus.PUBLISHED)
        for item in journeys
    ]
    return journeys[0].site_id, Catalogue(listed, audiences.values(), ZoneInfo)


def _track(name: str, at: int, number: int, **properties: object) -> Event:
    return Event(EventType.TRACK, at, name, f"m{number}", at, properties)


def _irrelevant(chance: random.Random, at: int, number: int) -> Event:
    return _track(f"ui_{chance.randrange(40)}", at, number, x=chance.random(), label="row")


def _page(chance: random.Random, at: int, number: int) -> Event:
    url = f"https://app.fernwick.example/roadmaps/{chance.randrange(10_000)}"
    return Event(EventType.PAGE, at, "Roadmap", f"m{number}", at, {"url": url}, url=url)


def _relevant(chance: random.Random, at: int, number: int) -> Event:
    kind = chance.random()
    if kind < 0.15:
        traits = {
            "role": chance.choice(["admin", "member", "viewer"]),
            "plan": chance.choice(["free", "trial", "team"]),
        }
        return Event(EventType.IDENTIFY, at, None, f"m{number}", at, traits=traits)
    if kind < 0.25:
        url = chance.choice(["https://www.fernwick.example/pricing", "https://app.fernwick.example/settings/members"])
        return Event(EventType.PAGE, at, None, f"m{number}", at, url=url)
    if kind < 0.3:
        click = chance.choice(["#start-free", "[data-track=export-roadmap]"])
        return Event(EventType.TRACK, at, "element_click", f"m{number}", at, selector=click)
    names = ["signup_completed", "session_started", "session_started", "project_created", "roadmap_shared"]
    names += ["roadmap_exported", "teammate_invited", "teammate_joined", "trial_started", "checkout_started"]
    return _track(chance.choice(names), at, number, recipients=chance.randrange(5))


def stream(count: int, people: int, make: Callable[[random.Random, int, int], Event]) -> Stream:
    """Events of the whole month, by people drawn at random."""
    chance = random.Random(SEED)
    return [
        (chance.randrange(people), make(chance, START + number * MONTH // count, number)) for number in range(count)
    ]


def _mixed(chance: random.Random, at: int, number: int) -> Event:
    kind = chance.random()
    return (_irrelevant if kind < 0.55 else _page if kind < 0.7 else _relevant)(chance, at, number)


def do_nothing(person: PersonState, event: Event, catalogue: Catalogue) -> Reaction | None:  # noqa: ARG001
    return None


@dataclass
class Feeding:
    """Feeds a stream to people who begin anew each time; counts what happened."""

    site_id: str
    catalogue: Catalogue
    people: int
    transitions: int = 0
    moved: int = 0

    def run(self, events: Stream) -> float:
        catalogue = self.catalogue
        states = [PersonState(self.site_id, f"person-{number}") for number in range(self.people)]
        transitions = moved = 0
        begin = time.perf_counter()
        for index, event in events:
            reaction = react(states[index], event, catalogue)
            states[index] = reaction.person
            if reaction.transitions:
                transitions += len(reaction.transitions)
                moved += 1
        took = time.perf_counter() - begin
        self.transitions, self.moved = transitions, moved
        return took

    def nothing(self, events: Stream) -> float:
        catalogue = self.catalogue
        states = [PersonState(self.site_id, f"person-{number}") for number in range(self.people)]
        begin = time.perf_counter()
        for index, event in events:
            do_nothing(states[index], event, catalogue)
        return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer events and rounds")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    options = parser.parse_args()
    count, people, rounds = (40_000, 4_000, 3) if options.quick else (200_000, 10_000, 7)
    site_id, catalogue = example_catalogue()
    feeding = Feeding(site_id, catalogue, people)
    streams = {
        "irrelevant": stream(count, people, _irrelevant),
        "pages": stream(count, people, _page),
        "mixed": stream(count, people, _mixed),
    }
    contenders: dict[str, Run] = {"nothing": lambda: feeding.nothing(streams["mixed"])}
    contenders |= {name: (lambda events=events: feeding.run(events)) for name, events in streams.items()}
    timings = in_turns(contenders, rounds)
    shown = {
        "nothing": "a function that does nothing",
        "irrelevant": "track events that no journey names",
        "pages": "page views that match no pattern",
        "mixed": "the mix, 30 % relevant",
    }
    floor = timings["nothing"].median
    rows = [
        [
            text,
            f"{count / timings[key].median:,.0f} events/s",
            timings[key].text("us an event", 1e6 / count),
            f"{timings[key].median / floor:.1f}",
        ]
        for key, text in shown.items()
    ]
    feeding.run(streams["mixed"])
    lines = [
        f"{len(catalogue.journeys)} journeys, {people:,} persons, {count:,} events; median of {rounds} rounds.",
        f"In the mix {feeding.moved:,} events moved somebody, by {feeding.transitions:,} transitions.",
        "",
        *table(["what", "rate", "time", "ratio"], rows),
    ]
    report("engine", lines, keep=options.keep)


if __name__ == "__main__":
    main()
