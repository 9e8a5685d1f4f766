"""`jcli backtest`: two revisions of a workspace on recorded events, from files, from stdin and from the store."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jcli.backtest import Assumed, Backtest, Log, Span, pair, side_of
from jcli.commands import living
from jcli.compiler import compile_documents
from jcli.compiler.zones import zone
from jcli.model import Kind
from jcli.operations.recorded import kept_events, kept_replies
from jcli.store import open_store
from jcli.workspace import load, locate
from tests.cli.conftest import Run
from tests.cli.test_graph import git

NUDGE = """\
journey: nudge
name: Nudge
site: main
goalConfig: {type: event, config: {eventName: came_back}}
settings: {exitOnGoal: true}
nodes:
  begin: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: signed_up}}, next: is-admin}
  is-admin: {type: CONDITION, config: {rules: {trait: role, equals: admin}}, next: {true: rest, false: done}}
  rest: {type: WAIT, config: {duration: 1d}, next: mail}
  mail: {type: CONTENT, contentId: welcome-tour, config: {contentType: flow, advanceOn: immediate}, next: done}
  done: {type: EXIT}
"""
WAITS_LONGER = NUDGE.replace("duration: 1d", "duration: 3d")
ASKS_MORE = NUDGE.replace(
    "{trait: role, equals: admin}", "{all: [{trait: role, equals: admin}, {trait: seats, gte: 5}]}"
)


def identify(who: str, day: int, **traits: Any) -> dict[str, Any]:
    return {"type": "identify", "userId": who, "traits": traits, "timestamp": f"2026-03-{day:02}T08:00:00Z"}


def track(who: str, event: str, day: int) -> dict[str, Any]:
    return {"type": "track", "userId": who, "event": event, "timestamp": f"2026-03-{day:02}T09:00:00Z"}


EVENTS = [
    identify("ana", 1, role="admin", seats=2),
    identify("bo", 1, role="admin", seats=9),
    identify("cleo", 1, role="viewer"),
    *(track(who, "signed_up", 2) for who in ("ana", "bo", "cleo")),
    track("bo", "came_back", 4),
    track("dan", "unheard", 9),
]


def lines(events: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(event) + "\n" for event in events)


@pytest.fixture
def repository(ready: Path) -> Path:
    """The workspace of `jcli init` with the journey `nudge`, committed as `main`, and a log beside it."""
    (ready / "journeys" / "nudge.yaml").write_text(NUDGE)
    git("init")
    git("add", ".")
    git("commit", "-m", "Begin")
    (ready / "log.jsonl").write_text(lines(EVENTS))
    return ready


def edit(text: str) -> None:
    Path("journeys/nudge.yaml").write_text(text)


def test_an_edit_of_the_working_tree_is_compared_with_the_branch(
    run: Run, repository: Path, golden: Callable[[str, str], None]
) -> None:
    edit(ASKS_MORE)
    answer = run("backtest", "--events", "log.jsonl")
    assert answer.code == 0
    assert "where this branch left main" in answer.err
    golden("backtest.txt", answer.out.replace(answer.out.split()[3], "COMMIT"))


def test_as_json_with_everybody(run: Run, repository: Path, golden: Callable[[str, str], None]) -> None:
    edit(WAITS_LONGER)
    answer = run("backtest", "--from", "main", "--events", "log.jsonl", "--format", "json", "-q")
    assert (answer.code, answer.err) == (0, "")
    golden("backtest.json", answer.out)
    told = json.loads(answer.out)
    assert [(one["endUserId"], one["divergence"]["node"]) for one in told["people"]] == [
        ("ana", "rest"),
        ("bo", "rest"),
    ]


def test_as_a_comment(run: Run, repository: Path, golden: Callable[[str, str], None]) -> None:
    edit(ASKS_MORE)
    answer = run("backtest", "--from", "main", "--events", "log.jsonl", "--format", "markdown")
    assert answer.out.startswith("<!-- jcli-backtest:acme -->\n")
    golden("backtest.md", answer.out)


def test_two_commits_and_the_detailed_exit_code(run: Run, repository: Path) -> None:
    # given
    edit(WAITS_LONGER)
    git("commit", "-am", "Wait longer")
    edit(ASKS_MORE)
    code = ("--events", "log.jsonl", "--detailed-exitcode", "-q")

    # then
    assert run("backtest", "--from", "HEAD~1", "--to", "HEAD~1", *code).code == 0
    assert run("backtest", "--from", "HEAD~1", "--to", "HEAD", *code).code == 4
    assert run("backtest", "--from", "HEAD", *code).code == 4
    assert "Nothing is different for anybody." in run("backtest", "--from", "HEAD", "--to", "HEAD", *code).out


def test_however_many_processes(run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(living, "A_SHARE", 1)
    edit(WAITS_LONGER)
    many = [identify(f"p{n}", 1, role="admin") for n in range(40)] + [track(f"p{n}", "signed_up", 2) for n in range(40)]
    Path("log.jsonl").write_text(lines([*many, *EVENTS]))
    command = ("backtest", "--from", "main", "--events", "log.jsonl", "--format", "json", "-q")
    one, two, three = (run(*command, "--jobs", jobs).out for jobs in ("1", "2", "3"))
    assert one == two == three
    assert len(json.loads(one)["people"]) == 42


def test_a_process_that_dies_is_told(run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(living, "A_SHARE", 1)
    monkeypatch.setattr(living._Worker, "_work", lambda *_: os._exit(9))
    answer = run("backtest", "--from", "main", "--events", "log.jsonl", "-q", "--jobs", "2")
    assert answer.code == 3
    assert "a process that let part of the people live ended with code 9" in answer.err


def test_a_process_that_cannot_leaves_it_to_the_first(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(living, "A_SHARE", 1)
    edit(WAITS_LONGER)
    command = ("backtest", "--from", "main", "--events", "log.jsonl", "--format", "json", "-q")
    expected = run(*command, "--jobs", "1").out
    here, share = os.getpid(), living._share

    def failing_elsewhere(*given: Any) -> Any:
        if os.getpid() != here:
            raise RuntimeError("not here")
        return share(*given)

    monkeypatch.setattr(living, "_share", failing_elsewhere)
    assert run(*command, "--jobs", "2").out == expected


def segment(event: dict[str, Any], number: int) -> dict[str, Any]:
    """The event as Segment's warehouse of raw events writes it."""
    return {
        "_metadata": {"bundled": ["Segment.io"]},
        "anonymousId": None,
        "channel": "server",
        "context": {"library": {"name": "analytics-node"}, "ip": "192.0.2.7", "page": {"url": "https://acme.example/"}},
        "integrations": {},
        "messageId": f"node-{number}",
        "originalTimestamp": event["timestamp"],
        "projectId": "p",
        "properties": {},
        "receivedAt": event["timestamp"].replace("Z", ".000Z"),
        "sentAt": event["timestamp"],
        "traits": {},
        "version": 2,
        **event,
    }


