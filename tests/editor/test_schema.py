"""The schema in an editor: the real YAML language server reads a modeline, completes, explains and marks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.editor.conftest import ROOT, npm_tool
from tests.editor.speaking import Editor

SERVER = "editor/node_modules/yaml-language-server/bin/yaml-language-server"
FILE = "journeys/written.yaml"
MODELINE = "# yaml-language-server: $schema=../schema/document.schema.json\n"
OFFLINE = {"yaml": {"schemaStore": {"enable": False, "url": ""}}, "http": {}}

NODE = "journey: a\nsite: main\nnodes:\n  one:\n    type: {}\n    {}\n"


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """The example workspace, open in an editor that knows nothing but the modelines of its files."""
    root = tmp_path_factory.mktemp("workspace")
    shutil.copytree(ROOT / "schema", root / "schema")
    shutil.copytree(ROOT / "journeys", root / "journeys")
    command = ["node", str(npm_tool(SERVER)), "--stdio"]
    with Editor(command, root, settings=OFFLINE, env={"PATH": os.environ["PATH"]}) as editor:
        editor.begin()
        editor.tell("workspace/didChangeConfiguration", {"settings": OFFLINE})
        yield editor


class Written:
    """A text that is open in the editor; `|` is where the cursor stands."""

    def __init__(self, editor: Editor, text: str) -> None:
        before, _, after = (MODELINE + text).partition("|")
        self._editor = editor
        self._place = before.count("\n"), len(before) - before.rfind("\n") - 1
        (editor.root / FILE).write_text(before + after)
        editor.open(FILE)

    def __enter__(self) -> Written:
        return self

    def __exit__(self, *_: object) -> None:
        self._editor.close(FILE)

    def offered(self) -> dict[str, str]:
        """What could stand here: label -> what is said of it."""
        items = self._editor.at("completion", FILE, *self._place)["items"]
        return {item["label"]: _text(item.get("documentation")) for item in items}

    def explained(self) -> str:
        return _text(self._editor.at("hover", FILE, *self._place)["contents"])


def _text(markup: Any) -> str:
    return str(markup["value"] if isinstance(markup, dict) else markup or "")


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        pytest.param("|", ["journey", "audience", "content", "site"], id="an empty file"),
        pytest.param("journey: a\n|", ["name", "audience", "goalConfig", "settings", "nodes"], id="a journey"),
        pytest.param("content: a\n|", ["name", "contentType", "body"], id="a content"),
        pytest.param("audience: a\n|", ["name", "site", "rules"], id="an audience"),
        pytest.param("site: a\n|", ["name", "domains"], id="a site"),
        pytest.param(NODE.format("TRIGGER", "config:\n      |"), ["triggerType", "triggerConfig"], id="TRIGGER"),
        pytest.param(
            NODE.format("TRIGGER", "config:\n      triggerType: URL_MATCH\n      triggerConfig:\n        |"),
            ["matchType", "pattern"],
            id="TRIGGER by a page view",
        ),
        pytest.param(NODE.format("CONTENT", "config:\n      |"), ["contentType", "advanceOn", "timeout"], id="CONTENT"),
        pytest.param(NODE.format("WAIT", "config:\n      |"), ["duration", "until", "at"], id="WAIT"),
        pytest.param(
            NODE.format("WAIT_FOR_EVENT", "config:\n      |"),
            ["eventName", "where", "timeout", "since"],
            id="WAIT_FOR_EVENT",
        ),
        pytest.param(NODE.format("CONDITION", "config:\n      |"), ["rules", "branches"], id="CONDITION"),
        pytest.param(
            NODE.format("CONDITION", "config:\n      rules:\n        |"),
            ["all", "any", "not", "trait", "event"],
            id="a rule",
        ),
        pytest.param(NODE.format("SPLIT", "config:\n      |"), ["weights", "holdout"], id="SPLIT"),
        pytest.param(NODE.format("EXIT", "config:\n      |"), ["outcome"], id="EXIT"),
        pytest.param(
            "journey: a\nsite: b\ngoalConfig:\n  type: flow_completed\n  config:\n    |", ["flowId"], id="a goal"
        ),
    ],
)
def test_the_fields_that_may_stand_here_are_offered_and_no_others(editor: Editor, text: str, fields: list[str]) -> None:
    every = {"duration", "eventName", "contentType", "advanceOn", "weights", "outcome", "flowId", "rules", "property"}

    with Written(editor, text) as written:
        offered = written.offered()

    assert [field for field in fields if not offered.get(field)] == [], offered
    assert sorted((every & offered.keys()) - set(fields)) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            NODE.format("|", ""),
            ["TRIGGER", "CONTENT", "WAIT", "WAIT_FOR_EVENT", "CONDITION", "SPLIT", "GOAL_CHECK", "EXIT"],
        ),
        (NODE.format("CONTENT", "config:\n      advanceOn: |"), ["finished", "shown", "immediate"]),
        (
            "journey: a\nsite: b\ngoalConfig:\n  type: |",
            ["event", "page_visit", "attribute_match", "flow_completed"],
        ),
        ("journey: a\nsite: b\nsettings:\n  reentry: |", ["once", "after_exit", "always"]),
    ],
)
def test_the_values_that_a_field_takes_are_offered_each_with_what_it_means(
    editor: Editor, text: str, words: list[str]
) -> None:
    with Written(editor, text) as written:
        offered = written.offered()

    assert list(offered) == words
    assert len(set(offered.values())) == len(words)


def test_a_whole_node_of_each_type_is_offered(editor: Editor) -> None:
    with Written(editor, "journey: a\nsite: b\nnodes:\n  one:\n    |") as written:
        offered = written.offered()

    assert {"TRIGGER", "CONTENT", "WAIT", "WAIT_FOR_EVENT", "CONDITION", "SPLIT", "GOAL_CHECK", "EXIT"} <= set(offered)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("journey: a\nallow|Anonymous: true\n", "visitors who are not yet known"),
        (NODE.format("WAIT", "config: {dura|tion: 2d}"), "So long after the person arrived."),
        (NODE.format("WA|IT", "config: {duration: 2d}"), "Waits for a length of time"),
        (NODE.format("CONTENT", "config: {advance|On: shown}"), "* `shown`: Once it is on the screen."),
        (NODE.format("CONDITION", "config: {rules: {tra|it: plan, equals: pro}}"), "The name of the trait."),
    ],
)
def test_a_field_under_the_cursor_is_explained(editor: Editor, text: str, said: str) -> None:
    with Written(editor, text) as written:
        assert said in written.explained()


@pytest.mark.parametrize(
    ("text", "marked", "said"),
    [
        (NODE.format("WAIT", "config: {duraton: 2d}"), "duraton", "Property duraton is not allowed."),
        (NODE.format("WAITS", "config: {duration: 2d}"), "WAITS", '"WAIT", "WAIT_FOR_EVENT"'),
        (NODE.format("WAIT", "config: {duration: 2x}"), "2x", "expected one such as `90s`, `2d`"),
        ("jorney: a\n", "j", "a document begins with its kind and key, as in `journey: my-key`"),
        ("journey: a\n", "j", "write `site:` and its key, or `siteId:`"),
    ],
)
def test_what_is_misspelt_is_marked_while_it_is_typed(editor: Editor, text: str, marked: str, said: str) -> None:
    with Written(editor, text):
        findings = editor.findings(FILE, lambda found: found)

    text = MODELINE + text
    [finding] = [finding for finding in findings if said in finding["message"]]
    start, end = finding["range"]["start"], finding["range"]["end"]
    assert start["line"] == end["line"]
    assert text.split("\n")[start["line"]][start["character"] : end["character"]] == marked
    editor.findings(FILE, lambda found: not found)  # closed, and nothing is marked any more


@pytest.mark.parametrize("file", [path.name for path in sorted((ROOT / "journeys").glob("*.yaml"))])
def test_the_example_workspace_has_nothing_marked(editor: Editor, file: str) -> None:
    editor.open(f"journeys/{file}")
    assert editor.findings(f"journeys/{file}") == []
    editor.close(f"journeys/{file}")
