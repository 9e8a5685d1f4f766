"""The three-way table, row by row, on canonical forms alone. The rows are those of docs/sync.md."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcli.canonical import canonical, fingerprint
from jcli.model import Edge, Journey, JourneyStatus, Kind, Node, NodeType, Position, SyncBase, SyncMark
from jcli.plan import NONE, Action, Choices, GitSide, Outcome, Plan, Side, StoreSide, compare, differences

TRIGGER = Node("n-start", NodeType.TRIGGER, {"triggerType": "MANUAL"})
TOUR = Node("n-tour", NodeType.CONTENT, {"contentType": "flow"}, "flow_abc")
BASE = Journey("j-1", "Welcome", "s-1", nodes=(TRIGGER, TOUR), edges=(Edge("e-1", "n-start", "n-tour"),))
NAMES = {"n-start": "start", "n-tour": "tour"}


def edited(**fields: Any) -> Journey:
    return replace(BASE, **fields)


def git(journey: Journey, key: str = "welcome") -> dict[tuple[Kind, str], GitSide]:
    form = canonical(journey)
    side = GitSide(Kind.JOURNEY, key, journey.id, journey.name, form, fingerprint(form), "journeys/w.yaml", NAMES)
    return {(Kind.JOURNEY, key): side}


def compared(in_git: Any, in_base: Any, in_store: Any, choices: Choices = NONE) -> Plan:
    marks = {
        place: SyncMark(base.kind, base.key, base.id, base.fingerprint, base.file) for place, base in in_base.items()
    }
    return compare(in_git, marks, in_store, lambda mark: in_base[mark.kind, mark.key], choices)


def base(journey: Journey, key: str = "welcome") -> dict[tuple[Kind, str], SyncBase]:
    form = canonical(journey)
    kept = SyncBase(Kind.JOURNEY, key, journey.id, fingerprint(form), form, NAMES, "journeys/w.yaml", None, 0)
    return {(Kind.JOURNEY, key): kept}


def store(
    journey: Journey, status: JourneyStatus = JourneyStatus.DRAFT, known_as: str | None = None
) -> dict[tuple[Kind, str], StoreSide]:
    form = canonical(journey)
    return {
        (Kind.JOURNEY, journey.id): StoreSide(known_as or fingerprint(form), journey.name, lambda: form, status),
    }


def only(plan: Plan) -> Action:
    (action,) = plan.actions
    return action


A, B = edited(name="By git"), edited(name="By the API")
ELSEWHERE = edited(description="By the API")
ARCHIVED = JourneyStatus.ARCHIVED

TABLE = [
    ("neither changed", git(BASE), base(BASE), store(BASE), Outcome.NOTHING),
    ("git changed", git(A), base(BASE), store(BASE), Outcome.UPDATE),
    ("new in git", git(A), {}, {}, Outcome.CREATE),
    ("the store changed", git(BASE), base(BASE), store(B), Outcome.DRIFT),
    ("both to the same", git(A), base(BASE), store(A), Outcome.ADOPT),
    ("both, differently", git(A), base(BASE), store(B), Outcome.CONFLICT),
    ("never synced, the same", git(A), {}, store(A), Outcome.ADOPT),
    ("never synced, different", git(A), {}, store(B), Outcome.CONFLICT),
    ("gone from git", {}, base(BASE), store(BASE), Outcome.KEPT),
    ("gone from git, the store changed", {}, base(BASE), store(B), Outcome.CONFLICT),
    ("gone from git and archived", {}, base(BASE), store(BASE, ARCHIVED), Outcome.NOTHING),
    ("both, in different places", git(A), base(BASE), store(ELSEWHERE), Outcome.MERGE),
    (
        "both, and the store has all of it",
        git(A),
        base(BASE),
        store(edited(name="By git", description="x")),
        Outcome.ADOPT,
    ),
    ("removed from the store", git(BASE), base(BASE), {}, Outcome.DRIFT),
    ("removed from the store, git changed", git(A), base(BASE), {}, Outcome.CONFLICT),
    ("git changed what is archived", git(A), base(BASE), store(BASE, JourneyStatus.ARCHIVED), Outcome.CONFLICT),
    ("archived and nothing else", git(BASE), base(BASE), store(BASE, JourneyStatus.ARCHIVED), Outcome.DRIFT),
    ("another id under the key", git(edited(id="j-2")), base(BASE), store(BASE), Outcome.CONFLICT),
    ("renamed key, same id", git(BASE, "hello"), base(BASE), store(BASE), Outcome.ADOPT),
]


@pytest.mark.parametrize(("given_", "in_git", "in_base", "in_store", "outcome"), TABLE, ids=[row[0] for row in TABLE])
def test_the_table(given_: str, in_git: Any, in_base: Any, in_store: Any, outcome: Outcome) -> None:
    assert only(compared(in_git, in_base, in_store)).outcome is outcome


TAKE_GIT, TAKE_STORE = Choices({"welcome": Side.GIT}), Choices({"journey/welcome": Side.STORE})
PRUNE = Choices(prune=True)
CHOSEN = [
    ("a conflict, git has its way", git(A), base(BASE), store(B), TAKE_GIT, Outcome.UPDATE),
    ("a conflict, the store has its way", git(A), base(BASE), store(B), TAKE_STORE, Outcome.DRIFT),
    ("drift, undone", git(BASE), base(BASE), store(B), TAKE_GIT, Outcome.UPDATE),
    ("drift, left", git(BASE), base(BASE), store(B), TAKE_STORE, Outcome.DRIFT),
    ("what could be merged, git alone", git(A), base(BASE), store(ELSEWHERE), TAKE_GIT, Outcome.UPDATE),
    ("only git changed", git(A), base(BASE), store(BASE), TAKE_STORE, Outcome.UPDATE),
    ("never synced, adopted", git(A), {}, store(B), Choices(adopt=frozenset({"welcome"})), Outcome.UPDATE),
    ("never synced, left", git(A), {}, store(B), TAKE_STORE, Outcome.DRIFT),
    ("gone, pruned", {}, base(BASE), store(BASE), PRUNE, Outcome.ARCHIVE),
    ("gone, let go", {}, base(BASE), store(BASE), TAKE_STORE, Outcome.RELEASE),
    ("gone and changed, pruned", {}, base(BASE), store(B), PRUNE, Outcome.CONFLICT),
    ("gone and changed, let go", {}, base(BASE), store(B), TAKE_STORE, Outcome.RELEASE),
    ("gone and changed, kept", {}, base(BASE), store(B), TAKE_GIT, Outcome.KEPT),
    (
        "gone and changed, git has its way", {}, base(BASE), store(B),
        Choices({"welcome": Side.GIT}, prune=True), Outcome.ARCHIVE,
    ),
    ("removed from the store, made again", git(A), base(BASE), {}, TAKE_GIT, Outcome.CREATE),
    ("archived, git changed and has its way", git(A), base(BASE), store(B, ARCHIVED), TAKE_GIT, Outcome.CONFLICT),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given_", "in_git", "in_base", "in_store", "choices", "outcome"), CHOSEN, ids=[row[0] for row in CHOSEN]
)
def test_what_somebody_chose(
    given_: str, in_git: Any, in_base: Any, in_store: Any, choices: Choices, outcome: Outcome
) -> None:
    assert only(compared(in_git, in_base, in_store, choices)).outcome is outcome


def test_a_merge_holds_what_both_sides_did() -> None:
    action = only(compared(git(A), base(BASE), store(ELSEWHERE)))
    assert action.merged is not None
    assert (action.merged["name"], action.merged["description"]) == ("By git", "By the API")
    assert [change.where for change in action.changes] == ["name"]
    assert [change.where for change in action.theirs] == ["description"]


def test_a_conflict_shows_the_three_values_side_by_side() -> None:
    (clash,) = only(compared(git(A), base(BASE), store(B))).clashes
    assert (clash.where, clash.base, clash.git, clash.store) == ("name", "Welcome", "By git", "By the API")


def test_a_changed_fingerprint_with_an_equal_form_is_no_drift() -> None:
    """The API saved the canvas as it was: its fingerprint holds the positions, which the file does not state."""
    placed = edited(nodes=(replace(TRIGGER, position=Position(0, 0)), replace(TOUR, position=Position(240, 0))))
    assert only(compared(git(BASE), base(BASE), store(placed))).outcome is Outcome.NOTHING


def test_a_moved_node_is_drift_where_the_file_states_its_position() -> None:
    stated = edited(nodes=(replace(TRIGGER, position=Position(0, 0)), TOUR))
    moved = edited(nodes=(replace(TRIGGER, position=Position(9, 0)), replace(TOUR, position=Position(1, 1))))
    action = only(compared(git(stated), base(stated), store(moved)))
    assert action.outcome is Outcome.DRIFT
    assert [(change.where, change.old, change.new) for change in action.changes] == [
        ("nodes.start.position", [0, 0], [9, 0])
    ]


def test_a_conflict_tells_both_sides() -> None:
    action = only(compared(git(A), base(BASE), store(B)))
    assert [(change.where, change.new) for change in action.changes] == [("name", "By git")]
    assert [(change.where, change.new) for change in action.theirs] == [("name", "By the API")]


def test_changes_are_told_by_node_key_and_label() -> None:
    done = Node("n-done", NodeType.EXIT)
    new = edited(
        nodes=(replace(TRIGGER, config={"triggerType": "CUSTOM_EVENT"}), done),
        edges=(Edge("e-2", "n-start", "n-done", "Start"),),
        settings={"reentry": "always"},
    )
    changes = differences(canonical(BASE), canonical(new), {**NAMES, "n-done": "done"})
    assert [(change.sign, change.where, change.old, change.new) for change in changes] == [
        ("~", "settings.reentry", "once", "always"),
        ("~", "nodes.start.config.triggerType", "MANUAL", "CUSTOM_EVENT"),
        ("~", "nodes.start.next", "tour", "Start: done"),
        ("-", "nodes.tour", "CONTENT", None),
        ("+", "nodes.done", None, "EXIT"),
    ]


def test_the_order_of_weights_is_a_change() -> None:
    one = Node("n-s", NodeType.SPLIT, {"weights": {"a": 60, "b": 40}})
    two = Node("n-s", NodeType.SPLIT, {"weights": {"b": 40, "a": 60}})
    old, new = canonical(edited(nodes=(one,), edges=())), canonical(edited(nodes=(two,), edges=()))
    assert fingerprint(old) != fingerprint(new)
    assert [change.where for change in differences(old, new, {"n-s": "split"})] == ["nodes.split.config.weights"]


def test_the_summary_is_the_last_line_of_every_plan() -> None:
    plan = compared({**git(edited(id="j-9"), "new"), **git(A)}, base(BASE), store(BASE))
    assert plan.summary == "Plan: 1 to create, 1 to change, 0 to archive, 0 drifted, 0 in conflict"


def test_sites_come_before_journeys() -> None:
    def side(kind: Kind) -> GitSide:
        return GitSide(kind, "a", f"{kind}-a", "A", {"id": f"{kind}-a"}, "f", "a.yaml", {})

    plan = compared({(kind, "a"): side(kind) for kind in Kind if not kind.stays}, {}, {})
    assert [action.kind for action in plan.actions] == [Kind.SITE, Kind.AUDIENCE, Kind.CONTENT, Kind.JOURNEY]


VARIANTS = st.sampled_from([BASE, A, B, edited(description="x"), edited(nodes=(TRIGGER,), edges=())])


@given(VARIANTS, st.none() | VARIANTS, st.none() | VARIANTS)
def test_what_the_api_changed_is_never_overwritten(
    mine: Journey, agreed: Journey | None, theirs: Journey | None
) -> None:
    in_base = base(agreed) if agreed else {}
    in_store = store(theirs) if theirs else {}
    outcome = only(compared(git(mine), in_base, in_store)).outcome
    if theirs is not None and (agreed is None or theirs != agreed):
        assert outcome in {Outcome.DRIFT, Outcome.CONFLICT, Outcome.ADOPT, Outcome.MERGE}
    if outcome is Outcome.MERGE:
        merged = only(compared(git(mine), in_base, in_store)).merged
        assert agreed is not None
        assert theirs is not None
        assert merged is not None
        assert differences(canonical(agreed), canonical(theirs), NAMES) != ()
        for change in differences(canonical(agreed), canonical(theirs), NAMES):
            assert change in differences(canonical(agreed), merged, NAMES)


@given(VARIANTS, VARIANTS)
def test_differences_are_empty_only_between_equal_forms(one: Journey, two: Journey) -> None:
    changes = differences(canonical(one), canonical(two), NAMES)
    assert (not changes) == (fingerprint(canonical(one)) == fingerprint(canonical(two)))


@given(VARIANTS, VARIANTS)
def test_a_plan_has_the_fingerprint_of_what_it_says(one: Journey, two: Journey) -> None:
    first, second = (compared(git(journey), base(BASE), store(BASE)) for journey in (one, two))
    assert (first.fingerprint == second.fingerprint) == (one == two)
