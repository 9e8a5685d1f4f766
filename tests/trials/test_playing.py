"""What a case means: each step and each field of an expectation, played on a small workspace."""

from __future__ import annotations

from typing import Any

import pytest

from jcli.engine import bucket
from jcli.render.trials import failure
from jcli.trials.expecting import FIELDS
from jcli.trials.playing import play
from jcli.trials.script import Person, Step
from jcli.trials.verdicts import Outcome, Verdict
from tests.trials.made import DAY, START, case, past, setting, step

TEXT = """
journey: tour
name: Tour
site: main
settings: {reentry: once}
goalConfig: {type: event, config: {eventName: invited}, deadline: 20}
nodes:
  come: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: go}}, next: show}
  show:
    type: CONTENT
    contentId: tour-1
    config: {timeout: 3d}
    next: {completed: is-admin, dismissed: rest, timeout: rest}
  rest: {type: WAIT, config: {duration: 2d}, next: done}
  is-admin: {type: CONDITION, config: {rules: {trait: role, equals: admin}}, next: {true: ab, false: done}}
  ab: {type: SPLIT, config: {weights: {a: 99, b: 1}}, next: {a: done, b: mail}}
  mail: {type: CONTENT, contentId: mail-1, config: {advanceOn: immediate}, next: done}
  done: {type: EXIT, config: {outcome: well}}
---
journey: admins
name: Admins
site: main
audience: admins
nodes:
  s: {type: TRIGGER, config: {triggerType: MANUAL, triggerConfig: {}}, next: hello}
  hello: {type: CONTENT, contentId: hello-1, config: {advanceOn: immediate}, next: w}
  w: {type: WAIT, config: {duration: 9d}, next: e}
  e: {type: EXIT}
---
journey: gated
name: Gated
site: main
audience: admins
nodes:
  s: {type: TRIGGER, config: {triggerType: URL_MATCH, triggerConfig: {matchType: contains, pattern: /x}}, next: w}
  w: {type: WAIT_FOR_EVENT, config: {eventName: later, timeout: 1d}, next: {event: e, timeout: e}}
  e: {type: EXIT}
---
audience: admins
name: Admins
rules: {trait: role, equals: admin}
---
site: main
name: Main
"""
WORKSPACE = setting(TEXT)

ADMIN = Person("ana", traits={"role": "admin"})
VISITOR = Person("ana", anonymous=True)
GO = step("event", "go")


def verdict(journey: str, *steps: Step, person: Person | None = None, **fields: Any) -> Verdict:
    return play(case(journey, *steps, person=person, **fields), WORKSPACE)


def passes(journey: str, *steps: Step, person: Person | None = None, **fields: Any) -> None:
    seen = verdict(journey, *steps, person=person, **fields)
    assert (seen.outcome, seen.mismatches, seen.problem) == (Outcome.PASSED, (), None)


def test_every_field_of_somebody_who_waits() -> None:
    expected = {
        "at": "rest",
        "path": ["come", "show dismissed", "rest"],
        "passed": ["come", "rest"],
        "avoided": ["is-admin"],
        "status": "in_progress",
        "exitReason": None,
        "due": "2d",
        "goal": "not_met",
        "deliveries": {"tour-1": "dismissed", "show": "dismissed"},
        "entries": 1,
        "traits": {"role": None},
        "revision": 1,
    }
    passes("tour", GO, step("dismiss", "tour-1", expected))


def test_every_field_of_somebody_who_is_through() -> None:
    expected = {
        "at": "done",
        "path": ["...", "is-admin TRUE", "ab", "...", "done"],
        "status": "completed",
        "exitReason": "exit",
        "outcome": "well",
        "due": "never",
        "deliveries": ["show", "mail-1"],
        "split": {"ab": "B"},
        "journeys": {"admins": {"deliveries": ["hello"], "status": "in_progress"}},
    }
    passes("tour", GO, step("finish", "show"), step("expect", None, expected), person=ADMIN, split={"ab": "b"})


