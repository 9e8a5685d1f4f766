"""What has changed between two states of a journey, node by node and way by way."""

from __future__ import annotations

from dataclasses import replace

from jcli.findings import Finding, Severity
from jcli.model import Edge, Journey, Node, NodeType, Position
from jcli.render.graphs import Change, Drawing, compared

TRIGGER = Node("t", NodeType.TRIGGER, {"triggerType": "MANUAL"})
REST = Node("r", NodeType.WAIT, {"duration": "1d"})
DONE = Node("d", NodeType.EXIT)
BEFORE = Journey("j", "J", "s", nodes=(TRIGGER, REST, DONE), edges=(Edge("1", "t", "r"), Edge("2", "r", "d", "on")))


def between(before: Journey | None, after: Journey | None) -> Drawing:
    return compared(before, after, "key", ({}, {}), since="main")


def nodes(drawing: Drawing) -> dict[str, Change | None]:
    return {node.key: node.change for node in drawing.nodes}


def ways(drawing: Drawing) -> list[tuple[str, str, str, Change | None]]:
    return [(edge.source, edge.target, edge.text, edge.change) for edge in drawing.edges]


def test_nothing() -> None:
    drawing = between(BEFORE, BEFORE)
    assert (drawing.change, drawing.since) == (None, "main")
    assert set(nodes(drawing).values()) == {None}
    assert all(edge.change is None for edge in drawing.edges)


def test_what_only_moved_has_not_changed() -> None:
    moved = replace(BEFORE, nodes=(TRIGGER, replace(REST, position=Position(9, 9)), DONE), description="Other words")
    assert between(BEFORE, moved).change is None


def test_a_config_with_what_it_was() -> None:
    drawing = between(BEFORE, replace(BEFORE, nodes=(TRIGGER, replace(REST, config={"duration": "36h"}), DONE)))
    assert nodes(drawing) == {"t": None, "r": Change.CHANGED, "d": None}
    rest = drawing.nodes[1]
    assert (rest.words, rest.was) == (("1 day 12 hours",), ("1 day",))
    assert drawing.change is Change.CHANGED


def test_one_duration_written_in_two_ways_has_changed_all_the_same() -> None:
    """Only the words are equal; the file is not, and a plan would say so."""
    drawing = between(BEFORE, replace(BEFORE, nodes=(TRIGGER, replace(REST, config={"duration": "24h"}), DONE)))
    assert (drawing.nodes[1].change, drawing.nodes[1].was) == (Change.CHANGED, ("different duration",))


def test_words_that_came() -> None:
    wait = Node("r", NodeType.WAIT_FOR_EVENT, {"eventName": "e"})
    before = replace(BEFORE, nodes=(TRIGGER, wait, DONE))
    after = replace(BEFORE, nodes=(TRIGGER, replace(wait, config={"eventName": "e", "timeout": "2d"}), DONE))
    assert between(before, after).nodes[1].was == ("without at most 2 days",)


def test_another_type() -> None:
    after = replace(BEFORE, nodes=(TRIGGER, Node("r", NodeType.SPLIT), DONE))
    drawing = between(BEFORE, after)
    assert (drawing.nodes[1].type, drawing.nodes[1].was) == (NodeType.SPLIT, ("WAIT", "1 day"))


def test_another_goal_changes_what_asks_for_it() -> None:
    check = Node("g", NodeType.GOAL_CHECK)
    before = replace(BEFORE, nodes=(TRIGGER, check), edges=())
    after = replace(before, goal_config={"type": "event", "config": {"eventName": "won"}})
    assert nodes(between(before, after)) == {"t": None, "g": Change.CHANGED}


