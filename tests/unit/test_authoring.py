"""What an author would have written: keys, `next` in its forms, values kept as they were written, and texts written
anew where they cannot be changed in place."""

from __future__ import annotations

from typing import Any

import pytest

from jcli.authoring import document_keys, drafted, node_keys, rewritten, slug
from jcli.authoring.conforming import conformed
from jcli.authoring.keys import wanted_key
from jcli.authoring.references import References
from jcli.authoring.ways import Way, next_of
from jcli.documents import read
from jcli.documents.edits import Edit, EditError
from jcli.documents.splices import apply
from jcli.model import Content, Edge, Journey, Kind, Node, NodeType, Site


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Welcome to Ünïcode!", "welcome-to-unicode"),
        ("projectCreated", "project-created"),
        ("  a__b--c  ", "a-b-c"),
        ("Привет", ""),
        ("😀", ""),
        ("x" * 80, "x" * 40),
        ("a" * 39 + " b", "a" * 39),
    ],
)
def test_a_slug_keeps_what_can_be_read(text: str, wanted: str) -> None:
    assert slug(text) == wanted


def test_documents_are_called_by_their_names_and_told_apart() -> None:
    things = [("j-2", "Welcome"), ("j-1", "welcome!"), ("j-3", "Привет")]
    keys = document_keys(Kind.JOURNEY, things, {"welcome"})
    assert keys == {"j-1": "welcome-2", "j-2": "welcome-3", "j-3": "journey"}
    assert document_keys(Kind.JOURNEY, reversed(things), {"welcome"}) == keys
    assert document_keys(Kind.CONTENT, [("A/b", "Name")], ()) == {"A/b": "A/b"}


@pytest.mark.parametrize(
    ("node_type", "config", "content", "wanted"),
    [
        ("TRIGGER", {"triggerType": "MANUAL"}, None, "start"),
        (
            "TRIGGER",
            {"triggerType": "URL_MATCH", "triggerConfig": {"pattern": "http://a.b/Dash"}},
            None,
            "on-dash",
        ),
        ("TRIGGER", {"triggerType": "ELEMENT_CLICK", "triggerConfig": {"selector": "#go"}}, None, "on-click-go"),
        ("CONTENT", {}, "Welcome_Tour", "welcome-tour"),
        ("CONTENT", {}, "😀", "content"),
        ("WAIT", {"duration": "2d"}, None, "wait-2d"),
        ("WAIT", {"duration": "P2D"}, None, "wait-2d"),
        ("WAIT", {"duration": "P1DT12H"}, None, "wait-1d12h"),
        ("WAIT", {"duration": 3600}, None, "wait-3600s"),
        ("WAIT", {"until": "2027-01-31T09:00:00Z"}, None, "wait-until-2027-01-31"),
        ("WAIT", {"at": {"time": "09:30"}}, None, "wait-until-09-30"),
        ("WAIT_FOR_EVENT", {"eventName": "project_created"}, None, "until-project-created"),
        ("CONDITION", {"rules": {"trait": "role", "equals": "admin"}}, None, "role-is-admin"),
        ("CONDITION", {"rules": {"trait": "companySize", "gte": 50}}, None, "is-company-size"),
        ("CONDITION", {"rules": {"trait": "role", "equals": "Привет"}}, None, "is-role"),
        ("CONDITION", {"rules": {"not": {"trait": "hasPlan", "equals": True}}}, None, "has-plan"),
        ("CONDITION", {"rules": {"event": "paid"}}, None, "did-paid"),
        ("CONDITION", {"branches": [{"label": "a", "rules": {"trait": "seats", "gt": 1}}]}, None, "by-seats"),
        ("SPLIT", {}, None, "split"),
        ("GOAL_CHECK", {}, None, "goal"),
        ("EXIT", {"outcome": "not_activated"}, None, "not-activated"),
        ("EXIT", {}, None, "done"),
    ],
)
def test_a_node_is_called_by_what_it_does(
    node_type: str, config: dict[str, Any], content: str | None, wanted: str
) -> None:
    assert wanted_key(Node("n", NodeType(node_type), config, content)) == wanted


def test_a_node_that_has_a_key_keeps_it() -> None:
    nodes = (Node("a", NodeType.EXIT), Node("b", NodeType.EXIT), Node("c", NodeType.EXIT))
    journey = Journey("j", "J", "s", nodes=nodes)
    assert node_keys(journey, {"b": "the-end", "gone": "done"}) == {"a": "done", "b": "the-end", "c": "done-2"}
    assert node_keys(journey, {"b": "the-end"}, {"done"}) == {"a": "done-2", "b": "the-end", "c": "done-3"}