def test_our_shape_and_segments_give_the_same(run: Run, repository: Path) -> None:
    edit(WAITS_LONGER)
    theirs = [segment(event, number) for number, event in enumerate(EVENTS)]
    command = ("backtest", "--from", "main", "--format", "json", "-q")
    ours = run(*command, "--events", "log.jsonl").out
    Path("log.jsonl").write_text(lines(theirs))
    assert run(*command, "--events", "log.jsonl").out == ours


def test_lines_in_any_order_twice_gzipped_and_from_stdin(run: Run, repository: Path) -> None:
    # given
    edit(WAITS_LONGER)
    events = [segment(event, number) for number, event in enumerate(EVENTS)]
    command = ("backtest", "--from", "main", "--format", "json", "-q", "--events")
    Path("log.jsonl").write_text(lines(events))
    expected = json.loads(run(*command, "log.jsonl").out)["people"]
    jumbled = lines([*events[::-1], *events[2:5]])

    # when
    Path("log.jsonl.gz").write_bytes(gzip.compress(b"\xef\xbb\xbf" + jumbled.encode().replace(b"\n", b"\r\n\n")))
    packed = json.loads(run(*command, "log.jsonl.gz").out)
    piped = json.loads(run(*command, "-", answer=jumbled).out)

    # then
    assert packed["people"] == piped["people"] == expected
    assert packed["summary"]["events"] == len(EVENTS) + 3
    assert (packed["source"], piped["source"]) == ("log.jsonl.gz", "stdin")


