"""Tests in the editor: what could stand where somebody is typing, and where the names in them lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from jcli.editor.desk import Desk
from jcli.editor.names import Name, everywhere, mention_at
from jcli.editor.offering import offers
from jcli.editor.renaming import rename
from jcli.model import Kind
from jcli.workspace import locate

JOURNEY = """\
journey: welcome
name: Welcome
site: main
nodes:
  start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tour}
  tour: {type: CONTENT, contentId: first-tour, config: {contentType: flow}, next: {completed: ab, dismissed: done}}
  ab: {type: SPLIT, config: {weights: {short: 50, long: 50}}, next: {short: done, long: done}}
  done: {type: EXIT}
---
journey: other
site: main
nodes:
  begin: {type: TRIGGER, config: {triggerType: MANUAL}, next: hint}
  hint: {type: CONTENT, contentId: a-hint, config: {contentType: tooltip}, next: end}
  end: {type: EXIT}
---
person: ana
description: An admin
---
content: first-tour
contentType: flow
---
content: a-hint
contentType: tooltip
"""
FILE = "journeys/welcome.test.yaml"
NODES = ["start", "tour", "ab", "done"]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "journeys").mkdir()
    (tmp_path / "jcli.yaml").write_text("workspace: acme\n")
    (tmp_path / "journeys" / "all.yaml").write_text(JOURNEY)
    return Desk(locate(tmp_path))


def offered(desk: Desk, text: str) -> list[str]:
    """The words that are offered at the bar in the text."""
    desk.put(FILE, text.replace("|", "", 1))
    return [offer.word for offer in offers(desk, FILE, text.index("|"))]


CASE = "test: welcome\npeople:\n  bob: {}\ncases:\n  - case: a\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("test: we|\n", ["other", "welcome"]),
        ("test: welcome\nlive: [o|", ["other", "welcome"]),
        (f"{CASE}    live: [|]\n", ["other", "welcome"]),
        (f"{CASE}    person: |\n", ["bob", "ana"]),
        (f"{CASE}    person: {{like: |}}\n", ["bob", "ana"]),
        ("person: carla\nlike: |\n", ["ana"]),
        (f"{CASE}    split: {{|}}\n", ["ab"]),
        (f"{CASE}    split: {{ab: |}}\n", ["short", "long"]),
        (f"{CASE}    steps:\n      - {{enter: |}}\n", ["other", "welcome"]),
        (f"{CASE}    steps:\n      - {{finish: |}}\n", ["first-tour", "a-hint"]),
        (f"{CASE}    steps:\n      - {{edit: {{}}, nodeMap: {{tour: |}}}}\n", NODES),
        (f"{CASE}    expect: {{at: t|", NODES),
        (
            f"{CASE}    expect: {{path: [start, |]}}\n",
            ["start", "tour", "tour completed", "tour dismissed", "ab", "ab short", "ab long", "done"],
        ),
        (f"{CASE}    expect: {{deliveries: [|]}}\n", ["first-tour"]),
        (f"{CASE}    expect: {{deliveries: {{|}}}}\n", ["first-tour"]),
        (f"{CASE}    expect: {{journeys: {{|}}}}\n", ["other", "welcome"]),
        (f"{CASE}    expect: {{journeys: {{other: {{at: |}}}}}}\n", ["begin", "hint", "end"]),
        (f"{CASE}    expect: {{split: {{ab: |}}}}\n", ["short", "long"]),
        (f"{CASE}    description: |\n", []),
        ("test: nothing\ncases:\n  - case: a\n    expect: {at: |}\n", []),
    ],
)
def test_what_could_stand_there(desk: Desk, text: str, words: list[str]) -> None:
    assert offered(desk, text) == words


TEXT = """\
test: welcome
live: [other]
people:
  bob: {like: ana}
cases:
  - case: a
    person: ana
    steps: [{enter: other, expect: {entries: 0}}]
  - case: b
    person: bob
    expect: {entries: 0}
"""


@pytest.mark.parametrize(
    ("point", "name"),
    [
        ((1, 8), Name(Kind.JOURNEY, "welcome")),
        ((2, 9), Name(Kind.JOURNEY, "other")),
        ((4, 15), Name(Kind.PERSON, "ana")),
        ((7, 14), Name(Kind.PERSON, "ana")),
        ((8, 22), Name(Kind.JOURNEY, "other")),
        ((10, 14), None),
    ],
)
def test_names_lead_to_what_they_name(desk: Desk, point: tuple[int, int], name: Name | None) -> None:
    desk.put(FILE, TEXT)
    mention = mention_at(desk, FILE, point)
    assert (mention and mention.name) == name
    if name is not None:
        [home] = [found for found in everywhere(desk, name) if found.declares]
        assert home.document.file == "journeys/all.yaml"


def test_a_journey_is_renamed_in_its_tests_as_well(desk: Desk) -> None:
    desk.put(FILE, TEXT)
    edits = rename(desk, Name(Kind.JOURNEY, "other"), "another")
    assert [edit.file for edit in edits] == ["journeys/all.yaml", FILE, FILE]