def test_a_node_in_between() -> None:
    new = Node("n", NodeType.WAIT, {"duration": "2d"})
    edges = (Edge("1", "t", "n"), Edge("3", "n", "r"), Edge("2", "r", "d", "on"))
    drawing = between(BEFORE, replace(BEFORE, nodes=(TRIGGER, new, REST, DONE), edges=edges))
    assert nodes(drawing) == {"t": None, "n": Change.ADDED, "r": None, "d": None}
    assert ways(drawing) == [
        ("t", "n", "+", Change.ADDED),
        ("n", "r", "+", Change.ADDED),
        ("r", "d", "on", None),
        ("t", "r", "-", Change.REMOVED),
    ]
    assert drawing.counted() == {Change.ADDED: (1, 2), Change.REMOVED: (0, 1), Change.CHANGED: (0, 0)}


def test_what_is_gone_stands_where_it_stood() -> None:
    drawing = between(BEFORE, replace(BEFORE, nodes=(TRIGGER, DONE), edges=(Edge("3", "t", "d"),)))
    assert nodes(drawing) == {"t": None, "r": Change.REMOVED, "d": None}
    assert list(nodes(drawing)) == ["t", "r", "d"]


def test_another_label_is_one_change() -> None:
    edges = (Edge("1", "t", "r"), Edge("9", "r", "d", "off"))
    assert ways(between(BEFORE, replace(BEFORE, edges=edges)))[1] == ("r", "d", "~ on → off", Change.CHANGED)


def test_a_label_that_came() -> None:
    edges = (Edge("1", "t", "r", "go"), Edge("2", "r", "d", "on"))
    assert ways(between(BEFORE, replace(BEFORE, edges=edges)))[0] == ("t", "r", "~ (plain) → go", Change.CHANGED)


def test_one_of_two_equal_ways() -> None:
    twice = replace(BEFORE, edges=(*BEFORE.edges, Edge("3", "r", "d", "on")))
    assert [change for *_, change in ways(between(BEFORE, twice))] == [None, None, Change.ADDED]
    assert [change for *_, change in ways(between(twice, BEFORE))] == [None, None, Change.REMOVED]


def test_a_share_of_a_split() -> None:
    def split(share: int) -> Journey:
        config = {"weights": {"a": share, "b": 100 - share}}
        return replace(BEFORE, nodes=(Node("t", NodeType.SPLIT, config), DONE), edges=(Edge("1", "t", "d", "a"),))

    assert ways(between(split(50), split(60))) == [("t", "d", "~ a 50% → 60%", Change.CHANGED)]


def test_a_journey_that_came_or_went() -> None:
    came, went = between(None, BEFORE), between(BEFORE, None)
    assert (came.change, went.change) == (Change.ADDED, Change.REMOVED)
    assert set(nodes(came).values()) == {Change.ADDED}
    assert set(nodes(went).values()) == {Change.REMOVED}
    assert went.heading == "J (key)"


def test_a_node_is_known_by_its_id() -> None:
    """A key that changed under a pinned id is the same node; a key under another id is a new one."""
    renamed = compared(BEFORE, BEFORE, "key", ({"r": "old"}, {"r": "new"}))
    assert [(node.key, node.change) for node in renamed.nodes] == [("t", None), ("new", None), ("d", None)]
    other = replace(BEFORE, nodes=(TRIGGER, replace(REST, id="r2"), DONE), edges=())
    anew = compared(replace(BEFORE, edges=()), other, "key", ({"r": "rest"}, {"r2": "rest"}))
    assert [(node.key, node.change) for node in anew.nodes] == [
        ("t", None),
        ("rest", Change.REMOVED),
        ("rest", Change.ADDED),
        ("d", None),
    ]


def test_findings_are_those_of_now() -> None:
    finding = Finding("dead-end", Severity.WARNING, "it ends", journey="key", node="r")
    others = Finding("dead-end", Severity.ERROR, "it ends", journey="other", node="r")
    drawing = compared(BEFORE, BEFORE, "key", ({}, {}), [finding, others])
    assert drawing.findings == (finding,)
    assert [node.slugs for node in drawing.nodes] == [(), ("dead-end",), ()]
    assert drawing.nodes[1].severity is Severity.WARNING
