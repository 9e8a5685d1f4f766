"""`jcli lsp`, started and spoken with as an editor does."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jcli.commands import cli, exits
from tests.editor.conftest import ROOT
from tests.editor.speaking import Editor

WELCOME = "journeys/welcome.yaml"
CATALOGUE = "journeys/catalogue.yaml"
FILES = {
    "jcli.yaml": "workspace: acme\nrules: {unused-content: off}\n",
    CATALOGUE: """\
site: main
name: Main
---
audience: new-people
name: New people
site: main
rules: {trait: projects, lt: 1}
---
content: tour
name: The tour
contentType: flow
---
content: hint
contentType: tooltip
""",
    WELCOME: """\
# The first day.
journey: welcome
site: main
audience: new-people
nodes:
  start:
    type: TRIGGER
    config: {triggerType: MANUAL}
    next: look
  look:
    type: CONTENT
    contentId: tour
    next: {completed: pause, dismissed: "pause"}
  pause:
    type: WAIT
    config: {duration: 1d}
    next:
      - to: decide
        label: after
  decide:
    type: CONDITION
    config: {rules: {trait: plan, equals: pro}}
    next: {true: done, false: look}
  done:
    type: EXIT
""",
}


def laid_out(root: Path) -> Path:
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


@contextmanager
def started(root: Path, *encodings: str) -> Iterator[Editor]:
    """An editor with our server, which must end well and have had nothing to complain of."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with Editor([sys.executable, "-m", "jcli", "lsp"], root, env=env) as editor:
        can = editor.begin(*encodings)
        assert can["positionEncoding"] == (encodings or ("utf-16",))[0]
        yield editor
        assert editor.end() == 0
    assert editor.errors == ""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return laid_out(tmp_path)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """One server for all tests that leave the disk alone: starting it is what takes time."""
    with started(laid_out(tmp_path_factory.mktemp("workspace"))) as editor:
        yield editor


@pytest.fixture
def editor(server: Editor) -> Iterator[Editor]:
    """With both files open as they are on disk, and nothing wrong with them."""
    for file in (WELCOME, CATALOGUE):
        server.open(file)
    yield server
    for file in sorted(server.opened):
        server.close(file)
    server.ask("textDocument/documentSymbol", {"textDocument": {"uri": server.uri(WELCOME)}})
    assert [found for found in server.published.values() if found] == []


def place(file: str, word: str, text: str | None = None) -> tuple[int, int]:
    """Line and character of the place that `|` marks in a piece of the file."""
    before, _, after = word.partition("|")
    text = FILES[file] if text is None else text
    at = text.index(before + after) + len(before)
    return text.count("\n", 0, at), at - text.rfind("\n", 0, at) - 1


def at(editor: Editor, method: str, file: str, word: str, **more: Any) -> Any:
    return editor.at(method, file, *place(file, word), **more)


def words(editor: Editor, locations: list[dict[str, Any]]) -> list[str]:
    """Each location as `file:line word`."""
    found = []
    for location in locations:
        file = Path(location["uri"].removeprefix("file://")).relative_to(editor.root).as_posix()
        start, end = location["range"]["start"], location["range"]["end"]
        line = FILES[file].split("\n")[start["line"]]
        found.append(f"{file}:{start['line'] + 1} {line[start['character'] : end['character']]}")
    return found


# What is wrong


def test_what_is_typed_is_judged_before_it_is_saved(editor: Editor) -> None:
    editor.type(WELCOME, FILES[WELCOME].replace("next: look", "next: lock"))

    [finding] = editor.findings(WELCOME, lambda found: found)

    assert finding["message"] == "there is no node `lock` in this journey; did you mean `look`?"
    assert (finding["code"], finding["severity"], finding["source"]) == ("unknown-node", 1, "jcli")
    assert finding["range"] == {"start": {"line": 8, "character": 10}, "end": {"line": 8, "character": 14}}


