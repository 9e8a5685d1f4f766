"""A model document -> a Model: distributions become draws, keys become ids, rules are compiled.

The document passed its checks, so nothing is judged here. What it says of a journey that nobody can live in (it has
graph errors, or is not among those that are simulated) cannot happen and is left out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from typing import Any

from jcli.checks.model_names import share_value
from jcli.durations import parse_duration, parse_instant
from jcli.engine import Rule, compile_rule
from jcli.model import Instant, Json
from jcli.rehearsal import Live
from jcli.simulation import chances
from jcli.simulation.chances import Draw, Length, Stream
from jcli.simulation.living import DAY
from jcli.simulation.model import ARRIVAL, NO_RESPONSE, After, Deed, Model, Response, Trait, Verb

DAYS = 60
"""For how long each person is watched, where nobody says."""
START: Instant = 1_772_409_600_000
"""Monday 2026-03-02T00:00:00Z: a day like any other, for models that name none."""
OVER = 28 * DAY
"""Over which time people arrive, where nobody says."""


def model_of(data: Json, journeys: Mapping[str, Live], *, days: int | None = None) -> Model:
    """The model that a document describes, for these journeys (by key). `days` is said instead of the document's."""
    deeds: dict[After, list[Deed]] = {}
    streams: Counter[str] = Counter()
    names = {entry["as"] for entry in data.get("events", ()) if "as" in entry}
    for number, entry in enumerate(data.get("events", ())):
        after = _after(entry.get("after"), names, journeys)
        deed = _deed(number, entry, after, journeys) if after is not None else None
        if deed is not None:
            streams[deed.stream] += 1
            named = replace(deed, stream=f"{deed.stream} {streams[deed.stream]}")
            deeds.setdefault(deed.after, []).append(named)
    start = parse_instant(data["start"]) if "start" in data else START
    outcomes = data.get("outcomes", {})
    return Model(
        key=data["model"],
        start=start,
        arrive=_arrivals(data.get("arrivals", {}), start),
        days=days if days is not None else data.get("days", DAYS),
        anonymous=data.get("anonymous", 0.0),
        traits=tuple(_trait(name, said) for name, said in data.get("traits", {}).items()),
        deeds={after: tuple(found) for after, found in deeds.items()},
        nodes=frozenset(after[1] for after in deeds if after[0] == "node"),
        by_content={key: _response(said) for key, said in outcomes.get("contents", {}).items()},
        by_type={key: _response(said) for key, said in outcomes.get("types", {}).items()},
        response=_response(outcomes["default"]) if "default" in outcomes else NO_RESPONSE,
    )


def _arrivals(said: Json, start: Instant) -> Callable[[Stream], int]:
    """How long after the start somebody arrives: evenly over the time, but for days of the weekend, which weigh less
    (or more). Days are counted from the start; a day's name is that of the day on which it begins in UTC."""
    over, weekend = parse_duration(said["over"]) if "over" in said else OVER, said.get("weekend", 1.0)
    first = datetime.fromtimestamp(start / 1000, UTC).weekday()
    edges: list[int] = [*range(0, over, DAY), over]
    weights = [(b - a) * (weekend if (first + day) % 7 > 4 else 1.0) for day, (a, b) in enumerate(pairwise(edges))]
    if not any(weights):
        weights = [float(b - a) for a, b in pairwise(edges)]
    bounds = [0.0, *accumulate(weights)]

    def arrive(stream: Stream) -> int:
        at = stream.draw() * bounds[-1]
        day = min(bisect_right(bounds, at), len(weights)) - 1
        part = (at - bounds[day]) / weights[day]
        return edges[day] + int(part * (edges[day + 1] - edges[day]))

    return arrive


def _trait(name: str, said: Any) -> Trait:
    ways = said if isinstance(said, list) else [said]
    known = any(isinstance(way, dict) and way.get("known", False) for way in ways)
    return Trait(name, tuple((_rule(way), _draw(way)) for way in ways), known)


def _rule(said: Any) -> Rule | None:
    return compile_rule(said["when"]) if isinstance(said, dict) and "when" in said else None


def _draw(said: Any) -> Draw:
    """What a value is drawn by: a plain value is always that one."""
    if not isinstance(said, dict):
        return chances.certain(said)
    if "shares" in said:
        shares = said["shares"]
        return chances.one_of([share_value(text) for text in shares], list(shares.values()))
    draw = _span(said)
    return chances.sometimes(said["share"], draw) if "share" in said else draw


def _span(said: Json) -> Draw:
    whole = said.get("whole", False)
    if "between" in said:
        low, high = said["between"]
        return chances.whole_between(low, high) if whole else chances.between(low, high)
    if "median" in said:
        draw = chances.lognormal(said["median"], said["p90"])
        return chances.rounded(draw) if whole else draw
    return chances.certain(said["value"])


def _length(said: Any) -> Length | None:
    if said is None:
        return None
    if not isinstance(said, dict):
        return chances.certain(parse_duration(said))
    if "between" in said:
        low, high = map(parse_duration, said["between"])
        return chances.whole_between(low, high)
    if "median" in said:
        return chances.rounded(chances.lognormal(parse_duration(said["median"]), parse_duration(said["p90"])))
    return chances.rounded(chances.exponential(parse_duration(said["mean"])))


def _after(said: Any, names: set[str], journeys: Mapping[str, Live]) -> After | None:
    """What the deed follows; None for what cannot happen, because nobody lives in that journey."""
    if said is None:
        return ARRIVAL
    if isinstance(said, str):
        return ("deed", said) if said in names else ("event", said)
    if "content" in said:
        return "content", said["content"], said.get("outcome", "completed")
    live = journeys.get(said["journey"])
    if live is None:
        return None
    if "node" not in said:
        return "journey", live.journey.id
    node = live.node_id(said["node"])
    return None if node is None else ("node", node)


def _deed(number: int, said: Json, after: After, journeys: Mapping[str, Live]) -> Deed | None:
    verb = next(verb for verb in Verb if verb.value in said)
    value = "" if verb is Verb.IDENTIFY else said[verb.value]
    if verb is Verb.ENTER:
        if value not in journeys:
            return None
        value = journeys[value].journey.id
    drawn = said["identify"] if verb is Verb.IDENTIFY else said.get("properties", {})
    return Deed(
        number,
        verb,
        value,
        after,
        " ".join([verb.value, value, *after]),  # told apart by what is done after what: others may come and go
        name=said.get("as"),
        chance=said.get("chance", 1.0),
        delay=_length(said.get("delay")),
        every=_length(said.get("every")),
        lasting=parse_duration(said["for"]) if "for" in said else None,
        rule=_rule(said),
        once=said.get("once", False),
        known=said.get("known", False),
        url=said.get("url"),
        drawn=tuple(_draws(drawn)),
    )


def _draws(said: Json) -> Iterator[tuple[str, Draw]]:
    for name, value in said.items():
        yield name, _draw(value)


def _response(said: Json) -> Response:
    return Response(
        shown=said.get("shown", 1.0),
        completed=said.get("completed", 0.0),
        dismissed=said.get("dismissed", 0.0),
        delay=_length(said.get("delay")),
        takes=_length(said.get("takes")),
        drawn=tuple(_draws(said.get("traits", {}))),
    )