HOSTILE = [
    (b"{", "not-json"),
    (b"[]", "wrong-type"),
    (b'"text"', "wrong-type"),
    (b"\xff\xfe", "not-json"),
    (b'{"type": "track"}', "missing-field"),
    (b'{"type": "track", "userId": "x", "timestamp": "2026-03-01T09:00:00Z"}', "missing-field"),
    (b'{"type": "track", "userId": "x", "event": "go"}', "missing-field"),
    (b'{"type": "track", "userId": "x", "event": "go", "timestamp": "yesterday"}', "wrong-value"),
    (b'{"type": "track", "userId": "x", "event": "go", "timestamp": 17}', "wrong-type"),
    (b'{"type": "track", "userId": "x", "event": "go", "receivedAt": 17}', "wrong-value"),
    (b'{"type": "track", "userId": "x", "event": "go", "receivedAt": "9999-12-31T23:59:59Z"}', "wrong-value"),
    (b'{"type": "track", "userId": "x", "event": "go", "receivedAt": "0001-01-01T00:00:00Z"}', "wrong-value"),
    (b'{"type": "dance", "userId": "x", "timestamp": "2026-03-01T09:00:00Z"}', "wrong-value"),
    (b'{"type": "track", "userId": "x\\u0000", "event": "go", "timestamp": "2026-03-01T09:00:00Z"}', "wrong-value"),
    (b'{"a": ' * 100_000, "not-json"),
    (b'{"userId": "' + b"x" * 1_200_000 + b'"}', "too-large"),
    (b"x" * 3_000_000, "too-large"),
]


def test_bad_lines_are_told_and_bar_no_others(run: Run, repository: Path) -> None:
    # given
    edit(WAITS_LONGER)
    bad = b"\n".join(line for line, _ in HOSTILE)
    Path("log.jsonl").write_bytes(bad + b"\n" + lines(EVENTS).encode())

    # when
    answer = run("backtest", "--from", "main", "--events", "log.jsonl", "--format", "json")

    # then
    told = json.loads(answer.out)
    assert [(one["line"], one["code"]) for one in told["rejected"]] == [
        (number, code) for number, (_, code) in enumerate(HOSTILE, 1)
    ]
    assert told["summary"]["rejected"] == len(HOSTILE)
    assert len(told["people"]) == 2
    assert "line 1: this is not JSON" in answer.err
    assert "17 lines could not be read and were passed over; --strict stops at the first" in answer.err
    assert all(len(one["message"]) <= 200 for one in told["rejected"])


def test_strict_stops_at_a_bad_line(run: Run, repository: Path) -> None:
    Path("log.jsonl").write_text(lines(EVENTS[:2]) + "no\n" + lines(EVENTS[2:]))
    answer = run("backtest", "--from", "main", "--events", "log.jsonl", "--strict", "-q")
    assert answer.code == 2
    assert "line 3 of log.jsonl: this is not JSON" in answer.err


@pytest.mark.parametrize("cut", [5, 60, 100])
def test_a_packed_file_that_is_cut_is_told(run: Run, repository: Path, cut: int) -> None:
    Path("log.gz").write_bytes(gzip.compress(lines(EVENTS).encode())[:cut])
    answer = run("backtest", "--from", "main", "--events", "log.gz", "-q")
    assert (answer.code, answer.out) == (2, "")
    assert "log.gz cannot be unpacked" in answer.err
    Path("log.gz").write_bytes(b"\x1f\x8bnonsense")
    assert "log.gz cannot be unpacked" in run("backtest", "--from", "main", "--events", "log.gz", "-q").err


def test_the_span(run: Run, repository: Path) -> None:
    """What is before it is known and enters nobody; what is after it has not happened."""
    edit(ASKS_MORE)
    command = ("backtest", "--from", "main", "--events", "log.jsonl", "--format", "json", "-q")

    def told(*options: str) -> tuple[Any, list[str]]:
        answer = json.loads(run(*command, *options).out)
        return (answer["start"], answer["end"]), [one["endUserId"] for one in answer["people"]]

    assert told() == (("2026-03-01T08:00:00Z", "2026-03-09T09:00:00Z"), ["ana"])
    assert told("--since", "2026-03-02") == (("2026-03-02T00:00:00Z", "2026-03-09T09:00:00Z"), ["ana"])
    assert told("--since", "2026-03-03T10:00:00Z")[1] == []
    assert told("--until", "2026-03-02T09:00:00Z") == (("2026-03-01T08:00:00Z", "2026-03-02T09:00:00Z"), [])
    assert run(*command, "--since", "2026-03-03", "--until", "2026-03-03").code == 2
    assert "or a day such as 2026-03-01" in run(*command, "--since", "monday").err


