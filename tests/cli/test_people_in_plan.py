"""What a plan says of people, and that it comes true: each sentence is held against what the sync then does to them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from jcli import operations
from jcli.commands import exits
from jcli.model import Actor
from jcli.store import Page, open_store
from tests.cli.conftest import Run, journey_named

STAY = """\
journey: stay
name: A stay
site: main
nodes:
  begin:
    type: TRIGGER
    config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: begun}}
    next: rest
  rest:
    type: WAIT
    config: {duration: 2d}
    next: reply
  reply:
    type: WAIT_FOR_EVENT
    config: {eventName: replied, timeout: 1w}
    next: {event: tour, timeout: done}
  tour:
    type: CONTENT
    contentId: welcome-tour
    config: {contentType: flow, timeout: 2d}
    next: done
  done:
    type: EXIT
"""
RENAME = (("\n  rest:", "\n  pause:"), ("next: rest", "next: pause"))
At = Callable[[str], None]


class Stay:
    """The journey with ana and bo on `rest`, where both wait until 2026-01-03."""

    def __init__(self, run: Run, file: Path, at: At) -> None:
        self._run, self.file, self._at = run, file, at

    def edit(self, *changes: tuple[str, str]) -> None:
        text = self.file.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.file.write_text(text)

    def says(self) -> str:
        """What the plan says of people."""
        return self._run("plan").out.partition(" in progress")[2].split("\n\nPlan:")[0]

    def sync(self, *options: str) -> int:
        return self._run("sync", "--yes", "-q", *options).code

    def send(self, *words: str) -> None:
        assert self._run("send", *words).code == 0

    def after(self, time: str) -> None:
        self._at(time)

    def stands(self, who: str = "ana") -> str:
        """Where somebody stands and until when, as `jcli why` says it; or how it ended for them."""
        out = self._run("why", "stay", who).out
        found = re.search(r"^They (?:stand on .*|left .*)$|^It ended.*$", out, re.MULTILINE)
        return found[0] if found else out

    def left_by(self, who: str = "ana") -> list[str]:
        """By which ways somebody went."""
        return [line.split()[1] for line in self._run("why", "stay", who).out.split("LEFT BY\n")[1].splitlines()]


@pytest.fixture
def stay(run: Run, synced: Path, at: At) -> Stay:
    file = synced / "journeys" / "stay.yaml"
    file.write_text(STAY)
    assert run("sync", "--yes", "-q").code == 0
    assert run("publish", "stay").code == 0
    for who in ("ana", "bo"):
        assert run("send", "--user", who, "--event", "begun").code == 0
    return Stay(run, file, at)


def test_a_renamed_node_is_offered_both_remedies_and_barred_without_them(run: Run, stay: Stay) -> None:
    stay.edit(*RENAME)
    out = run("plan").out
    assert "    2 people in progress\n      2 on `rest`, which goes: they are stopped (node_removed)\n" in out
    assert "`rest` goes and `pause` comes, alike but for the key: `nodeMap: {rest: pause}` moves people,\n" in out
    assert re.search(r"      or `id: [0-9a-f-]{36}` on `pause` keeps it the same node\n", out)
    assert "`--allow remove=stay/rest` lets it pass" in out
    assert stay.sync() == exits.REFUSED
    assert stay.stands() == "They stand on rest and wait until 2026-01-03T00:00:00Z."


def test_a_node_map_moves_people_who_keep_their_time(run: Run, stay: Stay) -> None:
    stay.edit(*RENAME, ("duration: 2d", "duration: 5d"), ("\nnodes:", "\nnodeMap: {rest: pause}\nnodes:"))
    said = "2 on `rest`, which goes: they go on at `pause` (nodeMap), until the time that they were given"
    assert stay.says().strip() == said
    assert stay.sync() == exits.DONE
    assert stay.stands() == "They stand on pause and wait until 2026-01-03T00:00:00Z."
    stay.after("49h")
    assert stay.left_by() == ["begin", "rest", "pause", "reply"]
    assert 'nodeMap {"rest":"pause"}' in run("log", "stay").out


def test_a_node_map_that_stays_in_the_file_is_no_change(run: Run, stay: Stay) -> None:
    """It is not part of the canonical form: neither leaving it nor taking it out writes anything."""
    stay.edit(*RENAME, ("\nnodes:", "\nnodeMap: {rest: pause}\nnodes:"))
    stay.sync()
    assert run("plan", "--detailed-exitcode").code == exits.DONE
    stay.edit(("nodeMap: {rest: pause}\n", ""))
    assert run("plan", "--detailed-exitcode").code == exits.DONE


def test_a_node_map_that_comes_after_the_sync_moves_nobody(run: Run, stay: Stay) -> None:
    stay.edit(*RENAME)
    assert stay.sync("--allow", "remove=stay/rest") == exits.DONE
    stay.edit(("\nnodes:", "\nnodeMap: {rest: pause}\nnodes:"))
    assert run("sync", "--yes").err == "There is nothing to write.\n"
    assert "node_removed" in run("why", "stay", "ana").out


def test_a_pinned_id_keeps_the_node_and_its_people(run: Run, stay: Stay) -> None:
    stay.edit(*RENAME)
    found = re.search(r"`(id: [0-9a-f-]{36})`", run("plan").out)
    assert found is not None
    stay.edit(("  pause:\n", f"  pause:\n    {found[1]}\n"))
    answer = run("plan")
    assert "Plan: 0 to create, 0 to change, 0 to archive" in answer.out
    assert stay.sync() == exits.DONE
    assert stay.stands() == "They stand on pause and wait until 2026-01-03T00:00:00Z."


def test_a_pinned_id_beside_a_node_that_went_is_no_change(run: Run, stay: Stay) -> None:
    """The store goes on knowing the key of a node that went; that is no news about those that are there."""
    stay.edit(("  done:\n", "  done:\n    id: pinned-by-hand\n"), *RENAME)
    assert stay.sync("--allow", "remove=stay/rest") == exits.DONE
    assert run("sync", "--yes").err == "There is nothing to write.\n"
    assert "adopt" not in run("plan").out


def test_people_of_a_node_that_goes_may_begin_another_kind_of_node(run: Run, stay: Stay) -> None:
    stay.edit(
        ("next: rest", "next: reply"),
        ("  rest:\n    type: WAIT\n    config: {duration: 2d}\n    next: reply\n", ""),
        ("\nnodes:", "\nnodeMap: {rest: reply}\nnodes:"),
    )
    assert stay.says().strip() == "2 on `rest`, which goes: they begin anew at `reply` (nodeMap)"
    stay.after("1d")
    assert stay.sync() == exits.DONE
    assert stay.stands() == "They stand on reply and wait for the event replied until 2026-01-09T00:00:00Z."


def test_a_node_that_the_api_drew_goes_by_its_id_in_a_node_map(run: Run, stay: Stay) -> None:
    """Git lets go of it with `--take git`, and says where its people go on."""
    store = open_store("sqlite:///.jcli/journeys.db")
    journey_id = journey_named(store, "stay")
    journey = operations.get_journey(store, Actor("ada", "api"), journey_id).journey
    begin, rest = journey.nodes[0].id, journey.nodes[1].id
    nodes = [
        {"id": "drawn-1", "type": "WAIT", "config": {"duration": "9d"}},
        *({"id": n.id, "type": n.type, "config": n.config, "contentId": n.content_id} for n in journey.nodes),
    ]
    edges = [{"sourceNodeId": e.source, "targetNodeId": e.target, "label": e.label} for e in journey.edges]
    edges = [e | {"targetNodeId": "drawn-1"} if e["sourceNodeId"] == begin else e for e in edges]
    body = {"nodes": nodes, "edges": [*edges, {"sourceNodeId": "drawn-1", "targetNodeId": rest}]}
    saved = operations.save_canvas(
        store, lambda: 1_767_225_600_000, Actor("ada", "api"), journey_id, body, new_id=lambda: "drawn-1"
    )
    assert not saved.refused, saved.findings
    store.close()
    stay.send("--user", "cleo", "--event", "begun")
    assert "They stand on drawn-1 " in stay.stands("cleo")

    stay.edit(("\nnodes:", "\nnodeMap: {drawn-1: rest}\nnodes:"))
    assert stay.sync("--take", "git", "stay") == exits.DONE
    assert stay.stands("cleo") == "They stand on rest and wait until 2026-01-10T00:00:00Z."


def test_a_longer_wait_leaves_who_waits_their_time(run: Run, stay: Stay) -> None:
    stay.edit(("duration: 2d", "duration: 5d"))
    assert stay.says().strip() == (
        "2 on `rest`, which changes: they wait until the time that they were given; whoever comes next gets the new one"
    )
    assert stay.sync() == exits.DONE
    assert stay.stands() == "They stand on rest and wait until 2026-01-03T00:00:00Z."
    stay.send("--user", "cleo", "--event", "begun")
    assert stay.stands("cleo") == "They stand on rest and wait until 2026-01-06T00:00:00Z."


def test_other_ways_out_are_taken_by_who_stands_there(run: Run, stay: Stay) -> None:
    stay.edit(("next: reply", "next: tour"), ("    next: tour\n  reply:", "    next: tour\n  reply:"))
    stay.edit(("next: done\n  done:", "next: reply\n  done:"), ("{event: tour, timeout: done}", "done"))
    assert "2 on `rest`, whose ways out change: they leave by the new ways" in stay.says()
    assert stay.sync() == exits.DONE
    stay.after("49h")
    assert stay.left_by() == ["begin", "rest", "tour"]


def test_a_wait_that_changes_with_its_ways_says_both(run: Run, stay: Stay) -> None:
    stay.edit(
        ("duration: 2d", "duration: 5d"), ("next: reply", "next: tour"), ("next: done\n  done:", "next: reply\n  done:")
    )
    stay.edit(("{event: tour, timeout: done}", "done"))
    assert "they wait until the time that they were given, and leave by the new ways;" in stay.says()
    stay.sync()
    stay.after("49h")
    assert stay.left_by() == ["begin", "rest", "tour"]


def test_who_waits_for_an_event_waits_for_the_new_one_in_their_old_time(run: Run, stay: Stay) -> None:
    stay.after("49h")
    stay.edit(("eventName: replied, timeout: 1w", "eventName: answered, timeout: 3w"))
    assert stay.says().strip() == (
        "2 on `reply`, which changes: they wait for the event that it names now, for as long as they were given; "
        "whoever comes next gets the new one"
    )
    assert stay.sync() == exits.DONE
    assert stay.stands() == "They stand on reply and wait for the event answered until 2026-01-10T00:00:00Z."
    stay.send("--user", "ana", "--event", "answered")
    assert stay.left_by() == ["begin", "rest", "reply", "tour"]
    stay.send("--user", "bo", "--event", "replied")
    assert stay.left_by("bo") == ["begin", "rest", "reply"]


def test_who_has_a_content_keeps_it(run: Run, stay: Stay) -> None:
    stay.after("49h")
    stay.send("--user", "ana", "--event", "replied")
    stay.edit(
        ("contentId: welcome-tour", "contentId: first-project-hint"), ("contentType: flow", "contentType: tooltip")
    )
    assert "1 on `tour`, which changes: they keep the content and the time that they were given;" in stay.says()
    assert stay.sync() == exits.DONE
    store = open_store("sqlite:///.jcli/journeys.db")
    with store.read() as tables:
        (ana,) = [person for person in tables.people(None, Page(100)).rows if person.id == "ana"]
    deliveries = operations.list_deliveries(store, Actor("ada", "api"), ana.site_id, ana.id, Page(100)).rows
    store.close()
    assert [(one.content_id, one.status.value) for one in deliveries] == [("welcome-tour", "pending")]


def test_a_node_of_another_type_is_come_to_anew(run: Run, stay: Stay) -> None:
    stay.edit(
        (
            "    type: WAIT\n    config: {duration: 2d}\n",
            "    type: WAIT_FOR_EVENT\n    config: {eventName: woke, timeout: 9d}\n",
        ),
        ("next: reply", "next: {event: reply, timeout: done}"),
    )
    assert stay.says().strip() == "2 on `rest`, which becomes another thing: they come to it anew, as a WAIT_FOR_EVENT"
    stay.after("1d")
    assert stay.sync() == exits.DONE
    assert stay.stands() == "They stand on rest and wait for the event woke until 2026-01-11T00:00:00Z."


def test_with_on_edit_pin_people_finish_where_they_entered(run: Run, stay: Stay) -> None:
    """Also when the same edit says it first."""
    stay.edit(*RENAME, ("\nnodes:", "\nsettings: {onEdit: pin}\nnodes:"))
    said = "2 on `rest`, which goes: they finish on the revision on which they entered (onEdit: pin)"
    assert said in stay.says()
    assert stay.sync() == exits.DONE
    stay.after("49h")
    assert len(stay.left_by()) == 3
    assert "They stand on reply" in stay.stands()


def test_who_was_pinned_to_a_node_that_is_gone_is_told_of_when_the_pin_goes(run: Run, stay: Stay) -> None:
    stay.edit(*RENAME, ("\nnodes:", "\nsettings: {onEdit: pin}\nnodes:"))
    assert stay.sync() == exits.DONE
    stay.edit(("settings: {onEdit: pin}\n", ""))
    out = run("plan").out
    assert "who was to finish on an older revision goes on in the newest (onEdit: follow)" in out
    assert "2 on `rest`, which goes: they are stopped (node_removed)" in out
    assert stay.sync() == exits.REFUSED


def test_another_trigger_tells_who_enters_and_is_barred(run: Run, stay: Stay) -> None:
    stay.edit(("eventName: begun", "eventName: started"))
    out = run("plan").out
    assert "      who enters changes: nodes.begin\n" in out
    assert "nobody stands on what goes or changes" in out
    assert "`--allow trigger=stay` lets it pass" in out
    assert stay.sync() == exits.REFUSED


def test_an_audience_tells_whose_entering_it_decides_about(run: Run, stay: Stay) -> None:
    stay.edit(("\nnodes:", "\naudience: new-people\nnodes:"))
    assert "who enters changes: audienceId" in stay.says()
    assert stay.sync() == exits.DONE
    audiences = stay.file.parent / "audiences.yaml"
    audiences.write_text(re.sub(r"rules: .*", "rules: {trait: plan, equals: pro}", audiences.read_text()))
    assert "    who enters stay changes with it\n" in run("plan").out


def test_a_goal_counts_at_once_and_a_deadline_for_newcomers(run: Run, stay: Stay) -> None:
    goal = "goalConfig: {type: event, config: {eventName: won}, deadline: 1}"
    stay.edit(("\nnodes:", f"\nsettings: {{exitOnGoal: true}}\n{goal}\nnodes:"))
    said = stay.says()
    assert "counts at once for all of them: goalConfig, settings.exitOnGoal" in said
    assert "counts for who enters from now on: goalConfig.deadline" in said
    assert stay.sync() == exits.DONE
    stay.after("25h")
    assert stay.stands("bo") == "They stand on rest and wait until 2026-01-03T00:00:00Z."
    stay.send("--user", "ana", "--event", "won")
    assert "goal_met" in run("why", "stay", "ana").out


def test_of_a_draft_people_are_frozen_until_it_is_published_again(run: Run, stay: Stay) -> None:
    assert run("unpublish", "stay").code == 0
    stay.edit(*RENAME, ("\nnodes:", "\nnodeMap: {rest: pause}\nnodes:"))
    assert "2 people in progress, frozen where they stand until it is published again\n" in run("plan").out
    assert stay.sync() == exits.DONE
    assert "pause" not in stay.left_by()
    assert run("publish", "stay").code == 0
    assert stay.stands() == "They stand on pause and wait until 2026-01-03T00:00:00Z."
