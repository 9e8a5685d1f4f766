"""Whether a journey is wrong, decided by running it: the engine, through everything that can happen. No check is asked.

The sentences are those of `docs/journeys.md` and its pages about nodes. A journey is **broken** when

- `no-entry`: it has no TRIGGER. "Where people enter."
- `never-reached`: nobody ever comes to a node, though every CONDITION may answer anything, every branch of a SPLIT has
  people, every event comes and every GOAL_CHECK may answer either way.
- `never-taken`: people come to a node, and nobody ever takes one of its ways. Outcomes have the ways of the table in
  "Nodes and their ways out"; an EXIT has none; of two ways that read the same the engine takes the first.
- `no-answer`: a node that decides has an answer without a way for it: the `false` of a CONDITION, a branch or
  `default`, a share of a SPLIT, the `not_met` of a GOAL_CHECK. A plain way is no answer there: "their labels tell them
  apart".
- `round-at-once`: ways lead round on which nobody is held. "After 100 nodes in one go it is stopped (`step_limit`):
  that is a circle without a wait."
- `into-trigger`: somebody who is on their way comes to a TRIGGER.
- `no-end`: somebody stands where no way leads to an end, whatever comes, and neither `exitOnGoal` ends them. A
  deadline is no end for those who have met the goal.
- `shares`: a SPLIT does not give each label its weight in hundredths of all people.
- `no-goal`: a GOAL_CHECK or `exitOnGoal` asks for the goal of a journey without one.
- `unreadable`: the engine cannot run it: a value that means nothing, a way to a node that is not there.
- `misnamed`: it says something that does not exist (a field, a kind of node, an audience, a content, a site, a holdout,
  an event of which the vocabulary does not know). The engine passes over such words, so who wrote the mutation says so.

It is **doubtful** (a warning is due, and no error) when the page allows it and hardly anybody means it:

- `path-end`: a path ends at a node that is no EXIT (`path_end`).
- `for-ever`: somebody stands on a node whom time alone never moves: no timeout and no deadline. On a CONTENT that is
  asked only where another one may come after it, which they miss.
- `nobody`: no person of any kind gets an answer of a CONDITION, or nobody can fire a trigger.
- `too-late`: nobody comes to a GOAL_CHECK with the goal unmet before the deadline ends them.
- `holdout`: people of a holdout are shown content.

Everything else is **right**: also an answer that nobody gets only because of what an earlier node made of them.
`exploration.py` has the two explorations on which this rests, `people.py` the people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jcli.engine import Canvas, CompiledJourney, NotRunnable, compile_journey
from jcli.engine.canvas import CompiledNode, ConditionPlan
from jcli.engine.nodes import way
from jcli.engine.split import BUCKETS, Shares
from jcli.graph import meaning
from jcli.model import Audience, Edge, Journey, NodeType
from tests.engine.harness import journey as journey_of
from tests.mutations.exploration import AsDrawn, AsLived, Seen, explore
from tests.mutations.people import Cast

_DECIDES = (NodeType.CONDITION, NodeType.SPLIT, NodeType.GOAL_CHECK)


@dataclass(frozen=True)
class Verdict:
    """The clauses of the definition that a journey falls under, each with the places."""

    broken: Mapping[str, list[str]]
    doubtful: Mapping[str, list[str]]

    @property
    def word(self) -> str:
        return "broken" if self.broken else "doubtful" if self.doubtful else "right"


def judge(body: Mapping[str, Any], audiences: Mapping[str, Mapping[str, Any]], claim: str | None = None) -> Verdict:
    """The verdict on the plain data of a journey's document. `audiences` are rules by key; `claim` is what the author
    of a mutation says of it."""
    if claim is not None:
        return Verdict({claim: ["by construction"]}, {})
    rules = audiences.get(str(body.get("audience")))
    try:
        made = journey_of(str(body["journey"]), {key: value for key, value in body.items() if key != "journey"})
        unknown = [edge.target for edge in made.edges if edge.target not in body["nodes"]]
        if unknown:
            return Verdict({"unreadable": unknown}, {})
        audience = None if rules is None else Audience("a", str(body.get("audience")), rules)
        compiled = compile_journey(replace(made, audience_id=None if rules is None else "a"), 1, audience)
    except (NotRunnable, KeyError, TypeError, ValueError) as error:
        return Verdict({"unreadable": [repr(error)]}, {})
    return _verdict(body, made, compiled, rules)


def _verdict(
    body: Mapping[str, Any], made: Journey, compiled: CompiledJourney, audience: Mapping[str, Any] | None
) -> Verdict:
    holdouts = {
        node.id: node.config["holdout"].casefold() for node in made.nodes if node.config and "holdout" in node.config
    }
    drawn = explore(AsDrawn(compiled), holdouts)
    broken = _gathered(_broken(body, made, compiled, drawn))
    if broken:
        return Verdict(broken, {})
    cast = _cast(body, audience)
    lived = explore(AsLived(compiled, cast), holdouts)
    return Verdict({}, _gathered(_doubtful(compiled, cast, drawn, lived)))


def _gathered(found: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    clauses: dict[str, list[str]] = {}
    for clause, place in found:
        clauses.setdefault(clause, []).append(place)
    return clauses


def _broken(body: Mapping[str, Any], made: Journey, compiled: CompiledJourney, seen: Seen) -> Iterator[tuple[str, str]]:
    nodes = compiled.canvas.nodes
    if not any(node.type is NodeType.TRIGGER for node in nodes.values()):
        yield "no-entry", "journey"
        return
    yield from (("never-reached", key) for key in nodes if key not in seen.came)
    yield from _never_taken(made, compiled.canvas, seen)
    yield from _no_answer(made, compiled.canvas)
    yield from _round(seen)
    yield from (("into-trigger", target) for _, _, target in seen.taken if nodes[target].type is NodeType.TRIGGER)
    goal = compiled.goal
    if not compiled.settings.exit_on_goal:
        yield from (("no-end", key) for key in seen.stuck)
    yield from _shares(body, compiled.canvas)
    if goal is None:
        yield from (("no-goal", key) for key, node in nodes.items() if node.type is NodeType.GOAL_CHECK)
        if compiled.settings.exit_on_goal:
            yield "no-goal", "settings"


def _never_taken(made: Journey, canvas: Canvas, seen: Seen) -> Iterator[tuple[str, str]]:
    """The ways that nobody takes, of nodes to which people come. The engine tells ways of a node apart by label; of
    those that it does not tell apart it takes the first."""
    first: set[tuple[str, str | None]] = set()
    for edge in made.edges:
        node = canvas.nodes[edge.source]
        label = meaning(node.type, edge.label)
        taken = (edge.source, label, edge.target) in seen.taken
        # The label of an only way may be just a name; the engine then makes it the plain one.
        taken = taken or (_only(made, edge) and (edge.source, None, edge.target) in seen.taken)
        if edge.source in seen.came and ((edge.source, label) in first or not taken):
            yield "never-taken", f"{edge.source} -{edge.label}-> {edge.target}"
        first.add((edge.source, label))


def _only(made: Journey, edge: Edge) -> bool:
    return sum(other.source == edge.source for other in made.edges) == 1


def _no_answer(made: Journey, canvas: Canvas) -> Iterator[tuple[str, str]]:
    """Answers without a way of their own; `true` and `met` may end the path."""
    for node in canvas.nodes.values():
        labels = [edge.label for edge in made.edges if edge.source == node.id]
        if node.type in _DECIDES and len(labels) > 1 and not all(labels):
            yield "no-answer", f"{node.id}: a plain way"
        for answer in _answers(node):
            if way(replace(node, plain=None), *answer).target is None:
                yield "no-answer", f"{node.id}: {answer[0]}"


def _answers(node: CompiledNode) -> list[tuple[str, ...]]:
    match node.plan:
        case ConditionPlan(branches, otherwise):
            needed = [(label,) for label, _ in branches] if otherwise == ("default",) else []
            return [*needed, otherwise]
        case Shares():
            return [(label,) for label, share in _given(node.plan).items() if share]
        case _:
            return [("not_met",)] if node.type is NodeType.GOAL_CHECK else []


def _given(plan: Shares) -> dict[str, int]:
    """How many of all buckets the engine gives to each label."""
    given = dict.fromkeys(plan.labels, 0)
    for place in range(BUCKETS):
        label = plan.label(place)
        if label is not None:
            given[label] += 1
    return given


def _shares(body: Mapping[str, Any], canvas: Canvas) -> Iterator[tuple[str, str]]:
    for key, node in canvas.nodes.items():
        weights = (body["nodes"][key].get("config") or {}).get("weights")
        if isinstance(node.plan, Shares) and weights:
            given = _given(node.plan)
            wrong = {
                label: given[label.casefold()]
                for label, weight in weights.items()
                if given[label.casefold()] != weight * BUCKETS // 100
            }
            if wrong or sum(given.values()) != BUCKETS:
                yield "shares", f"{key}: {wrong or given}"


def _round(seen: Seen) -> Iterator[tuple[str, str]]:
    yield from (("round-at-once", node_id) for reason, node_id, _ in seen.endings if reason == "step_limit")
    ahead: dict[str, set[str]] = {}
    for source, target in seen.at_once:
        ahead.setdefault(source, set()).add(target)
    for start in ahead:
        waiting, found = [start], set[str]()
        while waiting:
            for target in ahead.get(waiting.pop(), ()):
                if target not in found:
                    found.add(target)
                    waiting.append(target)
        if start in found:
            yield "round-at-once", start


def _doubtful(compiled: CompiledJourney, cast: Cast, drawn: Seen, lived: Seen) -> Iterator[tuple[str, str]]:
    nodes, goal = compiled.canvas.nodes, compiled.goal
    for reason, node_id, label in sorted(drawn.endings, key=str):
        if reason == "path_end":
            yield "path-end", f"{node_id}: {label}"
    bounded = goal is not None and goal.deadline is not None
    for node_id in sorted(drawn.timeless):
        if not bounded and _costs(nodes, drawn, node_id):
            yield "for-ever", node_id
    yield from (("holdout", node_id) for node_id in sorted(drawn.spared))
    yield from (("nobody", key) for key in sorted(drawn.entered - lived.entered))
    yield from _never_answered(compiled, cast, drawn, lived)


def _costs(nodes: Mapping[str, CompiledNode], drawn: Seen, node_id: str) -> bool:
    """Whether somebody who waits on this node for ever misses anything: a CONTENT has been shown, so only what would
    be shown after it."""
    ahead, found = {node_id}, set[str]()
    while ahead:
        at = ahead.pop()
        found |= (new := {target for source, _, target in drawn.taken if source == at} - found)
        ahead |= new
    return nodes[node_id].type is not NodeType.CONTENT or any(
        nodes[key].type is NodeType.CONTENT for key in found - {node_id}
    )


def _never_answered(compiled: CompiledJourney, cast: Cast, drawn: Seen, lived: Seen) -> Iterator[tuple[str, str]]:
    """Answers that are drawn and that nobody gets."""
    unmet = []
    for node_id, label, target in sorted(drawn.taken - lived.taken, key=str):
        plan = compiled.canvas.nodes[node_id].plan
        if isinstance(plan, ConditionPlan) and label not in cast.answers(plan):
            yield "nobody", f"{node_id} -{label}-> {target}"
        if compiled.canvas.nodes[node_id].type is NodeType.GOAL_CHECK and label == "not_met" and node_id in lived.came:
            unmet.append((node_id, label, target))
    goal = compiled.goal
    if unmet and goal is not None and goal.deadline is not None:
        # Who comes at the very instant of the deadline is in time.
        later = explore(AsLived(replace(compiled, goal=replace(goal, deadline=goal.deadline + 1)), cast), {})
        without = explore(AsLived(replace(compiled, goal=replace(goal, deadline=None)), cast), {})
        unmet = [way_out for way_out in unmet if way_out not in later.taken]
        yield from (
            ("too-late", node_id) for node_id, label, target in unmet if (node_id, label, target) in without.taken
        )


def _cast(body: Mapping[str, Any], audience: Mapping[str, Any] | None) -> Cast:
    nodes = [(node, node.get("config") or {}) for node in body["nodes"].values()]
    asked = [[audience]] if audience else []
    wheres, urls = [], []
    for node, config in nodes:
        if node["type"] == "CONDITION":
            asked.append([branch["rules"] for branch in config.get("branches") or ()] or [config["rules"]])
        trigger = config.get("triggerConfig") or {}
        wheres += [rule for rule in (config.get("where"), trigger.get("where")) if rule]
        urls += [("contains", trigger["url"])] if trigger.get("url") else []
        urls += [(trigger["matchType"], trigger["pattern"])] if "pattern" in trigger else []
    goal = body.get("goalConfig") or {}
    config = goal.get("config") or {}
    if goal.get("type") == "attribute_match":
        asked.append([config])
    wheres += [config["where"]] if config.get("where") else []
    urls += [(config["matchType"], config["pattern"])] if "pattern" in config else []
    return Cast(asked, wheres, urls)