def test_what_is_known_beforehand(run: Run, repository: Path) -> None:
    edit(ASKS_MORE)
    Path("log.jsonl").write_text(lines([track("eve", "signed_up", 2), track("eve", "later", 9)]))
    people = [{"userId": "eve", "traits": {"role": "admin", "seats": 1}}, {"anonymousId": "v", "traits": {}}]
    Path("people.jsonl").write_text(lines(people))
    command = ("backtest", "--from", "main", "--events", "log.jsonl", "--format", "json", "-q")
    assert json.loads(run(*command).out)["people"] == []
    (eve,) = json.loads(run(*command, "--people", "people.jsonl").out)["people"]
    assert eve["divergence"]["sentence"] == (
        "at `is-admin` took `true` (role=admin), would now take `false` (role=admin, seats=1)"
    )


def test_what_people_make_of_content_is_assumed(run: Run, repository: Path) -> None:
    # given
    shows = NUDGE.replace(", advanceOn: immediate", "")
    edit(shows)
    git("commit", "-am", "Wait for the end of the content")
    edit(
        shows.replace(
            "next: done}\n  done", "next: more}\n  more: {type: WAIT, config: {duration: 1h}, next: done}\n  done"
        )
    )
    command = ("backtest", "--from", "main", "--events", "log.jsonl", "--format", "json", "-q")

    # then
    assert json.loads(run(*command).out)["people"] == []
    told = json.loads(run(*command, "--outcomes", "completed", "--outcomes-after", "2h").out)
    assert told["outcomes"] == {"recorded": False, "assumed": "completed", "afterSeconds": 7200.0}
    assert [(one["endUserId"], one["divergence"]["at"]) for one in told["people"]] == [
        ("ana", "2026-03-03T11:00:00Z"),
        ("bo", "2026-03-03T11:00:00Z"),
    ]


def test_only_some_journeys_are_reported(run: Run, repository: Path) -> None:
    edit(WAITS_LONGER)
    command = ("backtest", "--from", "main", "--events", "log.jsonl", "-q")
    assert "Nothing is different for anybody." in run(*command, "--journey", "welcome").out
    assert "nudge" in run(*command, "--journey", "nudge").out
    answer = run(*command, "--journey", "nudgee")
    assert answer.code == 2
    assert "neither side has a journey `nudgee`; did you mean `nudge`?" in answer.err


def test_a_side_with_errors_is_said(run: Run, repository: Path) -> None:
    # given: a journey with a way to nowhere, and a file that is no YAML
    edit(NUDGE.replace("next: mail", "next: male"))
    command = ("backtest", "--from", "main", "--events", "log.jsonl")
    answer = run(*command)
    assert answer.code == 0
    assert "Left out on both sides: nudge (the working tree: there is no node `male`" in answer.out
    assert "Nothing is different" in answer.out
    answer = run(*command, "--journey", "nudge", "-q")
    assert answer.code == 3
    assert "the journey `nudge` is left out: the working tree: there is no node `male`" in answer.err

    # when
    edit("journey: [")
    answer = run(*command)
    assert answer.code == 0
    assert "Left out on both sides: nudge (the working tree: journeys/nudge.yaml cannot be read" in answer.out
    assert [one["journey"] for one in json.loads(run(*command, "--format", "json").out)["leftOut"]] == ["nudge"]

    # then
    Path("journeys/welcome.yaml").write_text("journey: {")
    answer = run(*command)
    assert answer.code == 3
    assert "Left out: welcome (" in answer.err
    assert "there is no journey that could be compared" in answer.err


def test_what_cannot_be_done_is_told_with_the_way_out(run: Run, repository: Path) -> None:
    log = ("--events", "log.jsonl", "-q")
    answer = run("backtest", "--from", "nowhere", *log)
    assert (answer.code, "git knows no commit `nowhere`" in answer.err) == (2, True)
    answer = run("backtest", "--from", "main", "--events", "none.jsonl", "-q")
    assert (answer.code, "none.jsonl" in answer.err) == (3, True)
    answer = run("backtest", "--from", "main", "--site", "mian", *log)
    assert (answer.code, "did you mean `main`?" in answer.err) == (2, True)
    Path("log.jsonl").write_text("\n\n")
    answer = run("backtest", "--from", "main", *log)
    assert (answer.code, "there is no event in log.jsonl" in answer.err) == (3, True)
    answer = run("backtest", "--from", "main", "-q")
    assert answer.code == 3, "there is no store yet"
    assert answer.err.endswith("Hint: `jcli sync` makes one. Or `--events FILE` takes events from a file.\n")


