"""What could be said and done to somebody in a journey: traits that decide its rules, events that it listens to, pages
that it looks for. All as steps of a case.

For each rule of the journey somebody is looked for whom it lets through and somebody whom it does not, for rules about
the same traits together (`jcli/logic/witness.py`). Nothing here knows where anybody stands; see `exploring.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jcli.engine import Facts, Rule, compile_rule
from jcli.engine.canvas import EventPlan
from jcli.logic import Effort, Topic
from jcli.logic.patterns import url_matcher
from jcli.logic.regexes import samples
from jcli.logic.witness import Witness, witness
from jcli.model import Json, Kind, Node, NodeType
from jcli.rehearsal import Live, Setting
from jcli.trials.script import Past, Step, Verb

MOST_TOGETHER = 60
"""So many ways to answer the rules about the same traits are thought of."""

MOST_EVENTS = 20
"""A case that sends an event more often than this to satisfy a rule is nothing to read, so none is suggested."""

_HOUR = 3_600_000
_PATH: tuple[str, ...] = ()

Group = Sequence[Json]
"""Rules of which the first that holds counts: the branches of a CONDITION, or a rule alone."""


@dataclass(frozen=True, slots=True)
class Cast:
    """`entries` are ways in, by trigger node; `changes` sets of traits (None: taken away); `sent` events that rules ask
    about, repeated as often as one of them wants; `pasts` what may have happened before; `heard` what the nodes that
    wait for events listen to; `goal` what meets the goal. `asked` tells people apart: the groups of rules, compiled."""

    entries: Mapping[str, Step]
    changes: tuple[Json, ...]
    sent: tuple[tuple[Step, ...], ...]
    pasts: tuple[tuple[Past, ...], ...]
    heard: Mapping[str, Step]
    goal: tuple[Step, ...]
    asked: tuple[tuple[Rule, ...], ...]

    def answers(self, facts: Facts) -> tuple[int, ...]:
        """Which rule of each group is the first that holds for somebody."""
        return tuple(
            next((number for number, rule in enumerate(group) if rule.test(facts)), len(group)) for group in self.asked
        )


def cast_of(live: Live, setting: Setting) -> Cast:
    """The cast of a journey. What rules say is decided by the logic, within a limit of effort."""
    values = _values_of(setting)
    groups = list(_groups(live, setting))
    found = _witnesses(groups, values)
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
        tuple(tuple(compile_rule(rule) for rule in group) for group in groups),
    )


def _once(items: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found


# Rules


def _groups(live: Live, setting: Setting) -> Iterator[Group]:
    audience = setting.audiences.get(live.journey.audience_id or "")
    if audience is not None:
        yield [audience.rules]
    goal = live.journey.goal_config
    if goal is not None and goal["type"] == "attribute_match":
        yield [goal["config"]]
    for node in live.graph.of_type(NodeType.CONDITION):
        branches = node.config.get("branches")
        yield [branch["rules"] for branch in branches] if branches else [node.config["rules"]]
    for node in live.graph.of_type(NodeType.TRIGGER, NodeType.WAIT_FOR_EVENT):
        where = (node.config.get("triggerConfig") or node.config).get("where")
        if where is not None and {topic.kind for topic in topics(where)} - {"property"}:
            yield [where]


def topics(rule: Json) -> set[Topic]:
    """What the leaves of a rule ask about."""
    found: set[Topic] = set()
    waiting = [rule]
    while waiting:
        part = waiting.pop()
        waiting += part.get("all") or part.get("any") or ([part["not"]] if "not" in part else [])
        found.update(Topic(kind, part[kind]) for kind in ("trait", "property", "event") if kind in part)
    return found


def _witnesses(groups: Sequence[Group], values: Mapping[Topic, Sequence[Any]]) -> list[Witness]:
    """Somebody for each way to answer the rules that have anything in common."""
    found: list[Witness] = []
    for together in _parts(groups):
        found += _answering(together, values)
    return found


def _parts(groups: Sequence[Group]) -> list[list[Group]]:
    """The groups in parts that share no topic."""
    parts: list[tuple[set[Topic], list[Group]]] = []
    for group in groups:
        asked = set[Topic]().union(*(topics(rule) for rule in group))
        own: tuple[set[Topic], list[Group]] = (asked, [group])
        near = [part for part in parts if not part[0].isdisjoint(asked)]
        for part in near:
            own = (own[0] | part[0], [*part[1], *own[1]])
        parts = [part for part in parts if part not in near] + [own]
    return [part for _, part in parts]


def _answering(groups: Sequence[Group], values: Mapping[Topic, Sequence[Any]]) -> list[Witness]:
    """Group by group, each answer that goes together with those before it; those that everybody gives come last."""
    effort = Effort(2_000_000)
    ways: list[tuple[tuple[Json, bool], ...]] = [()]
    for group in groups:
        longer: list[tuple[tuple[Json, bool], ...]] = []
        for way in ways:
            for number in range(len(group) + 1):
                asked = (
                    *way,
                    *((rule, False) for rule in group[:number]),
                    *((rule, True) for rule in group[number:][:1]),
                )
                if len(longer) < MOST_TOGETHER and witness(*asked, prefer=_preferring(values), effort=effort):
                    longer.append(asked)
        ways = longer or ways
    found = [witness(*way, prefer=_preferring(values), effort=effort) for way in ways]
    return [item for item in found if item is not None]


def _preferring(values: Mapping[Topic, Sequence[Any]]) -> Any:
    return lambda topic: values.get(topic, ())


def _values_of(setting: Setting) -> Mapping[Topic, Sequence[Any]]:
    """What the vocabularies of the workspace say that traits and properties are."""
    found: dict[Topic, Sequence[Any]] = {}
    for document in setting.documents:
        if document.kind is not Kind.VOCABULARY or not isinstance(document.data, dict):
            continue
        for name, said in (document.data.get("traits") or {}).items():
            found[Topic("trait", name)] = _listed(said)
        for event in (document.data.get("events") or {}).values():
            for name, said in ((event or {}).get("properties") or {}).items():
                found.setdefault(Topic("property", name), _listed(said))
    return found


def _listed(said: Any) -> Sequence[Any]:
    if isinstance(said, dict):
        return said.get("values") or _listed(said.get("type"))
    return {"boolean": (True, False), "number": (1, 10, 100), "date": ("2026-01-01",)}.get(str(said), ())


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


def _entries(live: Live, setting: Setting, values: Mapping[Topic, Sequence[Any]]) -> Iterator[tuple[Node, Step]]:
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


def _heard(live: Live, values: Mapping[Topic, Sequence[Any]]) -> Iterator[tuple[Node, Step]]:
    for node in live.graph.of_type(NodeType.WAIT_FOR_EVENT):
        assert isinstance(live.compiled.canvas.nodes[node.id].plan, EventPlan)
        step = _event(node.config["eventName"], node.config.get("where"), values)
        if step is not None:
            yield node, step


def _event(name: str, where: Json | None, values: Mapping[Topic, Sequence[Any]]) -> Step | None:
    """The event with properties that `where` lets through; None where none were found."""
    if where is None:
        return Step(_PATH, Verb.EVENT, name)
    found = witness((where, True), prefer=_preferring(values))
    if found is None:
        return None
    properties = {key: value for key, value in found.properties.items() if value is not None}
    return Step(_PATH, Verb.EVENT, name, properties=properties)


def _goal(live: Live, setting: Setting, values: Mapping[Topic, Sequence[Any]]) -> Iterator[Step]:
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
