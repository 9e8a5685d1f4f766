"""`jcli list` and `jcli show`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from jcli import operations
from jcli.commands import exits
from jcli.model import Actor
from jcli.store import open_store
from tests.cli.conftest import Run

Golden = Callable[[str, str], None]
SOMEBODY = Actor("somebody", "api")


@pytest.mark.parametrize("kind", ["journey", "site", "audience", "content"])
def test_tables(run: Run, synced: Path, golden: Golden, kind: str) -> None:
    answer = run("list", "--kind", kind)
    assert answer.code == 0
    golden(f"list.{kind}.txt", answer.out)


@pytest.mark.parametrize(
    ("kind", "key"),
    [("journey", "welcome"), ("site", "main"), ("audience", "new-people"), ("content", "welcome-tour")],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_one_of_each_kind(run: Run, synced: Path, golden: Golden, kind: str, key: str, form: str) -> None:
    answer = run("show", key, "--kind", kind, "--format", form)
    assert answer.code == 0
    golden(f"show.{kind}.{'json' if form == 'json' else 'txt'}", answer.out)
    if form == "json":
        assert json.loads(answer.out)["formatVersion"] == "1.0"


def test_a_list_as_json(run: Run, synced: Path) -> None:
    answer = json.loads(run("list", "--format", "json").out)
    assert answer["formatVersion"] == "1.0"
    assert [(item["key"], item["status"], item["_count"]["nodes"]) for item in answer["items"]] == [
        ("welcome", "DRAFT", 6)
    ]


def test_filters(run: Run, synced: Path) -> None:
    assert "welcome" in run("list", "--status", "draft", "--site", "main").out
    assert "welcome" not in run("list", "--status", "PUBLISHED").out
    assert "welcome" not in run("list", "--site", "other").out
    assert run("list", "--kind", "site", "--status", "DRAFT").code == exits.USAGE
    assert run("list", "--status", "LIVE").code == exits.USAGE


def test_what_came_by_the_api_goes_by_its_id(run: Run, synced: Path) -> None:
    store = open_store(f"sqlite:///{synced}/.jcli/journeys.db")
    body = {"name": "By the API \x1b[31m", "siteId": "site_xyz", "nodes": [], "edges": []}
    saved = operations.create_journey(store, lambda: 1, SOMEBODY, body, new_id=lambda: str(uuid4()))
    store.close()
    assert saved.stored is not None
    journey_id = saved.stored.journey.id
    table = run("list").out
    assert journey_id in table
    assert "\x1b" not in table
    assert "site_xyz" in run("show", journey_id).out


def test_more_than_a_page(run: Run, synced: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jcli.targets.stored._A_PAGE", 1)
    assert len(run("list", "--kind", "content").out.splitlines()) == 3


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("welcom",), "the store has no journey `welcom`; did you mean `welcome`?"),
        (("mian", "--kind", "site"), "the store has no site `mian`; did you mean `main`?"),
        (("zzz",), "the store has no journey `zzz`"),
    ],
)
def test_what_is_not_there(run: Run, synced: Path, args: tuple[str, ...], expected: str) -> None:
    answer = run("show", *args)
    assert answer.code == exits.USAGE
    assert answer.out == ""
    assert expected in answer.err