def test_what_is_put_right_is_said_no_more(editor: Editor) -> None:
    editor.type(WELCOME, FILES[WELCOME].replace("next: look", "next: lock"))
    editor.findings(WELCOME, lambda found: found)

    editor.type(WELCOME, FILES[WELCOME])

    assert editor.findings(WELCOME, lambda found: not found) == []


def test_an_edit_of_one_file_is_wrong_in_another(editor: Editor) -> None:
    editor.type(CATALOGUE, FILES[CATALOGUE].replace("audience: new-people", "audience: newcomers"))

    [finding] = editor.findings(WELCOME, lambda found: found)

    assert finding["code"] == "unknown-audience"


def test_files_that_are_not_open_are_judged_too(root: Path) -> None:
    (root / WELCOME).write_text(FILES[WELCOME].replace("type: WAIT", "type: WAITING"))

    with started(root) as editor:
        [finding] = editor.findings(WELCOME)

    assert finding["message"] == "`WAITING` is not a value of `type`; did you mean `WAIT`?"


def test_a_buffer_that_is_closed_unsaved_reads_as_it_is_on_disk(editor: Editor) -> None:
    editor.type(WELCOME, FILES[WELCOME].replace("next: look", "next: lock"))
    editor.findings(WELCOME, lambda found: found)

    editor.close(WELCOME)

    assert editor.findings(WELCOME, lambda found: not found) == []


def test_a_file_that_was_never_saved_belongs_to_the_workspace(editor: Editor) -> None:
    editor.open("journeys/new.yaml", "journey: new\nsite: man\n")

    found = editor.findings("journeys/new.yaml", lambda found: found)

    assert [finding["code"] for finding in found] == ["unknown-site"]


def test_a_file_that_changed_on_disk_is_read_again(root: Path) -> None:
    other = root / "journeys" / "other.yaml"
    with started(root) as editor:
        other.write_text("journey: other\nsite: mian\n")
        editor.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": other.as_uri(), "type": 1}]})
        assert editor.findings("journeys/other.yaml", lambda found: found)[0]["code"] == "unknown-site"

        other.unlink()
        editor.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": other.as_uri(), "type": 3}]})
        assert editor.findings("journeys/other.yaml", lambda found: not found) == []


def test_a_broken_configuration_is_marked_in_its_file_and_heals(root: Path) -> None:
    (root / "jcli.yaml").write_text("workspace: acme\ntarget: nowhere\n")
    with started(root) as editor:
        [finding] = editor.findings("jcli.yaml", lambda found: found)
        assert finding["message"].startswith("there is no target `nowhere`")
        assert finding["range"]["start"] == {"line": 1, "character": 8}

        (root / "jcli.yaml").write_text("workspace: acme\nrules: {unused-content: off}\n")
        (root / WELCOME).write_text(FILES[WELCOME].replace("next: look", "next: lock"))
        editor.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": editor.uri("jcli.yaml"), "type": 2}]})
        assert editor.findings("jcli.yaml", lambda found: not found) == []
        assert editor.findings(WELCOME, lambda found: found)[0]["code"] == "unknown-node"


def test_yaml_of_somebody_else_is_none_of_our_business(editor: Editor) -> None:
    editor.open("deploy.yaml", "image: {}\n")

    assert at_start(editor, "hover", "deploy.yaml") is None
    assert at_start(editor, "definition", "deploy.yaml") == []
    assert editor.uri("deploy.yaml") not in editor.published


def at_start(editor: Editor, method: str, file: str) -> Any:
    return editor.at(method, file, 0, 0)


# What columns mean


