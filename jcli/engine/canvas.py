"""A revision's nodes and edges, compiled: ways out by canonical label, plans with everything parsed.

What labels mean is `jcli/graph.py`'s to say. A plan is what a node's handler in `nodes.py` needs, no more. Compiling
raises ValueError for a value that the shape checks would have refused (a duration that is none).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jcli.durations import parse_duration, parse_instant
from jcli.engine.calendar import TimeOfDay, time_of_day
from jcli.engine.rules import Facts, Rule, compile_rule
from jcli.engine.split import Shares, equal, weighted
from jcli.graph import meaning, outcomes
from jcli.logic.patterns import Matcher, url_matcher
from jcli.model import Edge, Instant, Json, Node, NodeType

CLICK = "element_click"
"""The name of the track event that a click is."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A TRIGGER that events fire: a page view (`url` and no `event`), or a track event with all that is asked of it."""

    node_id: str
    event: str | None = None
    where: Rule | None = None
    url: Matcher | None = None
    selector: str | None = None

    def fires(self, url: str | None, selector: str | None, facts: Facts) -> bool:
        """Whether an event of the right name (or a page view) fires it."""
        if self.selector is not None and self.selector != selector:
            return False
        if self.url is not None and (url is None or not self.url(url)):
            return False
        return self.where is None or self.where.test(facts)


@dataclass(frozen=True, slots=True)
class ContentPlan:
    content_id: str | None
    content_type: str | None
    advance_on: str
    timeout: int | None


@dataclass(frozen=True, slots=True)
class WaitPlan:
    """Exactly one of the three is set."""

    duration: int | None = None
    until: Instant | None = None
    at: TimeOfDay | None = None


@dataclass(frozen=True, slots=True)
class EventPlan:
    name: str
    where: Rule | None
    timeout: int | None
    since_enrollment: bool

    def hears(self, name: str | None, facts: Facts) -> bool:
        return name == self.name and (self.where is None or self.where.test(facts))


@dataclass(frozen=True, slots=True)
class ConditionPlan:
    """Branches in order; `otherwise` are the labels for when none holds, the first that has a way is taken."""

    branches: tuple[tuple[str, Rule], ...]
    otherwise: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExitPlan:
    outcome: str | None


Plan = ContentPlan | WaitPlan | EventPlan | ConditionPlan | Shares | ExitPlan | None
"""None: a TRIGGER or GOAL_CHECK, whose handlers need nothing of the node."""


@dataclass(frozen=True, slots=True)
class CompiledNode:
    """`ways` are targets by canonical label; `plain` is the target of the way that needs no label."""

    id: str
    type: NodeType
    plan: Plan
    ways: Mapping[str, str]
    plain: str | None


@dataclass(frozen=True, slots=True)
class Canvas:
    """A compiled revision. `hears` are the nodes that wait since the enrollment began, by event name; `manual` is the
    id of the MANUAL trigger; `asks` the event names that its rules on past events read."""

    revision: int
    nodes: Mapping[str, CompiledNode]
    triggers: tuple[Trigger, ...] = ()
    manual: str | None = None
    waits: frozenset[str] = frozenset()
    hears: Mapping[str, tuple[CompiledNode, ...]] = field(default_factory=dict)
    asks: frozenset[str] = frozenset()


def compile_canvas(revision: int, nodes: Iterable[Node], edges: Iterable[Edge]) -> Canvas:
    """The canvas of a revision, be it the newest or one on which pinned people finish."""
    ways: dict[str, list[Edge]] = {}
    for edge in edges:
        ways.setdefault(edge.source, []).append(edge)
    asks: set[str] = set()
    compiled: dict[str, CompiledNode] = {}
    triggers: list[Trigger] = []
    manual = None
    hears: dict[str, tuple[CompiledNode, ...]] = {}
    waits: set[str] = set()
    for node in nodes:
        item = compiled[node.id] = _node(node, ways.get(node.id, []), asks)
        if node.type is NodeType.TRIGGER:
            trigger = _trigger(node, asks)
            if trigger is not None:
                triggers.append(trigger)
            elif manual is None:
                manual = node.id
        elif isinstance(item.plan, EventPlan):
            waits.add(item.plan.name)
            if item.plan.since_enrollment:
                hears[item.plan.name] = (*hears.get(item.plan.name, ()), item)
    return Canvas(revision, compiled, tuple(triggers), manual, frozenset(waits), hears, frozenset(asks))


def _node(node: Node, edges: list[Edge], asks: set[str]) -> CompiledNode:
    known = outcomes(node)
    ways: dict[str, str] = {}
    plain = None
    for edge in edges:
        label = meaning(node.type, edge.label)
        if label is None:
            plain = plain or edge.target
        else:
            ways.setdefault(label, edge.target)
    # A node with one way out takes it, whatever it is called, unless the name is one that only some outcomes take.
    if plain is None and len(edges) == 1 and not (known and next(iter(ways)) in known):
        plain = edges[0].target
    return CompiledNode(node.id, node.type, _plan(node, ways, asks), ways, plain)


def _plan(node: Node, ways: Mapping[str, str], asks: set[str]) -> Plan:
    config = node.config
    match node.type:
        case NodeType.CONTENT:
            advance = config.get("advanceOn") or "finished"
            return ContentPlan(node.content_id, config.get("contentType"), advance, _timeout(config))
        case NodeType.WAIT:
            return _wait(config)
        case NodeType.WAIT_FOR_EVENT:
            where = _rule(config.get("where"), asks)
            return EventPlan(config["eventName"], where, _timeout(config), config.get("since") == "enrollment")
        case NodeType.CONDITION if config.get("branches"):
            branches = [
                (meaning(node.type, branch["label"]) or "", _asking(branch["rules"], asks))
                for branch in config["branches"]
            ]
            return ConditionPlan(tuple(branches), ("default",))
        case NodeType.CONDITION:
            return ConditionPlan((("true", _asking(config["rules"], asks)),), ("false", "default"))
        case NodeType.SPLIT if config.get("weights"):
            return weighted(config["weights"])
        case NodeType.SPLIT:
            return equal(sorted(ways))
        case NodeType.EXIT:
            return ExitPlan(config.get("outcome"))
        case _:
            return None


def _wait(config: Json) -> WaitPlan:
    if config.get("until") is not None:
        return WaitPlan(until=parse_instant(config["until"]))
    if config.get("at") is not None:
        return WaitPlan(at=time_of_day(config["at"]))
    return WaitPlan(duration=parse_duration(config["duration"]))


def _trigger(node: Node, asks: set[str]) -> Trigger | None:
    """None for a MANUAL trigger, which no event fires."""
    config = node.config.get("triggerConfig") or {}
    match node.config["triggerType"]:
        case "URL_MATCH":
            return Trigger(node.id, url=url_matcher(config["matchType"], config["pattern"]))
        case "CUSTOM_EVENT":
            return Trigger(node.id, config["eventName"], _rule(config.get("where"), asks))
        case "ELEMENT_CLICK":
            part = config.get("url")
            return Trigger(
                node.id, CLICK, url=url_matcher("contains", part) if part else None, selector=config["selector"]
            )
        case _:
            return None


def _timeout(config: Json) -> int | None:
    return None if config.get("timeout") is None else parse_duration(config["timeout"])


def _rule(rules: Json | None, asks: set[str]) -> Rule | None:
    return None if rules is None else _asking(rules, asks)


def _asking(rules: Json, asks: set[str]) -> Rule:
    rule = compile_rule(rules)
    asks.update(rule.events)
    return rule
