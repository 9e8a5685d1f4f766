"""Every command that reads or writes a target answers the same on a database and on a server: `Both.run` compares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jcli.commands import exits
from tests.targets.conftest import Both

NAMED = """\
journey: by-hand
name: By hand
site: main
nodes:
  begin: {type: TRIGGER, config: {triggerType: MANUAL}, next: rest}
  rest: {type: WAIT, config: {duration: 1d}, next: done}
  done: {type: EXIT, config: {outcome: rested}}
"""
BROKEN = "journey: broken\nname: Broken\nsite: main\nnodes:\n  begin: {type: WAIT, config: {duration: 1d}}\n"


@pytest.fixture
def peopled(synced: Both) -> Both:
    """A live journey with ana on her way and bo stopped."""
    synced.write("by-hand.yaml", NAMED)
    synced.run("sync", "--yes")
    synced.run("publish", "by-hand")
    for name in ("ana", "bo"):
        assert synced.run("enter", "by-hand", name, "--trait", "plan=pro").code == exits.DONE
    return synced


def test_plan_before_anything_was_synced(both: Both) -> None:
    assert "to create" in both.run("plan").out
    assert both.run("plan", "--format", "json").code == exits.DONE
    assert both.run("plan", "--detailed-exitcode").code == exits.CHANGES
    assert both.run("plan", "welcme").code == exits.USAGE
    assert both.run("status").code == exits.DONE


def test_sync_writes_and_then_has_nothing_to_write(both: Both) -> None:
    assert both.run("sync", "--yes").err.startswith("Synced: ")
    assert both.run("sync", "--yes").err == "There is nothing to write.\n"
    assert both.run("plan", "--detailed-exitcode").code == exits.DONE
    assert both.run("status", "--format", "json").code == exits.DONE


def test_sync_asks_and_leaves_it(both: Both) -> None:
    assert both.run("sync").code == exits.USAGE
    assert both.run("sync", "--dry-run").code == exits.DONE
    assert both.remote.run("list").out == "KEY  STATUS  NAME  NODES  ENROLLMENTS  UPDATED\n"


def test_what_is_changed_is_planned_field_by_field(synced: Both) -> None:
    synced.edit("welcome.yaml", "duration: 1d", "duration: 3d")
    assert "duration: 1d -> 3d" in synced.run("plan").out
    synced.run("plan", "--format", "json")
    synced.run("status")
    assert synced.run("sync", "welcome", "--yes").code == exits.DONE


def test_findings_of_a_live_journey_bar_a_sync_with_their_lines(peopled: Both) -> None:
    peopled.edit("by-hand.yaml", "next: rest}", "next: done}")
    answer = peopled.run("sync", "--yes", "--allow", "remove=by-hand/rest")
    assert answer.code == exits.FINDINGS
    assert "journeys/by-hand.yaml:6:" in answer.err
    assert "nothing was written" in answer.err


def test_findings_of_the_workspace_bar_everything(both: Both) -> None:
    both.write("bad.yaml", "journey: bad\nname: 3\n")
    assert both.run("plan").code == exits.FINDINGS
    assert both.run("sync", "--yes").code == exits.FINDINGS


def test_rails_stand_in_the_way_until_they_are_waived(peopled: Both) -> None:
    text = NAMED.replace("next: rest}", "next: done}").replace(
        "  rest: {type: WAIT, config: {duration: 1d}, next: done}\n", ""
    )
    peopled.write("by-hand.yaml", text)
    assert "2 on `rest`, which goes" in peopled.run("plan").out
    answer = peopled.run("sync", "--yes")
    assert answer.code == exits.REFUSED
    assert "--allow remove=by-hand/rest lets it pass" in answer.err
    assert peopled.run("sync", "--yes", "--allow", "remove=by-hand/rest").code == exits.DONE
    peopled.run("enrollments", "by-hand")
    peopled.run("log", "by-hand", "--format", "json")


def test_pruning_and_taking(synced: Both) -> None:
    synced.write("by-hand.yaml", NAMED)
    synced.run("sync", "--yes")
    synced.remove("by-hand.yaml")
    assert "kept" in synced.run("plan").out
    assert synced.run("sync", "--yes", "--prune").code == exits.DONE
    assert "ARCHIVED" in synced.run("list").out


def test_a_kept_plan_is_carried_out_or_stale(synced: Both) -> None:
    synced.edit("welcome.yaml", "duration: 1d", "duration: 3d")
    assert synced.run("plan", "--out", "plan.json").code == exits.DONE
    assert synced.run("sync", "--plan", "plan.json", "--yes").code == exits.DONE
    answer = synced.run("sync", "--plan", "plan.json", "--yes")
    assert answer.code == exits.CONFLICT
    assert "the plan is stale" in answer.err


def test_the_lifecycle(synced: Both) -> None:
    synced.write("broken.yaml", BROKEN.replace("name: Broken\n", "name: Broken\ndraft: true\n"))
    synced.run("sync", "--yes")
    assert synced.run("publish", "--all").code == exits.FINDINGS
    assert synced.run("publish", "welcome").out == "welcome is PUBLISHED\n"
    assert synced.run("pause", "welcome").code == exits.DONE
    assert synced.run("restore", "welcome").code == exits.CONFLICT
    assert synced.run("unpublish", "welcome", "welcom").code == exits.USAGE
    assert synced.run("unpublish", "welcome").code == exits.DONE
    assert synced.run("archive", "welcome").code == exits.DONE
    assert synced.run("restore", "welcome").code == exits.DONE
    synced.run("log", "welcome")
    assert synced.run("log", "welcome", "--limit", "2").err.endswith("--limit shows more.\n")


def test_lists_and_single_things(synced: Both) -> None:
    for kind in ("journey", "site", "audience", "content"):
        synced.run("list", "--kind", kind)
        synced.run("list", "--kind", kind, "--format", "json")
    for arguments in (("welcome",), ("main", "--kind", "site"), ("welcome-tour", "--kind", "content")):
        assert synced.run("show", *arguments).code == exits.DONE
        assert synced.run("show", *arguments, "--format", "json").code == exits.DONE
    assert synced.run("show", "welcom").code == exits.USAGE
    assert "did you mean `main`" in synced.run("show", "man", "--kind", "site").err
    assert synced.run("list", "--site", "main").out


def test_people(peopled: Both) -> None:
    assert "ana" in peopled.run("enrollments", "by-hand").out
    peopled.run("enrollments", "by-hand", "--format", "json", "--status", "in_progress", "--node", "rest")
    assert peopled.run("enrollments", "by-hand", "--limit", "1").err == "These are 1 of 2; --limit shows more.\n"
    assert peopled.run("enrollments", "by-hand", "--node", "rst").code == exits.USAGE
    peopled.run("stats", "by-hand")
    peopled.run("stats", "by-hand", "--format", "json")
    for person in ("ana", "nobody"):
        peopled.run("why", "by-hand", person)
        peopled.run("why", "by-hand", person, "--format", "json")
    assert peopled.run("enter", "by-hand", "ana").code == exits.CONFLICT
    assert peopled.run("enter", "by-hand", "x" * 300).code == exits.FINDINGS
    assert peopled.run("enter", "welcome", "ana").code == exits.CONFLICT
    assert peopled.run("stop", "nothing").code == exits.USAGE
    (enrollment,) = {
        line.split()[-1] for line in peopled.run("enrollments", "by-hand").out.splitlines() if line.startswith("ana ")
    }
    assert peopled.run("stop", enrollment).out == f"{enrollment} is stopped (manual)\n"
    peopled.run("why", "by-hand", "ana")
    peopled.run("show", "by-hand")


def test_more_than_a_page(peopled: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jcli.targets.stored._A_PAGE", 1)
    monkeypatch.setattr("jcli.targets.connection._A_PAGE", 1)
    assert len(peopled.run("list").out.splitlines()) == 3
    assert len(peopled.run("enrollments", "by-hand").out.splitlines()) == 3
    assert peopled.run("enrollments", "by-hand", "--limit", "1").err.startswith("These are 1 of 2")
    assert len(peopled.run("log", "by-hand").out.splitlines()) == 3
    peopled.run("list", "--kind", "content")


def test_events(peopled: Both, tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    lines = [
        f'{{"type": "track", "event": "seen", "userId": "u{number}", "messageId": "m{number}"}}' for number in range(5)
    ]
    events.write_text("\n".join([*lines, "no json", '{"type": "track"}', lines[0]]))
    answer = peopled.run("send", str(events))
    assert answer.code == exits.FINDINGS
    assert peopled.run("send", str(events), "--format", "json").code == exits.FINDINGS
    assert peopled.run("send", "--user", "ana", "--event", "seen").code == exits.DONE
    assert peopled.run("send", "--user", "ana", "--event", "seen", "--site", "mian").code == exits.USAGE


def test_history(peopled: Both) -> None:
    peopled.edit("by-hand.yaml", "duration: 1d", "duration: 3d")
    peopled.run("sync", "--yes")
    assert peopled.run("rollback", "by-hand", "--to", "9", "--yes").code == exits.USAGE
    assert peopled.run("rollback", "by-hand", "--to", "1", "--yes").code == exits.DONE
    assert "changed there" in peopled.run("status").out
    assert peopled.run("plan", "--detailed-exitcode").code == exits.CHANGES
    assert peopled.run("protect", "by-hand", "--reason", "").code == exits.USAGE
    assert peopled.run("protect", "by-hand", "--reason", "the launch is on Monday").code == exits.DONE
    for command in (("archive", "by-hand"), ("unpublish", "by-hand"), ("rollback", "by-hand", "--to", "1", "--yes")):
        assert "the launch is on Monday" in peopled.run(*command).err
    peopled.run("status")
    assert peopled.run("sync", "--yes", "--take", "git", "by-hand").code == exits.REFUSED
    assert peopled.run("protect", "by-hand", "--off").out == "by-hand is no longer protected\n"
    assert peopled.run("protect", "by-hand", "--off").out == "by-hand was not protected\n"


def test_a_rollback_that_ends_people_needs_a_word(peopled: Both) -> None:
    peopled.write(
        "by-hand.yaml",
        NAMED.replace("next: rest}", "next: more}") + "  more: {type: WAIT, config: {duration: 2d}, next: rest}\n",
    )
    peopled.run("sync", "--yes")
    assert peopled.run("enter", "by-hand", "cleo").code == exits.DONE
    answer = peopled.run("rollback", "by-hand", "--to", "1", "--yes")
    assert answer.code == exits.REFUSED
    assert peopled.run("rollback", "by-hand", "--to", "1", "--yes", "--allow", "remove=by-hand/more").code == exits.DONE
    peopled.run("enrollments", "by-hand")


def test_a_backfill_is_waited_for(synced: Both) -> None:
    synced.write(
        "entered.yaml",
        "audience: payers\nname: Payers\nsite: main\nrules: {trait: plan, equals: pro}\n---\n"
        + NAMED.replace("by-hand", "entered").replace("site: main\n", "site: main\naudience: payers\n"),
    )
    synced.run("sync", "--yes")
    for name in ("ana", "bo"):
        synced.run("send", "--user", name, "--trait", "plan=pro")
    assert "2 are in the journey now" in synced.run("publish", "entered").out


def test_what_was_changed_there_comes_home(synced: Both) -> None:
    synced.edit("welcome.yaml", "duration: 1d", "duration: 3d")
    synced.run("sync", "--yes")
    assert synced.run("rollback", "welcome", "--to", "1", "--yes").code == exits.DONE
    assert "-    config: {duration: 3d}\n+    config: {duration: 1d}\n" in synced.run("pull", "--diff").out
    assert synced.run("pull", "--yes").code == exits.DONE
    assert synced.local.file("welcome.yaml").read_bytes() == synced.remote.file("welcome.yaml").read_bytes()
    assert synced.run("plan", "--detailed-exitcode").code == exits.DONE
    assert synced.run("sync", "--yes").code == exits.DONE
    assert synced.run("pull", "--yes").err == "There is nothing to take home.\n"


def test_what_git_no_longer_has_comes_back_when_it_is_named(synced: Both) -> None:
    for name in ("welcome.yaml", "contents.yaml"):
        synced.remove(name)
    assert "3 left" in synced.run("pull", "--yes").out
    synced.run("sync", "--yes", "--take", "store", "welcome-tour")
    assert "git let go of it" in synced.run("status").out
    assert "2 left" in synced.run("pull", "--yes").out
    assert synced.run("pull", "--yes", "welcome", "welcome-tour", "first-project-hint").code == exits.DONE
    assert synced.run("validate").code == exits.DONE
    assert synced.run("plan", "--detailed-exitcode").code == exits.DONE


def test_the_comment_for_a_pull_request(peopled: Both) -> None:
    """Of a merge, too, whose form stays on the server: the picture shows what the sync would write."""
    peopled.edit("by-hand.yaml", "duration: 1d", "duration: 3d")
    peopled.run("sync", "--yes")
    assert peopled.run("rollback", "by-hand", "--to", "1", "--yes").code == exits.DONE
    peopled.edit("by-hand.yaml", "outcome: rested", "outcome: slept")
    peopled.edit("by-hand.yaml", "site: main\n", "site: main\naudience: new-people\n")
    here, there = (place.run("plan", "--format", "markdown") for place in (peopled.local, peopled.remote))
    at = re.compile(r"(?<=at )\d{4}-[\d:.T-]+Z|(?<=from commit )\w+")
    told = [at.sub("T", one.out).replace("there", "local").replace("(api, ", "(cli, ") for one in (here, there)]
    assert told[0] == told[1]
    assert "**~** is merged" in here.out
    assert "| **+** | audience |  | `new-people` |" in here.out
    assert "was#58; outcome rested" in here.out
    assert "was#58; 3 days" not in here.out