def test_two_sites_must_be_told_apart(run: Run, repository: Path) -> None:
    Path("journeys/other.yaml").write_text(
        "site: shop\nname: Shop\n---\n" + NUDGE.replace("main", "shop").replace("nudge", "n2")
    )
    answer = run("backtest", "--from", "main", "--events", "log.jsonl", "-q")
    assert answer.code == 2
    assert "which site are the events of? The journeys are of main, shop" in answer.err
    told = json.loads(
        run("backtest", "--from", "main", "--events", "log.jsonl", "--site", "shop", "--format", "json").out
    )
    assert [one["key"] for one in told["journeys"]] == ["n2"]


def test_a_clock_that_is_wrong_holds_nothing_up(run: Run, repository: Path) -> None:
    """Somebody who goes in circles every minute, from 1970 on: given up, and said."""
    circle = NUDGE.replace("next: done}\n  done", "next: rest}\n  done").replace("duration: 1d", "duration: 1m")
    edit(circle.replace("rules: {trait: role, equals: admin}", "rules: {trait: role, exists: false}"))
    odd = {**track("odd", "signed_up", 1), "timestamp": "1970-01-01T00:00:00Z"}
    Path("log.jsonl").write_text(lines([odd, *EVENTS[:3]]))
    answer = run("backtest", "--from", "main", "--events", "log.jsonl", "-q")
    assert "Not compared: 1 person whom time moves more than 20,000 times" in answer.out


def test_the_store_tells_what_happened_and_what_came_of_content(run: Run, lived: Path) -> None:
    """The journeys that were live, on the events that the store has kept, give the rows that the store has."""
    # given
    workspace = locate()
    loaded = load(workspace)
    side = side_of("now", compile_documents(loaded.documents, loaded.findings, "acme"), "acme", zone)
    both = pair(side, side)
    store = open_store("sqlite:///.jcli/journeys.db")
    with store.read() as tables:
        (site_id,) = both.site_ids
        log = Log(site_id, [side.catalogues(both.ids, 0)[1]])
        for _, happening in kept_events(tables):
            log.add(happening)
        for replied in kept_replies(tables):
            log.reply(replied.who, replied.got_at, replied.reply)
        assert log.first is not None
        assert log.last is not None

        # when
        backtest = Backtest(both, Span(log.first, log.last), Assumed())
        lives = [backtest.twice(crowd)[1] for crowd in log.crowds()]

        # then
        ids = {life.journey.id for life in side.setting.journeys.values()}
        rows = {row.id: row for life in lives for row in life.lives.values() if row.journey_id in ids}
        journey_id = tables.marks()[Kind.JOURNEY, "lived"].id
        assert len(rows) == 3
        for row in rows.values():
            kept = tables.enrollment(row.id)
            assert kept is not None
            assert (kept.journey_id, kept.person_id) == (journey_id, row.who[1])
            assert (kept.status, kept.exit_reason, kept.outcome) == (row.status, row.reason, row.outcome)
            assert (kept.enrolled_at, kept.ended_at, kept.goal_met_at) == (
                row.enrolled_at,
                row.ended_at,
                row.goal_met_at,
            )
            steps = [(step.node_id, step.entered_at, step.left_at, step.label) for step in tables.steps(row.id)]
            assert steps == [(step.node_id, step.entered_at, step.left_at, step.label) for step in row.steps]
    store.close()


def test_the_log_of_the_store(run: Run, lived: Path) -> None:
    git("init")
    git("add", ".")
    git("commit", "-m", "As it was")
    path = Path("journeys/lived.yaml")
    path.write_text(path.read_text().replace("[pro, team]", "[pro]"))
    answer = run("backtest", "--from", "main", "-q")
    assert "13 events of the store" in answer.out
    assert (
        "eli: at `paying` took `true` (plan=team, used 2 times), would now take `false` (plan=team, used 2 times)"
        in (answer.out)
    )


def test_a_server_is_refused_with_the_way_out(run: Run, repository: Path) -> None:
    config = Path("jcli.yaml")
    config.write_text(config.read_text() + "  far: {url: 'https://journeys.acme.example', token: env/NONE}\n")
    answer = run("backtest", "--from", "main", "--target", "far", "-q")
    assert answer.code == 2
    assert "this needs the database itself, and the target is a server" in answer.err