@pytest.mark.parametrize(("encoding", "first"), [("utf-8", 41), ("utf-16", 34), ("utf-32", 32)])
def test_columns_are_counted_as_agreed(root: Path, encoding: str, first: int) -> None:
    name = "\N{GRINNING FACE}\N{LATIN SMALL LETTER E WITH ACUTE}\N{GRINNING FACE}\N{CJK UNIFIED IDEOGRAPH-6F22}1234"
    node = f'  start: {{id: "{name}", next: eend, type: TRIGGER, config: {{triggerType: MANUAL}}}}'
    text = f"journey: odd\nsite: main\nnodes:\n{node}\n  end: {{type: EXIT}}\n"

    with started(root, encoding) as editor:
        editor.open("journeys/odd.yaml", text)
        [finding] = editor.findings("journeys/odd.yaml", lambda found: found)
        [action] = editor.ask("textDocument/codeAction", _fixes(editor, "journeys/odd.yaml", finding))
        [edit] = action["edit"]["changes"][editor.uri("journeys/odd.yaml")]

    places = finding["range"]["start"]["character"], finding["range"]["end"]["character"]
    assert (finding["code"], places) == ("unknown-node", (first, first + 4))
    assert (edit["range"], edit["newText"]) == (finding["range"], "end")


def test_lines_end_where_the_editor_ends_them(editor: Editor) -> None:
    """For YAML a line separator ends a line, for the protocol it does not; carriage returns do for both."""
    text = 'journey: odd\r\nname: "a\u2028  b"\r\nsite: main\r\nnodes: {a: {type: EXITT}}\r\n'

    editor.open("journeys/odd.yaml", text)

    [finding] = editor.findings("journeys/odd.yaml", lambda found: found)
    assert finding["range"]["start"] == {"line": 3, "character": 18}
    assert finding["range"]["end"] == {"line": 3, "character": 23}


# What can be done


def _fixes(editor: Editor, file: str, finding: dict[str, Any]) -> dict[str, Any]:
    document = {"uri": editor.uri(file)}
    return {"textDocument": document, "range": finding["range"], "context": {"diagnostics": [finding]}}


