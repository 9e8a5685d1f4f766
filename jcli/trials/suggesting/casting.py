"""What could be said and done to somebody in a journey: traits that decide its rules, events that it listens to, pages
that it looks for. All as steps of a case.

For each rule of the journey somebody is looked for whom it lets through and somebody whom it does not, for rules about
the same traits together (`jcli/logic/witness.py`). Nothing here knows where anybody stands; see `exploring.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jcli.engine import Facts, Rule, compile_rule
from jcli.engine.canvas import EventPlan
from jcli.logic.patterns import url_matcher
from jcli.logic.regexes import samples
from jcli.logic.witness import Witness, witness
from jcli.model import Json, Kind, Node, NodeType
from jcli.rehearsal import Live, Setting
from jcli.trials.script import Past, Step, Verb
from jcli.trials.suggesting.asking import (
    Group,
    Values,
    fading_of,
    groups_of,
    preferring,
    topics,
    values_of,
    withins,
    witnesses,
)

MOST_EVENTS = 20
"""A case that sends an event more often than this to satisfy a rule is nothing to read, so none is suggested."""

_HOUR = 3_600_000
_PATH: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cast:
    """`entries` are ways in, by trigger node; `changes` sets of traits (None: taken away); `sent` events that rules ask
    about, repeated as often as one of them wants; `pasts` what may have happened before; `heard` what the nodes that
    wait for events listen to; `goal` what meets the goal. `asked` tells people apart: the groups of rules, compiled,
    with the properties of the event that they judge, if any. `fading` are events that are asked about for a time, each
    with the shortest, `recent` all such times."""

    entries: Mapping[str, Step]
    changes: tuple[Json, ...]
    sent: tuple[tuple[Step, ...], ...]
    pasts: tuple[tuple[Past, ...], ...]
    heard: Mapping[str, Step]
    goal: tuple[Step, ...]
    asked: tuple[tuple[tuple[Rule, ...], Json], ...]
    fading: Mapping[str, int]
    recent: tuple[int, ...]

    def answers(self, facts: Facts) -> tuple[int, ...]:
        """Which rule of each group is the first that holds for somebody."""
        return tuple(_first(group, replace(facts, properties=properties)) for group, properties in self.asked)


def cast_of(live: Live, setting: Setting) -> Cast:
    """The cast of a journey. What rules say is decided by the logic, within a limit of effort."""
    values = values_of(setting)
    groups = list(groups_of(live, setting))
    found = witnesses(groups, values)
    entries = {live.name_of(node.id): step for node, step in _entries(live, setting, values)}
    if live.compiled.by_audience and any(item.traits for item in found):
        entries = {name: step for name, step in entries.items() if step.verb is not Verb.ENTER}  # they come
    heard = {node.id: step for node, step in _heard(live, values)}
    return Cast(
        entries,
        tuple(_once(dict(item.traits) for item in found if item.traits)),
        tuple(_sent(found)),
        tuple(_once(past for item in found if (past := _past(item)))),
        heard,
        tuple(_goal(live, setting, values)),
        tuple((tuple(compile_rule(rule) for rule in group), _properties(group, values)) for group in groups),
        fading_of(rule for group in groups for rule in group),
        tuple(sorted({within for _, within in withins(rule for group in groups for rule in group)})),
    )


def _first(group: Sequence[Rule], facts: Facts) -> int:
    return next((number for number, rule in enumerate(group) if rule.test(facts)), len(group))


def _properties(group: Group, values: Values) -> Json:
    """What the event is like that rules about events and people together let through: the event of `_event`."""
    judging = any(topic.kind == "property" for rule in group for topic in topics(rule))
    found = witness((group[0], True), prefer=preferring(values)) if judging else None
    return {} if found is None else {key: value for key, value in found.properties.items() if value is not None}


def _once(items: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found


def _sent(found: Iterable[Witness]) -> Iterator[tuple[Step, ...]]:
    counts = {(name, row[-1][1]) for item in found for name, row in item.past.items()}
    for name, times in sorted(counts):
        if 0 < times <= MOST_EVENTS:
            yield (Step(_PATH, Verb.EVENT, name),) * times


def _past(found: Witness) -> tuple[Past, ...]:
    """What happened before the case, so that rules find it as often as they ask for it."""
    past: list[Past] = []
    for name, row in found.past.items():
        times, since = 0, 0.0
        for within, total in row:
            if total > MOST_EVENTS:
                return ()
            past += [Past(int(since) + _HOUR, name)] * (total - times)
            times, since = total, within
    return tuple(past)


# Events and pages


def _entries(live: Live, setting: Setting, values: Values) -> Iterator[tuple[Node, Step]]:
    for node in live.graph.of_type(NodeType.TRIGGER):
        config = node.config.get("triggerConfig") or {}
        match node.config["triggerType"]:
            case "URL_MATCH":
                url = url_for(config["matchType"], config["pattern"], setting, live)
                step = None if url is None else Step(_PATH, Verb.PAGE, url)
            case "CUSTOM_EVENT":
                step = _event(config["eventName"], config.get("where"), values)
            case "ELEMENT_CLICK":
                url = url_for("contains", config["url"], setting, live) if config.get("url") else None
                step = Step(_PATH, Verb.CLICK, config["selector"], url=url)
            case _:
                step = Step(_PATH, Verb.ENTER, live.key)
        if step is not None:
            yield node, step


def _heard(live: Live, values: Values) -> Iterator[tuple[Node, Step]]:
    for node in live.graph.of_type(NodeType.WAIT_FOR_EVENT):
        assert isinstance(live.compiled.canvas.nodes[node.id].plan, EventPlan)
        step = _event(node.config["eventName"], node.config.get("where"), values)
        if step is not None:
            yield node, step


def _event(name: str, where: Json | None, values: Values) -> Step | None:
    """The event with properties that `where` lets through; None where none were found."""
    if where is None:
        return Step(_PATH, Verb.EVENT, name)
    found = witness((where, True), prefer=preferring(values))
    if found is None:
        return None
    properties = {key: value for key, value in found.properties.items() if value is not None}
    return Step(_PATH, Verb.EVENT, name, properties=properties)


def _goal(live: Live, setting: Setting, values: Values) -> Iterator[Step]:
    """What meets the goal besides traits, which change anyway, and content, which is finished where it is shown."""
    goal = live.journey.goal_config
    if goal is None:
        return
    config = goal["config"]
    if goal["type"] == "event":
        step = _event(config["eventName"], config.get("where"), values)
        if step is not None:
            yield step
    elif goal["type"] == "page_visit":
        url = url_for(config["matchType"], config["pattern"], setting, live)
        if url is not None:
            yield Step(_PATH, Verb.PAGE, url)


def url_for(match: str, pattern: str, setting: Setting, live: Live) -> str | None:
    """A URL that the pattern matches, on a domain of the journey's site where it leaves the domain open."""
    home = f"https://{_domain(setting, live)}"
    patterns = list(samples(pattern)) if match == "regex" else [pattern]
    tail = [f"{home}{text if text.startswith('/') else f'/{text}'}" for text in patterns]
    whole = [text for text in patterns if "://" in text]
    return next(filter(url_matcher(match, pattern), [*whole, *tail, *patterns]), None)


def _domain(setting: Setting, live: Live) -> str:
    for document in setting.documents:
        if document.kind is Kind.SITE and document.key == live.document.data.get("site"):
            domains = document.data.get("domains")
            if domains:
                return str(domains[-1])
    return "app.example"
