"""`docs/graph.md`: its pictures are what is drawn now, and it names every field of the JSON."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from jcli.model import NodeType
from jcli.render.graphs import compared, drawing_of
from jcli.render.graphs.objects import objects
from tests.graphs.samples import ROOT, journey

PAGE = (ROOT / "docs" / "graph.md").read_text("utf-8")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_graph", ROOT / "docs" / "generate_graph.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pictures_are_current(generator: ModuleType) -> None:
    assert generator.main(["--check"]) == 0


def test_a_picture_that_is_not_current_is_seen(
    generator: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generator, "PICTURES", tmp_path)
    assert generator.main(["--check"]) == 1
    (tmp_path / "old.svg").write_text("<svg/>")
    assert generator.main([]) == 0
    assert generator.main(["--check"]) == 0
    (tmp_path / "changes.svg").write_text("<svg/>")
    assert generator.main(["--check"]) == 1


def test_the_pictures_are_those_that_pages_show(generator: ModuleType) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = set(re.findall(r"pictures/([\w-]+\.svg)", PAGE + readme))
    assert shown == {path.name for path in (ROOT / "docs" / "pictures").iterdir()} == set(generator.drawn())


def test_the_edit_shows_all_sorts_of_changes(generator: ModuleType) -> None:
    picture = generator.drawn()["changes.svg"]
    assert all(f"{sign} {word}: " in picture for sign, word in (("+", "added"), ("-", "removed"), ("~", "changed")))


def test_every_field_of_the_json_is_on_the_page() -> None:
    one = journey({"a": NodeType.TRIGGER}, [("a", "a", None)])
    answers = [json.loads(objects(drawing_of(one, "j", {}))), json.loads(objects(compared(None, one, "j", ({}, {}))))]
    fields = {field for answer in answers for field in (*answer, *answer["nodes"][0], *answer["edges"][0])}
    table = PAGE.partition("## The JSON")[2]
    assert {field for field in fields if f"`{field}`" not in table} == set()