@pytest.mark.parametrize(
    ("ways", "written", "wanted"),
    [
        ([(None, "a")], None, "a"),
        ([(None, "a")], [{"to": "a"}], [{"to": "a"}]),
        ([("yes", "a")], None, {"yes": "a"}),
        ([("yes", "a")], "a", {"yes": "a"}),
        ([("yes", "a"), (None, "b")], "a", [{"to": "b"}, {"to": "a", "label": "yes"}]),
        ([("yes", "a"), ("yes", "b")], {"yes": "a"}, [{"to": "a", "label": "yes"}, {"to": "b", "label": "yes"}]),
        ([("new", "c"), ("no", "b"), ("yes", "d")], {"yes": "a", "no": "b"}, {"yes": "d", "no": "b", "new": "c"}),
        ([("no", "b"), ("yes", "a")], {"yes": "a", "no": "b"}, {"yes": "a", "no": "b"}),
        ([(None, "b")], {"yes": "a", "no": "b"}, "b"),
        ([], {"yes": "a"}, None),
        ([(None, "a"), (None, "a")], "a", [{"to": "a"}, {"to": "a"}]),
        ([(None, "b"), ("x", "a")], [{"label": "x", "to": "a"}], [{"label": "x", "to": "a"}, {"to": "b"}]),
    ],
)
def test_ways_keep_the_form_in_which_they_stand_while_it_can_hold_them(
    ways: list[Way], written: Any, wanted: Any
) -> None:
    result = next_of(ways, written)
    assert result == wanted
    if isinstance(wanted, dict):
        assert list(result) == list(wanted)


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ({"a": 2.0, "b": 1}, {"b": 2, "a": 2}, "{'a': 2.0, 'b': 2}"),
        ({"a": 1, "c": 3}, {"a": 1, "b": 2, "c": 3}, "{'a': 1, 'b': 2, 'c': 3}"),
        ([{"a": 1.0}, {"b": 2}], [{"b": 2.0}], "[{'b': 2}]"),
        ([{"a": 1.0, "b": 1}], [{"b": 2, "a": 1}], "[{'a': 1.0, 'b': 2}]"),
        (1, True, "True"),
        ("1", 1, "1"),
        (2.5, 2, "2"),
    ],
)
def test_what_says_the_same_stays_as_it_is_written(old: Any, new: Any, wanted: str) -> None:
    assert repr(conformed(old, new)) == wanted


TEXT = """\
journey: a # head
nodes:
  # one
  x: {type: EXIT} # x
  y:
    type: WAIT # y
    config: {duration: 1d}
"""


def refusing(count: int) -> Any:
    """An engine of edits that gives up so many times."""
    left = [count]

    def change(text: str, index: int, edits: list[Edit]) -> str:
        left[0] -= 1
        if left[0] >= 0:
            raise EditError("not this way")
        return apply(text, index, edits)

    return change


def test_what_cannot_be_changed_in_place_is_written_anew_and_named() -> None:
    old = read(TEXT.encode(), "a.yaml")[0][0].data
    wait = {"type": "WAIT", "config": {"duration": "2d"}, "next": "z"}
    new = {**old, "name": "A", "nodes": {"y": wait, "z": {"type": "EXIT"}}}
    for refused, anew in ((0, ()), (1, ("nodes.y",)), (2, ("nodes",))):
        result = rewritten(TEXT, 0, old, new, refusing(refused))
        assert result.anew == anew
        assert read(result.text.encode(), "a.yaml")[0][0].data == new
        assert "journey: a # head" in result.text
        assert ("# y" in result.text) == (refused == 0)
    with pytest.raises(EditError, match="not this way"):
        rewritten(TEXT, 0, old, new, refusing(3))


def test_a_new_document_says_no_default_and_pins_what_a_key_does_not_give() -> None:
    nodes = (Node("n1", NodeType.TRIGGER, {"triggerType": "MANUAL"}), Node("n2", NodeType.EXIT))
    journey = Journey(
        "j1",
        "A",
        "s1",
        audience_id="a1",
        settings={"reentry": "once", "onEdit": "pin"},
        nodes=nodes,
        edges=(Edge("e", "n1", "n2"),),
    )
    refs = References({"s1": "main"})
    assert drafted(Kind.JOURNEY, "a", journey, {"n1": "start", "n2": "done"}, refs, "acme") == {
        "journey": "a",
        "id": "j1",
        "name": "A",
        "site": "main",
        "audienceId": "a1",
        "settings": {"onEdit": "pin"},
        "nodes": {
            "start": {"type": "TRIGGER", "config": {"triggerType": "MANUAL"}, "next": "done", "id": "n1"},
            "done": {"type": "EXIT", "id": "n2"},
        },
    }
    assert drafted(Kind.CONTENT, "c", Content("c", "flow"), {}, refs, "acme") == {"content": "c", "contentType": "flow"}
    assert drafted(Kind.SITE, "s", Site("s9", "S"), {}, refs, "acme") == {"site": "s", "id": "s9", "name": "S"}
