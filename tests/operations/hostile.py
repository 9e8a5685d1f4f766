"""Journeys, audiences and contents as an API may send them: every type of node, and text that YAML would love to take
for something else."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.unit.test_edits_properties import HOSTILE, TEXT

WORDS = TEXT.filter(lambda text: 0 < len(text) <= 255)
NAMES = st.one_of(WORDS, st.sampled_from(["Welcome", "welcome", "Welcome!", "Ünïcode", "Привет", "journey"]))
SCALARS = st.one_of(TEXT, st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))
NUMBERS = st.one_of(st.integers(-5, 5), st.floats(-1e6, 1e6, allow_nan=False), st.sampled_from([2.0, 1e300, -0.0]))
BODIES = st.recursive(
    st.one_of(SCALARS, st.none()),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXT, below, max_size=4),
    max_leaves=8,
)
LEAVES = st.one_of(
    st.builds(lambda name, value: {"trait": name, "equals": value}, WORDS, SCALARS),
    st.builds(lambda name, values: {"trait": name, "in": values}, WORDS, st.lists(SCALARS, min_size=1, max_size=3)),
    st.builds(lambda name, value: {"trait": name, "gte": value}, WORDS, NUMBERS),
    st.builds(lambda name: {"event": name, "count": {"gte": 2}, "within": "7d"}, WORDS),
)
RULES = st.recursive(
    LEAVES,
    lambda below: st.one_of(
        st.builds(lambda rules: {"all": rules}, st.lists(below, min_size=1, max_size=3)),
        st.builds(lambda rules: {"any": rules}, st.lists(below, min_size=1, max_size=3)),
        st.builds(lambda rule: {"not": rule}, below),
    ),
    max_leaves=4,
)
DURATIONS = st.sampled_from(["2d", "1d12h", "PT36H", 3600, "1w"])
CONDITIONS = st.one_of(
    st.builds(lambda rules: {"rules": rules}, RULES),
    st.builds(
        lambda labels, rules: {"branches": [{"label": label, "rules": rules} for label in labels]},
        st.lists(WORDS, min_size=1, max_size=3, unique_by=str.casefold),
        RULES,
    ),
)


def _weights(labels: list[str]) -> dict[str, Any]:
    share = 100 // len(labels)
    shares = [share] * (len(labels) - 1)
    return {"weights": dict(zip(labels, [*shares, 100 - sum(shares)], strict=True))}


SPLITS = st.one_of(st.just({}), st.builds(_weights, st.lists(WORDS, min_size=1, max_size=4, unique_by=str.casefold)))
TRIGGERS = st.one_of(
    st.just({"triggerType": "MANUAL"}),
    st.builds(lambda name: {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": name}}, WORDS),
    st.builds(lambda css: {"triggerType": "ELEMENT_CLICK", "triggerConfig": {"selector": css}}, WORDS),
    st.builds(
        lambda text: {"triggerType": "URL_MATCH", "triggerConfig": {"matchType": "contains", "pattern": text}}, WORDS
    ),
)
WAITS = st.one_of(
    st.builds(lambda length: {"duration": length}, DURATIONS),
    st.just({"until": "2027-01-31T09:00:00Z"}),
    st.just({"at": {"time": "09:30", "days": ["mon", "tue"], "timezone": "person"}}),
)
EVENTS = st.one_of(
    st.builds(lambda name: {"eventName": name}, WORDS),
    st.builds(lambda name, length: {"eventName": name, "timeout": length, "since": "node"}, WORDS, DURATIONS),
)
NODES = st.one_of(
    st.builds(lambda config: {"type": "TRIGGER", "config": config}, TRIGGERS),
    st.builds(
        lambda content, kind: {"type": "CONTENT", "contentId": content, "config": {"contentType": kind}}, WORDS, WORDS
    ),
    st.builds(lambda config: {"type": "WAIT", "config": config}, WAITS),
    st.builds(lambda config: {"type": "WAIT_FOR_EVENT", "config": config}, EVENTS),
    st.builds(lambda config: {"type": "CONDITION", "config": config}, CONDITIONS),
    st.builds(lambda config: {"type": "SPLIT", "config": config}, SPLITS),
    st.just({"type": "GOAL_CHECK"}),
    st.builds(lambda word: {"type": "EXIT", "config": {"outcome": word}}, WORDS),
    st.just({"type": "EXIT"}),
)
POSITIONS = st.one_of(st.none(), st.fixed_dictionaries({"x": NUMBERS, "y": NUMBERS}))
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "reentry": st.sampled_from(["once", "after_exit", "always"]),
        "reentryAfter": DURATIONS,
        "exitOnGoal": st.booleans(),
        "onEdit": st.sampled_from(["follow", "pin"]),
    },
)
GOALS = st.one_of(
    st.none(),
    st.builds(lambda name: {"type": "event", "config": {"eventName": name}}, WORDS),
    st.builds(
        lambda flow, days: {"type": "flow_completed", "config": {"flowId": flow}, "deadline": days},
        WORDS,
        st.integers(1, 30),
    ),
    st.builds(lambda leaf: {"type": "attribute_match", "config": leaf}, LEAVES.filter(lambda leaf: "trait" in leaf)),
)


@st.composite
def canvases(draw: st.DrawFn) -> dict[str, Any]:
    """Nodes and edges, also two edges between the same two nodes, and edges whose labels nobody can take."""
    nodes = [{**node, "id": f"n{number}"} for number, node in enumerate(draw(st.lists(NODES, max_size=6)))]
    for node in nodes:
        node["position"] = draw(POSITIONS)
    edges: list[dict[str, Any]] = []
    if nodes:
        ids = st.sampled_from([node["id"] for node in nodes])
        labels = st.one_of(st.none(), st.sampled_from(["true", "no", "1", "", "event", *HOSTILE]), WORDS)
        edge = st.fixed_dictionaries({"sourceNodeId": ids, "targetNodeId": ids, "label": labels.filter(_is_short)})
        edges = draw(st.lists(edge, max_size=8))
    return {"nodes": nodes, "edges": edges}


def _is_short(label: str | None) -> bool:
    return label is None or len(label) <= 255


@st.composite
def journeys(draw: st.DrawFn, site: str = "main") -> dict[str, Any]:
    """The body of Create Journey; its site goes by `site`, or by an id that nobody declares."""
    return {
        "name": draw(NAMES),
        "siteId": site,
        "description": draw(st.one_of(st.none(), TEXT)),
        "allowAnonymous": draw(st.booleans()),
        "audienceId": draw(st.one_of(st.none(), WORDS)),
        "settings": draw(SETTINGS),
        "goalConfig": draw(GOALS),
        **draw(canvases()),
    }