@pytest.mark.parametrize(
    ("field", "expected", "got"),
    [
        ("at", "show", "rest"),
        ("path", ["come", "show completed"], ["come", "show dismissed", "rest"]),
        ("passed", ["rest", "come"], ["come", "show dismissed", "rest"]),
        ("avoided", ["rest", "done"], ["rest"]),
        ("status", "completed", "in_progress"),
        ("exitReason", "exit", None),
        ("outcome", "well", None),
        ("due", "3d", "2d (2026-03-04T09:00:00Z)"),
        ("goal", "met", "not_met"),
        ("deliveries", {"tour-1": "completed"}, {"tour-1": "dismissed"}),
        ("deliveries", [], ["tour-1"]),
        ("not_enrolled", True, "in the journey, in_progress"),
        ("entries", 2, 1),
        ("split", {"ab": "a"}, {"ab": None}),
        ("traits", {"role": "admin"}, {"role": None}),
        ("revision", 2, 1),
        ("refused", "already-enrolled", "nothing was refused"),
    ],
)
def test_every_field_can_be_wrong(field: str, expected: Any, got: Any) -> None:
    seen = verdict("tour", GO, step("dismiss", "tour-1", {field: expected}))
    assert seen.outcome is Outcome.FAILED
    [mismatch] = seen.mismatches
    assert (mismatch.field, mismatch.got) == (field, got)
    assert (seen.step, [way.journey for way in seen.ways]) == (1, ["tour"])


def test_no_field_is_left_out_above() -> None:
    [marks] = [m for m in test_every_field_can_be_wrong.pytestmark if m.name == "parametrize"]  # type: ignore[attr-defined]
    assert {values[0] for values in marks.args[1]} | {"journeys"} == set(FIELDS)


def test_what_was_before_enrols_nobody() -> None:
    before = Person("ana", past=(past("go", 3 * DAY),))
    passes("tour", step("expect", None, {"not_enrolled": True, "entries": 0}), person=before)


def test_who_matches_an_audience_when_it_is_published_enters() -> None:
    passes("admins", step("expect", None, {"at": "w", "due": "9d"}), person=ADMIN)


def test_who_comes_to_match_enters() -> None:
    passes("admins", step("identify", {"role": "admin"}, {"at": "w"}))


def test_the_events_of_an_instant_come_before_its_timers() -> None:
    page = step("page", "https://app/x", {"at": "w"})
    passes("gated", page, step("wait", DAY), step("event", "later", {"path": ["s", "w event", "e"]}), person=ADMIN)


def test_who_looks_sees_what_fell_due() -> None:
    page = step("page", "https://app/x")
    passes("gated", page, step("wait", DAY, {"path": ["s", "w timeout", "e"]}), step("event", "later"), person=ADMIN)


@pytest.mark.parametrize(
    ("journey", "person", "steps", "reason"),
    [
        ("tour", None, [step("event", "other")], "trigger"),
        ("gated", None, [step("page", "https://app/x")], "audience"),
        ("tour", VISITOR, [GO], "known"),
        ("tour", None, [GO, step("finish", "show"), GO], "reentry"),
        ("tour", None, [step("pause", "tour"), GO], "status"),
    ],
)
def test_why_somebody_is_not_in(journey: str, person: Person | None, steps: list[Step], reason: str) -> None:
    passes(journey, *steps, step("expect", None, {"not_enrolled": reason}), person=person)
    wrong = "known" if reason != "known" else "audience"
    seen = verdict(journey, *steps, step("expect", None, {"not_enrolled": wrong}), person=person)
    assert reason in seen.mismatches[0].got


def test_who_enters_is_not_kept_out() -> None:
    seen = verdict("tour", step("event", "go", {"not_enrolled": "reentry"}))
    assert seen.mismatches[0].got == "entered"


def test_a_wrong_field_says_why_nobody_is_in_the_journey() -> None:
    seen = verdict("gated", step("page", "https://app/x", {"at": "w"}))
    assert seen.mismatches[0].note is not None
    assert "the audience does not match" in seen.mismatches[0].note


def test_an_outcome_of_what_is_not_open_fails() -> None:
    seen = verdict("tour", GO, step("finish", "mail-1"))
    assert (seen.outcome, seen.mismatches[0].field, seen.mismatches[0].got) == (
        Outcome.FAILED,
        "finish",
        ["tour-1 (pending)"],
    )


