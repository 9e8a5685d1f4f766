"""Edits by example: what a file looks like before, what is asked, and what it looks like then."""

from __future__ import annotations

import pytest

from jcli.documents.between import edits_between
from jcli.documents.edits import Edit, EditError, Insert, InsertItem, Remove, RenameKey, Replace, Where
from jcli.documents.spelling import Unwritable
from jcli.documents.splices import apply

FILE = """\
# How people begin.
journey: welcome   # the key
nodes:
  # First of all.
  start:
    type: TRIGGER
    next: {true: rest, "false": done}  # both ways

  # A day of rest.
  rest:
    type: WAIT
    config:
      duration: '1d'
    # after the config

  # The end.
  done: {type: EXIT}
"""


@pytest.mark.parametrize(
    ("edit", "old", "new"),
    [
        (Replace(("journey",), "010"), "journey: welcome   #", 'journey: "010"   #'),
        (Replace(("nodes", "rest", "config", "duration"), "2d"), "duration: '1d'", "duration: '2d'"),
        (Replace(("nodes", "rest", "config", "duration"), 60), "duration: '1d'", "duration: 60"),
        (RenameKey(("nodes", "start", "next", "false"), "default"), '"false": done', '"default": done'),
        (Remove(("nodes", "start", "next", "true")), '{true: rest, "false"', '{"false"'),
        (Insert(("nodes", "done"), "config", {"outcome": "a, b"}), "EXIT}", 'EXIT, config: {outcome: "a, b"}}'),
        (Remove(("nodes", "rest", "config")), "    config:\n      duration: '1d'\n", ""),
        (Remove(("nodes", "rest", "config", "duration")), "config:\n      duration: '1d'\n", "config: {}\n"),
        (
            Insert(("nodes",), "ask", {"type": "SPLIT", "weights": {"a": 50}}, "start"),
            "# both ways\n",
            "# both ways\n  ask:\n    type: SPLIT\n    weights: {a: 50}\n",
        ),
        (Insert((), "site", "main", "journey"), "# the key\n", "# the key\nsite: main\n"),
        (Insert(("nodes", "rest"), "name", "x", Where.FIRST), "  rest:\n", "  rest:\n    name: x\n"),
        (
            Replace(("journey",), "two\nlines\n"),
            "journey: welcome   # the key\n",
            "journey: |   # the key\n  two\n  lines\n",
        ),
        (
            Replace(("nodes", "start", "next"), [{"to": "rest", "label": "x"}, {"to": "done"}]),
            'next: {true: rest, "false": done}  # both ways\n',
            "next:  # both ways\n      - {to: rest, label: x}\n      - {to: done}\n",
        ),
    ],
)
def test_an_edit_changes_what_it_says_and_nothing_else(edit: Edit, old: str, new: str) -> None:
    assert FILE.count(old) == 1
    assert apply(FILE, 0, [edit]) == FILE.replace(old, new)
    windows = "\ufeff" + FILE.replace("\n", "\r\n")
    assert apply(windows, 0, [edit]) == "\ufeff" + FILE.replace(old, new).replace("\n", "\r\n")


def test_one_empty_line_goes_with_what_stood_between_two() -> None:
    assert apply("a: 1\n\nb: 2\n\n\nc: 3\n", 0, [Remove(("b",))]) == "a: 1\n\n\nc: 3\n"


def test_only_the_document_that_is_meant_is_edited() -> None:
    assert apply("a: 1\n---\na: 1\n---\na: 1\n", 1, [Replace(("a",), 2)]) == "a: 1\n---\na: 2\n---\na: 1\n"


def test_what_is_new_is_indented_as_the_file_is() -> None:
    text = "a:\n    b:\n    - x: 1\n"
    assert apply(text, 0, [Insert((), "c", {"d": {"e": [{"f": {}}]}})]) == (
        "a:\n    b:\n    - x: 1\nc:\n    d:\n        e:\n        - f: {}\n"
    )


def test_items_come_and_go_in_both_styles() -> None:
    text = "a: [1, 2, 3]\nb:\n  - x: 1\n    y: 2\n  - 5   # five\n"
    edits = [
        Remove(("a", 0)),
        InsertItem(("a",), 3, "four"),
        Remove(("b", 0, "x")),
        InsertItem(("b",), 1, {"z": 1, "w": "a\nb"}),
    ]
    assert apply(text, 0, edits) == (
        "a: [2, 3, four]\nb:\n  - y: 2\n  - z: 1\n    w: |-\n      a\n      b\n  - 5   # five\n"
    )


def test_a_scalar_at_the_end_of_a_file_without_a_line_break_stays_as_it_was() -> None:
    assert apply("a: |\n  text", 0, [Insert((), "b", 1)]) == "a: |-\n  text\nb: 1"


def test_the_edits_between_two_values_are_few() -> None:
    old = {"a": 1, "b": [{"x": 1}, {"x": 2}], "c": {"d": 1}}
    new = {"a": 1.0, "b": [{"x": 1}, {"x": 3}, {"x": 4}], "e": 5, "c": {"d": 1}}
    assert edits_between(old, new) == [
        Replace(("a",), 1.0),
        Replace(("b", 1, "x"), 3),
        InsertItem(("b",), 2, {"x": 4}),
        Insert((), "e", 5, "b"),
    ]


@pytest.mark.parametrize(
    "edits",
    [
        [Replace(("nowhere",), 1)],
        [Replace((), {})],
        [Replace(("journey",), 1), Replace(("journey",), 2)],
        [Remove(("nodes", "rest")), Replace(("nodes", "rest", "type"), "EXIT")],
        [RenameKey(("nodes", "rest"), "done")],
        [Insert(("nodes",), "rest", {})],
        [Insert(("journey",), "a", 1)],
        [Insert((), "a", 1, "nowhere")],
        [InsertItem(("nodes",), 0, 1)],
    ],
)
def test_edits_that_make_no_sense_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(EditError):
        apply(FILE, 0, edits)


@pytest.mark.parametrize("value", [float("inf"), 2**64, "\0", "\ud800", {1: 2}, object()])
def test_what_no_document_can_hold_is_refused(value: object) -> None:
    with pytest.raises(Unwritable):
        apply(FILE, 0, [Replace(("journey",), value)])


def test_a_text_that_cannot_be_read_is_not_edited() -> None:
    with pytest.raises(EditError):
        apply("a: [\n", 0, [Replace(("a",), 1)])
