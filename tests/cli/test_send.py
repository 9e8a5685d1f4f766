"""`jcli send`: one event and files of events, what becomes of them, and what is no event."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from jcli.commands import exits
from jcli.store import open_store
from tests.cli.conftest import Run

Golden = Callable[[str, str], None]
STORE = "sqlite:///.jcli/journeys.db"
FILE = """\
{"type": "identify", "userId": "ana", "messageId": "1", "traits": {"plan": "pro"}}

{"type": "track", "event": "begun", "userId": "ana", "messageId": "2"}
{"type": "track", "event": "begun", "userId": "ana", "messageId": "2"}
{"type": "track", "userId": "ana"}
not json
["an", "array"]
{"type": "page", "userId": "bo", "traits": 3, "properties": {"url": "https://app.example.com/dashboard"}}
{"type": "poke", "userId": "bo"}
{"type": "track", "event": "begun"}
{"type": "track", "event": "x", "userId": "\\u0000"}
"""


def _traits(person: str) -> dict[str, object]:
    store = open_store(STORE)
    with store.read() as tables:
        (site,) = tables.sites_knowing(person)
        found = tables.person(site, person)
    store.close()
    assert found is not None
    return dict(found.traits)


def _inside(run: Run, journey: str = "lived") -> list[str]:
    items = json.loads(run("enrollments", journey, "--format", "json").out)["items"]
    return [item["endUserId"] or item["anonymousId"] for item in items]


def test_one_event_by_options(run: Run, published: Path) -> None:
    answer = run("send", "--user", "ana", "--event", "begun")
    assert (answer.code, answer.out, answer.err) == (0, "1 accepted, 0 duplicates, 0 rejected\n", "")
    assert _inside(run) == ["ana"]


def test_what_is_json_is_read_as_json(run: Run, published: Path) -> None:
    given = {"plan": "pro", "seats": "3", "admin": "true", "tags": '["a"]', "code": '"7"', "sum": "a=b"}
    words = [word for name, value in given.items() for word in ("--trait", f"{name}={value}")]
    assert run("send", "--user", "ana", *words).code == 0
    assert _traits("ana") == {"plan": "pro", "seats": 3, "admin": True, "tags": ["a"], "code": "7", "sum": "a=b"}
    assert run("send", "--user", "ana", "--trait", "plan=null").code == 0
    assert "plan" not in _traits("ana")


def test_a_page_and_its_properties(run: Run, published: Path) -> None:
    run("publish", "welcome")
    run("send", "--user", "ana", "--trait", "projects=0")
    page = ("--page", "https://app.example.com/dashboard", "--property", "title=Home")
    assert run("send", "--user", "ana", *page).code == 0
    assert _inside(run, "welcome") == ["ana"]


def test_a_visitor_becomes_known(run: Run, published: Path) -> None:
    assert run("send", "--anonymous", "v-1", "--trait", "plan=pro").code == 0
    assert run("send", "--user", "ana", "--anonymous", "v-1").code == 0
    assert _traits("ana") == {"plan": "pro"}


def test_the_same_message_counts_once(run: Run, published: Path) -> None:
    given = ("send", "--user", "ana", "--event", "begun", "--message-id", "m-1")
    assert run(*given).out == "1 accepted, 0 duplicates, 0 rejected\n"
    assert run(*given).out == "0 accepted, 1 duplicate, 0 rejected\n"


def test_one_event_as_json(run: Run, published: Path) -> None:
    assert run("send", "--json", '{"type": "track", "event": "begun", "userId": "ana"}').code == 0
    assert _inside(run) == ["ana"]
    answer = run("send", "--json", '{"type": "track"}')
    assert answer.code == exits.FINDINGS
    assert answer.out == (
        "rejected missing-field `userId` or `anonymousId` is missing\n0 accepted, 0 duplicates, 1 rejected\n"
    )


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_file(run: Run, published: Path, golden: Golden, form: str) -> None:
    (published / "events.jsonl").write_text(FILE)
    answer = run("send", "events.jsonl", "--format", form)
    assert (answer.code, answer.err) == (exits.FINDINGS, "")
    golden("send.json" if form == "json" else "send.txt", answer.out)
    assert _inside(run) == ["ana"]


def test_stdin(run: Run, published: Path) -> None:
    answer = run("send", "-", answer="\ufeff" + FILE.splitlines()[0] + "\n{\n")
    assert answer.code == exits.FINDINGS
    assert answer.out.splitlines()[-1] == "1 accepted, 0 duplicates, 1 rejected"
    assert answer.out.startswith("stdin:2: rejected not-json ")


def test_more_than_a_batch(run: Run, published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jcli.commands.send._A_BATCH", 3)
    lines = [json.dumps({"type": "track", "event": "begun", "userId": f"u{number}"}) for number in range(10)]
    lines.insert(7, "[]")
    (published / "events.jsonl").write_text("\n".join(lines))
    answer = run("send", "events.jsonl")
    assert answer.out.startswith("events.jsonl:8: rejected wrong-type ")
    assert answer.out.endswith("10 accepted, 0 duplicates, 1 rejected\n")
    assert len(_inside(run)) == 10


def test_a_long_file_tells_how_far_it_is(run: Run, published: Path) -> None:
    line = json.dumps({"type": "track", "event": "nobody-asks", "userId": "ana"})
    (published / "events.jsonl").write_text(f"{line}\n" * 10_500)
    answer = run("send", "events.jsonl")
    assert answer.out == "10,500 accepted, 0 duplicates, 0 rejected\n"
    assert answer.err == "Sending: 10,000 events\n"
    assert run("send", "events.jsonl", "-q").err == ""


def test_the_site_must_be_clear(run: Run, published: Path) -> None:
    with (published / "journeys" / "site.yaml").open("a") as file:
        file.write("---\nsite: second\nname: Second\n")
    run("sync", "--yes", "-q")
    answer = run("send", "--user", "ana", "--event", "begun")
    assert answer.code == exits.USAGE
    assert "The store has main, second" in answer.err
    assert "--site" in answer.err
    assert run("send", "--site", "second", "--user", "ana", "--event", "begun").code == 0
    assert _inside(run) == []  # the same id on another site is somebody else
    assert run("send", "--site", "main", "--user", "ana", "--event", "begun").code == 0
    assert _inside(run) == ["ana"]
    assert "did you mean `main`?" in run("send", "--site", "mian", "--user", "ana", "--event", "begun").err


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("--user", "ana"),
        ("--event", "begun"),
        ("--anonymous", "v-1"),
        ("--user", "ana", "--event", "begun", "--page", "/x"),
        ("--user", "ana", "--event", "begun", "--trait", "plan=pro"),
        ("--user", "ana", "--property", "a=b"),
        ("--user", "ana", "--trait", "plan"),
        ("--user", "ana", "--trait", "=pro"),
        ("events.jsonl", "--user", "ana", "--event", "begun"),
        ("events.jsonl", "--json", "{}"),
        ("--json", "{}", "--event", "begun"),
    ],
)
def test_what_cannot_be_meant(run: Run, published: Path, args: tuple[str, ...]) -> None:
    answer = run("send", *args)
    assert (answer.code, answer.out) == (exits.USAGE, "")


def test_a_file_that_is_not_there(run: Run, published: Path) -> None:
    answer = run("send", "nothing.jsonl")
    assert answer.code == exits.FAILED
    assert "nothing.jsonl: No such file or directory" in answer.err


def test_a_timestamp_that_is_none_is_rejected(run: Run, published: Path) -> None:
    answer = run("send", "--user", "ana", "--event", "begun", "--timestamp", "yesterday")
    assert answer.code == exits.FINDINGS
    assert "`timestamp` cannot be read" in answer.out