def test_a_refusal_that_nobody_expects_fails() -> None:
    seen = verdict("tour", step("enter", "tour"))
    assert (seen.mismatches[0].field, seen.mismatches[0].got) == ("refused", ["no-manual-trigger"])
    passes("tour", step("enter", "tour", {"refused": "no-manual-trigger"}))


def test_a_visitor_becomes_known() -> None:
    steps = [
        step("event", "go", None, user="maria"),
        step("identify", {"role": "admin"}, None, user="maria"),
        step("expect", None, {"entries": 1, "at": "show", "journeys": {"admins": {"at": "w"}}}),
    ]
    passes("tour", *steps, person=VISITOR)


def test_the_newest_enrollment_of_somebody_who_was_two_is_the_one_that_began_last() -> None:
    open_to_all = setting(TEXT.replace("name: Tour\n", "name: Tour\nallowAnonymous: true\n", 1))
    steps = [
        GO,
        step("wait", DAY),
        step("event", "go", None, user="maria"),
        step("identify", {"plan": "pro"}, None, user="maria"),
        step("expect", None, {"entries": 2, "status": "in_progress", "at": "show"}),
    ]
    seen = play(case("tour", *steps, person=VISITOR), open_to_all)
    assert (seen.outcome, seen.mismatches) == (Outcome.PASSED, ())


def test_of_two_steps_at_one_instant_the_story_names_the_one_that_moved_somebody() -> None:
    seen = verdict("tour", step("event", "other"), step("event", "go", {"at": "done"}, user="maria"))
    assert [(done.words, done.message) for done in seen.done] == [
        ("event other", "message-2"),
        ("event go as maria", "message-3"),
    ]
    seen = verdict("tour", step("event", "other"), step("event", "go", {"at": "done"}))
    assert "|  by step 2\n" in failure(seen, title=False)


def test_a_forced_split_is_found_by_a_persons_name() -> None:
    seen = verdict("tour", GO, person=ADMIN, split={"ab": "b"})
    live = WORKSPACE.journeys["tour"]
    assert bucket(live.journey.id, live.node_id("ab") or "", seen.person_id) >= 9900
    assert seen.person_id.startswith("ana-")


def test_a_person_with_an_id_falls_where_they_fall() -> None:
    seen = verdict("tour", GO, person=Person("ana", id="ana"), split={"ab": "b"})
    assert seen.outcome is Outcome.BROKEN
    assert "has bucket" in (seen.problem or "")


def test_an_edit_brings_people_to_the_new_revision() -> None:
    patch = {"nodes": {"show": None, "come": {"next": "rest"}, "is-admin": None, "ab": None, "mail": None}}
    gone = {"status": "stopped", "exitReason": "node_removed"}
    passes("tour", GO, step("edit", patch, gone))
    passes("tour", GO, step("edit", patch, {"at": "rest", "revision": 2}, node_map={"show": "rest"}))


def test_a_case_may_begin_with_another_revision() -> None:
    old = {"nodes": {"rest": {"config": {"duration": "5d"}}}}
    steps = [GO, step("dismiss", "show", {"due": "5d"}), step("edit", {}, {"due": "5d", "revision": 2})]
    passes("tour", *steps, revision=old)


def test_an_edit_with_an_error_breaks_the_case_and_says_which() -> None:
    seen = verdict("tour", GO, step("edit", {"nodes": {"rest": {"next": "nowhere"}}}))
    assert seen.outcome is Outcome.BROKEN
    assert "unknown-node" in (seen.problem or "")
    assert (seen.step, [way.journey for way in seen.ways]) == (1, ["tour"])


def test_an_archived_journey_is_not_edited() -> None:
    seen = verdict("tour", GO, step("archive", "tour"), step("edit", {}, {"status": "stopped"}))
    assert seen.outcome is Outcome.BROKEN
    assert seen.problem == "`edit` is not allowed: `tour` is ARCHIVED"
    passes("tour", GO, step("archive", "tour"), step("restore", "tour"), step("edit", {}, {"status": "stopped"}))


