"""Why something of a journey was not reached: because a check says that it cannot be, because what leads there was not
reached either, or because no way was found, which is no proof.

Only what the checks have found is called impossible. What the search says is said as what it is: how much was tried.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from jcli.findings import Finding
from jcli.model import Json, Node, NodeType
from jcli.rehearsal import Live
from jcli.trials.coverage import Aim, Aspect

BEHIND = "behind"
NOT_FOUND = "not-found"
GAVE_UP = "gave-up"

_NOBODY = ("impossible-rule", "shadowed-branch")


@dataclass(frozen=True, slots=True)
class Unreached:
    """`reason` is the slug of the check that says that nobody can get there, else `behind`, `not-found` or `gave-up`;
    `because` a sentence without an end."""

    aim: Aim
    reason: str
    because: str


def unreached(
    live: Live, left: Iterable[Aim], findings: Sequence[Finding], tried: int, *, exhausted: bool
) -> list[Unreached]:
    """Why each of these aims is left. `tried` is how many things were tried, `exhausted` whether that was all."""
    left = list(left)
    nodes = {aim.name for aim in left if aim.aspect is Aspect.NODES}
    found = [
        finding
        for finding in findings
        if finding.code in (*_NOBODY, "late-deadline") and (finding.journey == live.key or _of_audience(live, finding))
    ]
    return [_why(live, aim, nodes, found, tried, exhausted) for aim in left]


def _of_audience(live: Live, finding: Finding) -> bool:
    return finding.document is not None and finding.document == f"audience {live.document.data.get('audience')}"


def _why(
    live: Live, aim: Aim, nodes: Collection[str], findings: Sequence[Finding], tried: int, exhausted: bool
) -> Unreached:
    finding = next((finding for finding in findings if _speaks_of(live, finding, aim)), None)
    if finding is not None:
        return Unreached(aim, finding.code, finding.message)
    if aim.aspect is not Aspect.NODES and aim.aspect is not Aspect.GOALS and aim.name in nodes:
        return Unreached(aim, BEHIND, f"nobody came to `{aim.name}`")
    if aim.aspect is Aspect.NODES:
        sources = [live.name_of(edge.source) for edge in live.graph.ways_in(live.node_id(aim.name) or "")]
        if sources and all(source in nodes for source in sources):
            return Unreached(aim, BEHIND, f"nobody came to `{sources[0]}`")
    if exhausted:
        return Unreached(aim, NOT_FOUND, f"no way was found; {tried:,} things were tried")
    return Unreached(aim, GAVE_UP, f"the search gave up after {tried:,} things were tried")


def _speaks_of(live: Live, finding: Finding, aim: Aim) -> bool:
    """Whether what a check found is the very reason why the aim cannot be reached."""
    if finding.code == "late-deadline":
        return aim in _after_late_check(live)
    if finding.node is None:
        return _about_all(live, finding, aim)
    node_id = live.node_id(finding.node)
    if node_id is None:
        return False
    labels = set(_never(live.graph.node(node_id), finding))
    if aim.name != finding.node:
        return aim.aspect is Aspect.NODES and _only_by(live, aim.name, finding.node, labels)
    match aim.aspect:
        case Aspect.EDGES | Aspect.LABELS:
            return aim.label in labels
        case Aspect.ENTRIES:
            return live.graph.node(node_id).type is NodeType.TRIGGER
        case _:
            return False


def _only_by(live: Live, node: str, source: str, labels: Collection[str | None]) -> bool:
    """Whether all that leads to the node are ways that nobody takes."""
    ways = live.graph.ways_in(live.node_id(node) or "")
    return bool(ways) and all(
        live.name_of(edge.source) == source and (live.graph.meaning(edge) in labels or None in labels) for edge in ways
    )


def _about_all(live: Live, finding: Finding, aim: Aim) -> bool:
    """A goal that nobody meets, an audience that nobody is in."""
    if finding.path[:1] == ("goalConfig",):
        checks = {live.name_of(node.id) for node in live.graph.of_type(NodeType.GOAL_CHECK)}
        return (aim.aspect is Aspect.GOALS and aim.name == "met") or (aim.label == "met" and aim.name in checks)
    triggers = {live.name_of(node.id) for node in live.graph.of_type(NodeType.TRIGGER)}
    return aim.aspect in (Aspect.ENTRIES, Aspect.NODES) and aim.name in triggers and _of_audience(live, finding)


def _after_late_check(live: Live) -> list[Aim]:
    checks = [live.name_of(node.id) for node in live.graph.of_type(NodeType.GOAL_CHECK)]
    aims = [Aim(Aspect.LABELS, check, "not_met") for check in checks]
    ways = [edge for node in live.graph.of_type(NodeType.GOAL_CHECK) for edge in live.graph.ways_out(node.id)]
    return aims + [
        Aim(Aspect.EDGES, live.name_of(edge.source), "not_met", live.name_of(edge.target))
        for edge in ways
        if live.graph.meaning(edge) == "not_met"
    ]


def _never(node: Node, finding: Finding) -> Iterator[str | None]:
    """The labels of the node that nobody takes because of the rule that the finding is about; None for every way."""
    if node.type is NodeType.CONDITION:
        branches: Sequence[Json] = node.config.get("branches") or ()
        number = next((step for step in finding.path if isinstance(step, int)), None)
        if branches and number is not None:
            yield branches[number]["label"].casefold()
        elif not branches and not any(isinstance(step, int) for step in finding.path):
            yield "false" if finding.code == "shadowed-branch" else "true"
            yield from ("default",) if finding.code == "shadowed-branch" else ()
    elif node.type is NodeType.WAIT_FOR_EVENT:
        yield "event"
    elif node.type is NodeType.TRIGGER:
        yield None
