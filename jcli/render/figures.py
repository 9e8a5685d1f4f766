"""A journey in numbers, as text and as JSON. What is rendered is described by its shape alone: `operations` counts it,
and no room of this floor imports another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import orjson

from jcli.durations import length
from jcli.model import NodeType
from jcli.render.findings import FORMAT_VERSION
from jcli.render.ink import Ink, plain
from jcli.render.tables import table

_NO_INK = Ink()
NodeKeys = Mapping[str, str]


class OfNode(Protocol):
    """A node in numbers; `median` in milliseconds, `type` None for a node that an edit has removed."""

    @property
    def id(self) -> str: ...
    @property
    def type(self) -> NodeType | None: ...
    @property
    def entered(self) -> int: ...
    @property
    def here(self) -> int: ...
    @property
    def left(self) -> Mapping[str, int]: ...
    @property
    def ended(self) -> Mapping[str, int]: ...
    @property
    def median(self) -> int | None: ...


class OfLabel(Protocol):
    """A branch of a SPLIT in numbers."""

    @property
    def label(self) -> str: ...
    @property
    def entered(self) -> int: ...
    @property
    def goals(self) -> int: ...
    @property
    def goal_rate(self) -> float | None: ...


class OfJourney(Protocol):
    """A journey in numbers; `nodes` in order along the journey."""

    @property
    def journey_id(self) -> str: ...
    @property
    def total(self) -> int: ...
    @property
    def enrollments(self) -> Mapping[str, int]: ...
    @property
    def goals(self) -> int: ...
    @property
    def goal_rate(self) -> float | None: ...
    @property
    def nodes(self) -> Sequence[OfNode]: ...
    @property
    def funnel(self) -> Sequence[tuple[str, int]]: ...
    @property
    def splits(self) -> Mapping[str, Sequence[OfLabel]]: ...


def text(title: str, stats: OfJourney, nodes: NodeKeys, ink: Ink = _NO_INK) -> str:
    """The journey, then its nodes as a funnel: REACHED is how many visits there were for each 100 enrollments."""
    by_status = ", ".join(f"{count:,} {status}" for status, count in stats.enrollments.items() if count)
    facts = f"  enrollments  {stats.total:,}" + (f": {by_status}" if by_status else "")
    goals = f"  goal met     {stats.goals:,}" + (f" ({_rate(stats.goal_rate)})" if stats.total else "")
    rows = [
        (
            nodes.get(node.id, node.id),
            node.type.value if node.type else "removed",
            f"{node.entered:,}",
            _rate(node.entered / stats.total) if stats.total else "",
            f"{node.here:,}",
            "" if node.median is None else length(node.median),
            _ways(node),
        )
        for node in stats.nodes
    ]
    heads = ("NODE", "TYPE", "ENTERED", "REACHED", "HERE NOW", "MEDIAN", "LEFT BY")
    blocks = [f"{ink(plain(title), 'bold')}\n{facts}\n{goals}\n", table(heads, rows, ink, right=(2, 3, 4, 5))]
    branches = [
        (nodes.get(node_id, node_id), one.label, f"{one.entered:,}", f"{one.goals:,}", _rate(one.goal_rate))
        for node_id, labels in stats.splits.items()
        for one in labels
    ]
    if branches:
        blocks.append(table(("SPLIT", "LABEL", "ENTERED", "GOALS", "GOAL RATE"), branches, ink, right=(2, 3, 4)))
    return "\n".join(blocks)


def as_json(stats: OfJourney, nodes: NodeKeys) -> str:
    """The fields that the HTTP API gives, and the keys of nodes beside their ids."""
    answer: dict[str, Any] = {
        "formatVersion": FORMAT_VERSION,
        "journeyId": stats.journey_id,
        "enrollments": {**stats.enrollments, "total": stats.total},
        "goals": stats.goals,
        "goalRate": stats.goal_rate,
        "funnel": [{**_node(node_id, nodes), "entered": entered} for node_id, entered in stats.funnel],
        "nodes": [
            {
                **_node(node.id, nodes),
                "type": node.type.value if node.type else None,
                "entered": node.entered,
                "here": node.here,
                "left": node.left,
                "ended": node.ended,
                "medianSeconds": None if node.median is None else node.median / 1000,
            }
            for node in stats.nodes
        ],
        "splits": [
            {
                **_node(node_id, nodes),
                "labels": [
                    {"label": one.label, "entered": one.entered, "goals": one.goals, "goalRate": one.goal_rate}
                    for one in labels
                ],
            }
            for node_id, labels in stats.splits.items()
        ],
    }
    return orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n"


def _node(node_id: str, nodes: NodeKeys) -> dict[str, str | None]:
    return {"nodeId": node_id, "node": nodes.get(node_id)}


def _ways(node: OfNode) -> str:
    """`completed: 12, dismissed: 3, ended (deadline): 1`; the plain way by its number alone."""
    left = [f"{label}: {count:,}" if label else f"{count:,}" for label, count in sorted(node.left.items())]
    return ", ".join([*left, *(f"ended ({reason}): {count:,}" for reason, count in sorted(node.ended.items()))])


def _rate(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
