"""The canonical layout of a file: `tests/fmt/<name>.before.yaml` becomes `<name>.after.yaml`.

`UPDATE_GOLDEN=1` writes what it becomes anew, for a person to read.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from jcli.authoring.drafting import GOAL, NODE, ORDER, SETTINGS
from jcli.authoring.formatting import formatted, shortest
from jcli.canonical import canonical, canonical_bytes
from jcli.compiler import compile_documents
from jcli.documents import read
from jcli.documents.edits import EditError
from jcli.model import Kind

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "fmt"
NAMES = sorted(file.name.removesuffix(".before.yaml") for file in CASES.glob("*.before.yaml"))
OURS = sorted([*ROOT.glob("journeys/*.yaml"), *ROOT.glob("tests/cases/*/ok-*.yaml")])
SCHEMA = json.loads((ROOT / "schema" / "document.schema.json").read_text())["$defs"]


def format_(content: bytes) -> bytes:
    documents, findings = read(content, "case.yaml")
    assert findings == []
    return formatted(content, documents)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_becomes_what_stands_beside_it(name: str) -> None:
    after = CASES / f"{name}.after.yaml"
    result = format_((CASES / f"{name}.before.yaml").read_bytes())
    if os.environ.get("UPDATE_GOLDEN") == "1":
        after.write_bytes(result)
    assert result.decode() == after.read_bytes().decode()
    assert format_(result) == result


@pytest.mark.parametrize("name", NAMES)
def test_line_breaks_and_the_byte_order_mark_are_kept(name: str) -> None:
    before, after = ((CASES / f"{name}.{when}.yaml").read_bytes() for when in ("before", "after"))
    windows = b"\xef\xbb\xbf" + before.replace(b"\n", b"\r\n")
    assert format_(windows) == b"\xef\xbb\xbf" + after.replace(b"\n", b"\r\n")


@pytest.mark.parametrize("name", ["order", "next"])
def test_a_line_break_that_is_missing_at_the_end_is_missing_afterwards(name: str) -> None:
    before, after = ((CASES / f"{name}.{when}.yaml").read_bytes() for when in ("before", "after"))
    assert format_(before[:-1]) == after[:-1]


def test_what_comes_last_ends_the_file_as_it_did() -> None:
    assert format_(b"nodes: {}\njourney: a") == b"journey: a\nnodes: {}"


@pytest.mark.parametrize("file", OURS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_formatted_file_compiles_to_the_same_and_is_judged_the_same(file: Path) -> None:
    before = file.read_bytes()
    after = format_(before)
    assert _compiled(after) == _compiled(before)
    assert sorted(line.strip() for line in after.splitlines() if line.strip().startswith(b"#")) == sorted(
        line.strip() for line in before.splitlines() if line.strip().startswith(b"#")
    )


def _compiled(content: bytes) -> object:
    documents, findings = read(content, "case.yaml")
    compilation = compile_documents(documents, findings, "acme", {})
    items = {name: canonical_bytes(canonical(source.item)) for name, source in compilation.sources.items()}
    return items, sorted((finding.code, finding.message) for finding in compilation.findings)


def test_every_field_of_a_document_has_its_place() -> None:
    for kind in Kind:
        assert set(ORDER[kind]) >= set(SCHEMA[f"{kind.value.capitalize()}Document"]["properties"])
        assert ORDER[kind][0] == kind.value
    for order, name in ((SETTINGS, "Settings"), (GOAL, "GoalConfig"), (NODE, "FileNode")):
        assert set(order) == set(SCHEMA[name]["properties"])


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ([{"to": "a"}], "a"),
        ([{"to": "a", "label": ""}], "a"),
        ([{"to": "a", "label": "x"}], {"x": "a"}),
        ([{"to": "a", "label": "x"}, {"to": "a", "label": "X"}], {"x": "a", "X": "a"}),
        ([{"to": "a", "label": "x"}, {"to": "b", "label": "x"}], None),
        ([{"to": "a"}, {"to": "b"}], None),
        ([{"to": "a"}, {"to": "b", "label": "x"}], None),
        ({"x": "a"}, None),
        ({"": "a"}, None),
        ("a", None),
        (None, None),
    ],
)
def test_the_shortest_form_of_next(written: object, short: object) -> None:
    assert shortest(written) == (written if short is None else short)


def test_a_text_that_would_say_something_else_is_never_made() -> None:
    """The literal ends with the file and has no line break; further up it would have one."""
    with pytest.raises(EditError, match="it would not say the same"):
        format_(b"name: a\njourney: |\n  text")


def test_a_comment_that_would_silence_something_else_bars_it() -> None:
    """What is said of a document as a whole is said at its first key, so this comment silences that too."""
    with pytest.raises(EditError, match="it would not say the same"):
        format_(b"# jcli: ignore[unused-audience] later\nname: a\naudience: b\nrules: {trait: c, exists: true}\n")