def test_time_moves_people_at_the_deadline_too_and_nobody_who_is_frozen() -> None:
    passes("tour", GO, step("wait", DAY, {"due": "2d"}))
    hurried = setting(TEXT.replace("deadline: 20", "deadline: 2"))
    assert play(case("tour", GO, step("wait", DAY, {"due": "1d"})), hurried).outcome is Outcome.PASSED
    frozen = [GO, step("unpublish", "tour"), step("wait", 4 * DAY, {"at": "show", "due": "never"})]
    passes("tour", *frozen)
    wrong = verdict("tour", *frozen[:2], step("wait", DAY, {"due": "2d"}))
    assert [(item.got, item.note) for item in wrong.mismatches] == [
        ("never", "`tour` is not live, and time moves nobody in it")
    ]
    assert "show  CONTENT  stands here\n" in failure(wrong, title=False)


def test_time_goes_forward_only() -> None:
    seen = verdict("tour", step("wait", DAY), step("at", START))
    assert (seen.outcome, seen.hint) == (Outcome.BROKEN, "steps go forward in time")


def test_other_journeys_are_live_unless_the_case_says_otherwise() -> None:
    hello = step("expect", None, {"journeys": {"admins": {"at": "w"}}})
    passes("tour", hello, person=ADMIN)
    passes("tour", hello, person=ADMIN, live=("admins",))
    alone = verdict("tour", hello, person=ADMIN, live=())
    assert alone.mismatches[0].note == "`admins` is not live here"
    assert play(case("tour", hello, person=ADMIN), WORKSPACE, alone=True).outcome is Outcome.FAILED


def test_late_and_repeated_messages() -> None:
    late = step("event", "invited", {"goal": "met"}, dated=-3_600_000)
    passes("tour", GO, step("wait", DAY), late)
    twice = [step("event", "go", None, message="one"), step("finish", "show"), step("event", "go", None, message="one")]
    passes("tour", *twice, step("expect", None, {"entries": 1}))


def test_a_watched_case_tells_what_it_walked_over() -> None:
    steps = [GO, step("finish", "show"), GO, step("edit", {"nodes": {"rest": {"config": {"duration": "1d"}}}})]
    seen = play(case("tour", *steps, person=ADMIN, split={"ab": "b"}), WORKSPACE, watched=True)
    assert set(seen.taken) == {"tour", "admins"}
    assert seen.taken["tour"].nodes == {"come", "show", "is-admin", "ab", "mail", "done"}
    assert ("ab", "b", "mail") in seen.taken["tour"].edges
    assert seen.taken["tour"].refused == {"reentry"}


def test_only_the_canvas_of_the_file_counts_as_walked_over() -> None:
    old = {"nodes": {"rest": {"config": {"duration": "5d"}}}}
    steps = [GO, step("dismiss", "show"), step("edit", {}), step("wait", 6 * DAY)]
    seen = play(case("tour", *steps, revision=old), WORKSPACE, watched=True)
    assert seen.taken["tour"].nodes == {"rest", "done"}


def test_what_falls_due_with_a_wait_can_be_finished_after_it() -> None:
    asked = {"nodes": {"rest": {"next": "mail"}, "mail": {"config": {"advanceOn": None}}}}
    steps = [GO, step("dismiss", "show"), step("wait", 2 * DAY), step("finish", "mail", {"status": "completed"})]
    passes("tour", *steps, revision=asked)


def test_a_node_of_another_journey_is_named_with_its_journey() -> None:
    seen = {"journeys": {"admins": {"deliveries": {"hello-1": "completed"}}}}
    passes("tour", step("finish", "admins/hello", seen), person=ADMIN)
    passes("tour", GO, step("finish", "tour/show", {"at": "done"}))
    assert verdict("tour", step("finish", "hello"), person=ADMIN).outcome is Outcome.FAILED


def test_a_journey_without_a_goal_neither_meets_nor_misses_it() -> None:
    for goal in ("met", "not_met"):
        seen = verdict("admins", step("enter", "admins", {"goal": goal}))
        assert (seen.outcome, seen.mismatches[0].got) == (Outcome.FAILED, None)