@pytest.mark.parametrize(
    ("right", "wrong", "new"),
    [
        ("next: look", "next: lock", "look"),
        ("site: main", "site: mian", "main"),
        ("audience: new-people", "audience: 'new-peple'", "'new-people'"),
        ("config: {duration: 1d}", "config: {duraton: 1d}", "duration"),
        ("type: WAIT", 'type: "WAITT"', '"WAIT"'),
    ],
)
def test_a_word_that_is_nearly_right_is_replaced(editor: Editor, right: str, wrong: str, new: str) -> None:
    text = FILES[WELCOME].replace(right, wrong)
    editor.type(WELCOME, text)
    [finding] = editor.findings(WELCOME, lambda found: found)

    [action] = editor.ask("textDocument/codeAction", _fixes(editor, WELCOME, finding))

    assert (action["kind"], action["isPreferred"]) == ("quickfix", True)
    assert action["title"].endswith(f"by `{new.strip(chr(34) + chr(39))}`")
    [edit] = action["edit"]["changes"][editor.uri(WELCOME)]
    assert applied(text, [edit]) == FILES[WELCOME].replace(right, right.replace(new.strip("\"'"), new))


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """The text after the edits, as an editor makes them; all of it is ASCII."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)

    def offset(at: dict[str, int]) -> int:
        return starts[at["line"]] + at["character"]

    for edit in sorted(edits, key=lambda edit: -offset(edit["range"]["start"])):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text


def test_where_nothing_is_wrong_there_is_nothing_to_do(editor: Editor) -> None:
    asked = {"textDocument": {"uri": editor.uri(WELCOME)}, "context": {"diagnostics": []}}
    range_ = {"start": {"line": 0, "character": 0}, "end": {"line": 20, "character": 0}}

    assert editor.ask("textDocument/codeAction", {**asked, "range": range_}) == []


# Where names lead


@pytest.mark.parametrize(
    ("word", "leads"),
    [
        pytest.param("next: l|ook", f"{WELCOME}:10 look", id="one way"),
        pytest.param("completed: pause|", f"{WELCOME}:14 pause", id="a way by label"),
        pytest.param('dismissed: "p|ause', f"{WELCOME}:14 pause", id="a quoted one"),
        pytest.param("to: dec|ide", f"{WELCOME}:20 decide", id="a way of a list"),
        pytest.param("site: m|ain", f"{CATALOGUE}:1 main", id="the site"),
        pytest.param("audience: |new-people", f"{CATALOGUE}:4 new-people", id="the audience"),
        pytest.param("contentId: to|ur", f"{CATALOGUE}:9 tour", id="a content"),
    ],
)
def test_go_to_the_definition(editor: Editor, word: str, leads: str) -> None:
    assert words(editor, at(editor, "definition", WELCOME, word)) == [leads]


def test_names_lead_somewhere_while_a_line_is_being_typed(editor: Editor) -> None:
    broken = FILES[WELCOME] + "  more: {type: [\n"
    editor.type(WELCOME, broken)

    assert words(editor, at(editor, "definition", WELCOME, "next: l|ook")) == [f"{WELCOME}:10 look"]


def test_find_where_a_name_is_used(editor: Editor) -> None:
    found = at(editor, "references", WELCOME, "  lo|ok:", context={"includeDeclaration": False})
    assert words(editor, found) == [f"{WELCOME}:9 look", f"{WELCOME}:23 look"]

    everywhere = {"includeDeclaration": True}
    found = at(editor, "references", CATALOGUE, "site: |main\nname: Main", context=everywhere)
    assert words(editor, found) == [f"{CATALOGUE}:1 main", f"{CATALOGUE}:6 main", f"{WELCOME}:3 main"]


def test_what_is_in_a_file(editor: Editor) -> None:
    listed = editor.ask("textDocument/documentSymbol", {"textDocument": {"uri": editor.uri(WELCOME)}})
    assert [one["name"] for one in listed] == ["journey welcome"]
    assert [(node["name"], node["detail"]) for node in listed[0]["children"]] == [
        ("start", "TRIGGER"),
        ("look", "CONTENT"),
        ("pause", "WAIT"),
        ("decide", "CONDITION"),
        ("done", "EXIT"),
    ]

    listed = editor.ask("textDocument/documentSymbol", {"textDocument": {"uri": editor.uri(CATALOGUE)}})
    assert [one["name"] for one in listed] == ["site main", "audience new-people", "content tour", "content hint"]


# Another key


def renamed(editor: Editor, file: str, word: str, name: str) -> dict[str, str]:
    """File -> its text after the rename."""
    changes = at(editor, "rename", file, word, newName=name)["changes"]
    return {file: applied(FILES[file], changes[editor.uri(file)]) for file in FILES if editor.uri(file) in changes}


def test_a_node_gets_another_key_everywhere_in_its_journey(editor: Editor) -> None:
    after = renamed(editor, WELCOME, "  pau|se:", "rest")

    assert after == {WELCOME: FILES[WELCOME].replace("pause", "rest")}


def test_a_node_is_renamed_from_where_it_is_used(editor: Editor) -> None:
    assert renamed(editor, WELCOME, "to: dec|ide", "is-pro") == {WELCOME: FILES[WELCOME].replace("decide", "is-pro")}


def test_a_node_map_leads_to_a_node_by_its_key(editor: Editor) -> None:
    """So it is renamed with the node, and the nodes are offered there."""
    text = FILES[WELCOME].replace("nodes:\n", "nodeMap: {nap: pause}\nnodes:\n")
    editor.type(WELCOME, text)
    line, character = place(WELCOME, "  pau|se:", text)
    changes = editor.at("rename", WELCOME, line, character, newName="rest")["changes"]
    assert applied(text, changes[editor.uri(WELCOME)]) == text.replace("pause", "rest")
    line, character = place(WELCOME, "nap: pau|se", text)
    items = editor.at("completion", WELCOME, line, character)
    assert {"look", "pause", "decide"} <= {item["label"] for item in items}


def test_a_content_is_renamed_in_models_and_offered_there(editor: Editor) -> None:
    model = "journeys/people.yaml"
    text = "model: people\nevents: [{event: a, after: {content: tour}}]\noutcomes: {contents: {tour: {completed: 1}}}\n"
    editor.open(model, text)
    line, character = place(model, "content: to|ur", text)
    changes = editor.at("rename", model, line, character, newName="first-tour")["changes"]
    assert applied(text, changes[editor.uri(model)]) == text.replace("tour", "first-tour")
    assert editor.uri(WELCOME) in changes
    items = editor.at("completion", model, line, character)
    assert [item["label"] for item in items] == ["hint", "tour"]


def test_a_key_that_yaml_would_take_for_something_else_is_quoted(editor: Editor) -> None:
    after = renamed(editor, WELCOME, "  decide|:", "7")

    assert 'to: "7"' in after[WELCOME]
    assert '  "7":' in after[WELCOME]


@pytest.mark.parametrize(
    ("word", "name", "files"),
    [
        ("site: m|ain", "app", {CATALOGUE: [("site: main", "site: app")], WELCOME: [("site: main", "site: app")]}),
        (
            "audience: new-|people",
            "beginners",
            {
                CATALOGUE: [("audience: new-people", "audience: beginners")],
                WELCOME: [("audience: new-people", "audience: beginners")],
            },
        ),
        (
            "contentId: to|ur",
            "first tour",
            {
                CATALOGUE: [("content: tour", "content: first tour")],
                WELCOME: [("contentId: tour", "contentId: first tour")],
            },
        ),
    ],
)
def test_a_document_gets_another_key_in_every_file(
    editor: Editor, word: str, name: str, files: dict[str, list[tuple[str, str]]]
) -> None:
    expected = {file: FILES[file] for file in files}
    for file, changes in files.items():
        for old, new in changes:
            expected[file] = expected[file].replace(old, new)

    assert renamed(editor, WELCOME, word, name) == expected


@pytest.mark.parametrize(
    ("word", "name", "said"),
    [
        ("  pause|:", "look", "there is a node `look` already; take another key"),
        ("  pause|:", "A break", "the key of a node: `A break` does not fit; write lower-case letters, digits"),
        ("site: main|", "", "the key of a site must not be empty"),
    ],
)
def test_a_rename_that_would_break_something_is_refused(editor: Editor, word: str, name: str, said: str) -> None:
    line, character = place(WELCOME, word)
    params = {"position": {"line": line, "character": character}, "newName": name}
    answer = editor.try_to("textDocument/rename", {"textDocument": {"uri": editor.uri(WELCOME)}, **params})

    assert said in answer["error"]["message"]


def test_a_rename_waits_until_every_file_can_be_read(editor: Editor) -> None:
    editor.type(CATALOGUE, FILES[CATALOGUE] + "broken: [\n")
    line, character = place(WELCOME, "site: m|ain")
    params = {"position": {"line": line, "character": character}, "newName": "app"}
    answer = editor.try_to("textDocument/rename", {"textDocument": {"uri": editor.uri(WELCOME)}, **params})

    assert answer["error"]["message"] == f"{CATALOGUE} cannot be read as it stands; put that right, then rename"


def test_only_names_can_be_renamed(editor: Editor) -> None:
    asked = at(editor, "prepareRename", WELCOME, "  pau|se:")
    assert asked["placeholder"] == "pause"
    assert at(editor, "prepareRename", WELCOME, "type: W|AIT") is None


# What it says


def test_a_finding_is_explained_with_the_way_to_silence_it(editor: Editor) -> None:
    text = FILES[WELCOME].replace("{true: done, false: look}", "{true: done}")
    editor.type(WELCOME, text)
    [finding] = editor.findings(WELCOME, lambda found: found)
    start = finding["range"]["start"]

    said = editor.at("hover", WELCOME, start["line"], start["character"])["contents"]["value"]

    assert said.startswith("**missing-way**\n\n")
    assert "`rules: {missing-way: off}` in jcli.yaml silences it" in said
    assert "This passes:\n\n```yaml\njourney: welcome" in said


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (
            "  look|:",
            "**look** CONTENT\n\nShows a content item and waits until the person has finished it."
            "\n\nLed to by `start`, `decide`.",
        ),
        ("to: dec|ide", "**decide** CONDITION\n\nBranches by rules on traits and past events.\n\nLed to by `pause`."),
        ("audience: new-|people", "**New people**\n\nThe audience `new-people`, declared in journeys/catalogue.yaml."),
        ("contentId: to|ur", "**The tour**\n\nThe content `tour`, declared in journeys/catalogue.yaml."),
    ],
)
def test_a_name_is_explained(editor: Editor, word: str, said: str) -> None:
    assert at(editor, "hover", WELCOME, word)["contents"] == {"kind": "markdown", "value": said}


# What could be written


@pytest.mark.parametrize(
    ("right", "typing", "offered"),
    [
        pytest.param("next: look", "next: |", ["look", "pause", "decide", "done"], id="a way"),
        pytest.param("next: look", "next: lo|", ["look", "pause", "decide", "done"], id="half a word"),
        pytest.param("completed: pause,", "completed: |,", ["pause", "decide", "done"], id="a way by label"),
        pytest.param('pause, dismissed: "pause"}', "|", ["pause", "decide", "done"], id="before the bracket"),
        pytest.param("to: decide", "to: |", ["look", "decide", "done"], id="a way of a list"),
        pytest.param("{true: done, false: look}", "{true: done, |}", ["false", "default"], id="a label"),
        pytest.param("site: main", "site: |", ["main"], id="the site"),
        pytest.param("audience: new-people", "audience: n|", ["new-people"], id="the audience"),
        pytest.param("contentId: tour", "contentId: |", ["hint", "tour"], id="a content"),
        pytest.param("type: EXIT", "type: EXIT\n    |", [], id="what the schema knows"),
    ],
)
def test_what_could_stand_here_is_offered(editor: Editor, right: str, typing: str, offered: list[str]) -> None:
    text = FILES[WELCOME].replace(right, typing, 1)
    line, character = _cursor(text)
    editor.type(WELCOME, text.replace("|", "", 1))

    items = editor.at("completion", WELCOME, line, character)

    assert [item["label"] for item in items] == offered


def _cursor(text: str) -> tuple[int, int]:
    before = text.partition("|")[0]
    return before.count("\n"), len(before) - before.rfind("\n") - 1


# How fast


def test_a_large_workspace_is_judged_between_two_keystrokes(root: Path) -> None:
    for number in range(200):
        text = FILES[WELCOME].replace("journey: welcome", f"journey: welcome-{number}")
        (root / "journeys" / f"welcome-{number}.yaml").write_text(text)
    took = []
    with started(root) as editor:
        editor.open(WELCOME)
        for wrong in ("lock", "loook", "loo"):
            began = time.monotonic()
            editor.type(WELCOME, FILES[WELCOME].replace("next: look", f"next: {wrong}"))
            editor.findings(WELCOME, lambda found, wrong=wrong: found and f"`{wrong}`" in found[0]["message"])
            took.append(time.monotonic() - began)

    assert min(took) < 2.0, took  # far more than it takes, so that a busy machine does not fail


# Without the extra


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("jcli.editor", "pygls", "lsprotocol"))]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("pygls", "lsprotocol"):
        monkeypatch.setitem(sys.modules, name, None)

    answer = CliRunner().invoke(cli, ["lsp"], prog_name="jcli")

    assert answer.exit_code == exits.USAGE
    assert 'install it with `pip install "jcli[lsp]"`' in answer.stderr
