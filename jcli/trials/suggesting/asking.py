"""What the rules of a journey ask, and somebody for each way to answer them.

Rules about the same traits or events are answered together (`jcli/logic/witness.py`), so that a person who is right
for one of them is not by accident wrong for another. Values that the vocabulary lists come before others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from jcli.durations import parse_duration
from jcli.logic import Effort, Topic
from jcli.logic.witness import Prefer, Witness, witness
from jcli.model import Json, Kind, NodeType
from jcli.rehearsal import Live, Setting

MOST_TOGETHER = 60
"""So many ways to answer the rules about the same traits are thought of."""

Group = Sequence[Json]
"""Rules of which the first that holds counts: the branches of a CONDITION, or a rule alone."""

Values = Mapping[Topic, Sequence[Any]]
"""What traits and properties are, as far as the vocabulary says so."""


def groups_of(live: Live, setting: Setting) -> Iterator[Group]:
    """All rules that decide about somebody by what they are or did before."""
    audience = setting.audiences.get(live.journey.audience_id or "")
    if audience is not None:
        yield [audience.rules]
    goal = live.journey.goal_config
    if goal is not None and goal["type"] == "attribute_match":
        yield [goal["config"]]
    elif goal is not None and _judges_people(goal["config"].get("where")):
        yield [goal["config"]["where"]]
    for node in live.graph.of_type(NodeType.CONDITION):
        branches = node.config.get("branches")
        yield [branch["rules"] for branch in branches] if branches else [node.config["rules"]]
    for node in live.graph.of_type(NodeType.TRIGGER, NodeType.WAIT_FOR_EVENT):
        where = (node.config.get("triggerConfig") or node.config).get("where")
        if _judges_people(where):
            yield [where]


def _judges_people(where: Json | None) -> TypeGuard[Json]:
    """Whether it asks of an event also who does it."""
    return where is not None and any(topic.kind != "property" for topic in topics(where))


def leaves(rules: Iterable[Json]) -> Iterator[Json]:
    """The comparisons of rules."""
    waiting = list(rules)
    while waiting:
        part = waiting.pop()
        inner = part.get("all") or part.get("any") or ([part["not"]] if "not" in part else [])
        waiting += inner
        if not inner:
            yield part


def topics(rule: Json) -> set[Topic]:
    """What a rule asks about."""
    kinds = ("trait", "property", "event")
    return {Topic(kind, leaf[kind]) for leaf in leaves([rule]) for kind in kinds if kind in leaf}


def fading_of(rules: Iterable[Json]) -> dict[str, int]:
    """Events that are asked about for a time, with the shortest such time in milliseconds."""
    found: dict[str, int] = {}
    for event, within in withins(rules):
        found[event] = min(within, found.get(event, within))
    return found


def withins(rules: Iterable[Json]) -> Iterator[tuple[str, int]]:
    """The times, in milliseconds, for which events are asked about."""
    for leaf in leaves(rules):
        if "event" in leaf and leaf.get("within") is not None:
            yield leaf["event"], parse_duration(leaf["within"])


def witnesses(groups: Sequence[Group], values: Values) -> list[Witness]:
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


def _answering(groups: Sequence[Group], values: Values) -> list[Witness]:
    """Group by group, each answer that goes together with those before it."""
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
                if len(longer) < MOST_TOGETHER and witness(*asked, prefer=preferring(values), effort=effort):
                    longer.append(asked)
        ways = longer or ways
    found = [witness(*way, prefer=preferring(values), effort=effort) for way in ways]
    return [item for item in found if item is not None]


def preferring(values: Values) -> Prefer:
    """Values of the vocabulary first."""
    return lambda topic: values.get(topic, ())


def values_of(setting: Setting) -> Values:
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
    return {"boolean": (True, False)}.get(str(said), ())
