"""Pull against a real store: what each row of the table in `docs/sync.md` means for the files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jcli import operations
from jcli.errors import InvalidRequest, Stale
from jcli.model import Edge, Kind, Node, NodeType, Position
from jcli.operations import Files
from jcli.plan import Outcome, Pull, PullChoices, PullWay, Side
from jcli.store import Store
from tests.operations.pulling import ADA, Desk

SITE = "site: main # where it all is\nname: Main\n"
AUDIENCE = "audience: admins\nname: Admins\nsite: main\nrules: {trait: role, equals: admin} # for now\n"
CONTENT = "content: tour\nname: Tour\ncontentType: flow\nbody:\n  steps: [one, two] # short\n"
WELCOME = """\
# Above.
journey: welcome
name: Welcome # said at the door

site: main
audience: admins
settings: {reentry: once, reentryAfter: 30d}
goalConfig:
  type: event
  config: {eventName: won}
  deadline: 7 # days
nodes:
  start: {type: TRIGGER, config: {triggerType: MANUAL}, next: ask}

  # They decide.
  ask:
    type: CONDITION
    config:
      rules:
        all:
          - {trait: plan, equals: "pro"} # paid
          - {trait: seats, gte: 5}
    next: {true: show, false: done}
  show:
    type: CONTENT
    contentId: tour
    next:
      completed: done # good
      dismissed: rest
  # A pause.
  rest: {type: WAIT, config: {duration: 1d}, next: done}
  # The end.
  done: {type: EXIT}
"""


@pytest.fixture
def desk(store: Store) -> Desk:
    """A workspace with one of each kind, synced."""
    desk = Desk(store, site=SITE, audience=AUDIENCE, content=CONTENT, welcome=WELCOME)
    desk.sync()
    return desk


def changed(desk: Desk, name: str = "welcome", text: str = WELCOME) -> list[str]:
    """The lines that differ from the text before, with their signs."""
    from difflib import ndiff

    lines = ndiff(text.splitlines(), desk.text(name).splitlines())
    return [line for line in lines if line[0] in "+-"]


def ways(pulled: Pull) -> dict[str, str]:
    return {one.decision.key: one.decision.way.value for one in (*pulled.taken, *pulled.left)}


def outcomes(desk: Desk) -> set[Outcome]:
    return {action.outcome for action in desk.plan().actions}


def test_nothing_moved_nothing_to_take_home(desk: Desk) -> None:
    pulled = desk.pull()
    assert (pulled.taken, pulled.files, pulled.left) == ((), (), ())


def test_drift_goes_home_and_nothing_is_pending_then(desk: Desk) -> None:
    desk.patch({"name": "Hello: you", "settings": {"reentry": "always"}})
    pulled = desk.pull()
    assert ways(pulled) == {"welcome": "edit"}
    assert [(one.where, one.new) for one in pulled.taken[0].changes] == [
        ("name", "Hello: you"),
        ("settings.reentry", "always"),
    ]
    mover = pulled.taken[0].decision.mover
    assert mover is not None
    assert (mover.actor, mover.door) == ("ada", "api")
    assert changed(desk) == [
        "- name: Welcome # said at the door",
        '+ name: "Hello: you" # said at the door',
        "- settings: {reentry: once, reentryAfter: 30d}",
        "+ settings: {reentry: always, reentryAfter: 30d}",
    ]
    assert outcomes(desk) == {Outcome.NOTHING, Outcome.ADOPT}
    assert desk.pull().files == ()


def test_a_pull_never_writes_the_store(desk: Desk) -> None:
    desk.patch({"name": "Theirs"})
    before = desk.store.url, desk.forms()
    with desk.store.read() as tables:
        marks = dict(tables.marks())
    desk.pull()
    assert (desk.store.url, desk.forms()) == before
    with desk.store.read() as tables:
        assert dict(tables.marks()) == marks


def test_what_somebody_cleared_goes_from_the_file(desk: Desk) -> None:
    desk.patch({"audienceId": None, "settings": {"reentryAfter": None}, "goalConfig": {"deadline": None}})
    desk.pull()
    assert sorted(changed(desk)) == [
        "+ settings: {reentry: once}",
        "-   deadline: 7 # days",
        "- audience: admins",
        "- settings: {reentry: once, reentryAfter: 30d}",
    ]
    desk.sync()  # both agree on it from here on
    desk.patch({"goalConfig": None})
    desk.pull()
    assert "goalConfig" not in desk.text("welcome")


def test_a_default_that_nobody_wrote_stays_unwritten(desk: Desk) -> None:
    desk.patch({"settings": {"exitOnGoal": False, "backfill": "all"}, "allowAnonymous": False, "name": "Other"})
    desk.pull()
    assert [line for line in changed(desk) if "name" not in line] == []


def test_one_leaf_of_a_rule_is_one_changed_line(desk: Desk) -> None:
    rules = {"all": [{"trait": "plan", "equals": "team"}, {"trait": "seats", "gte": 5}]}
    desk.redraw("ask", config={"rules": rules})
    desk.pull()
    assert changed(desk) == [
        '-           - {trait: plan, equals: "pro"} # paid',
        '+           - {trait: plan, equals: "team"} # paid',
    ]


def test_a_way_that_leads_elsewhere_keeps_its_place_and_form(desk: Desk) -> None:
    journey, show, rest = desk.stored(), desk.node("show"), desk.node("rest")
    edges = [replace(e, target=rest) if (e.source, e.label) == (show, "completed") else e for e in journey.edges]
    desk.draw(journey.nodes, edges)
    desk.pull()
    assert changed(desk) == ["-       completed: done # good", "+       completed: rest # good"]


def test_two_ways_with_one_label_become_a_list(desk: Desk) -> None:
    journey, start = desk.stored(), desk.node("start")
    edges = [*journey.edges, Edge("e", start, desk.node("done"), None)]
    desk.draw(journey.nodes, edges)
    desk.pull()
    assert changed(desk)[1] == (
        "+   start: {type: TRIGGER, config: {triggerType: MANUAL}, next: [{to: ask}, {to: done}]}"
    )
    assert not desk.plan().is_pending


def test_nodes_come_after_the_last_and_go_without_the_comments_of_others(desk: Desk) -> None:
    journey, rest, show = desk.stored(), desk.node("rest"), desk.node("show")
    new = "11111111-2222-4333-8444-555555555555"
    nodes = [node for node in journey.nodes if node.id != rest]
    nodes.insert(0, Node(new, NodeType.WAIT_FOR_EVENT, {"eventName": "projectCreated"}))
    edges = [replace(e, target=new) if e.target == rest else e for e in journey.edges if e.source != rest]
    desk.draw(nodes, [*edges, Edge("e", new, desk.node("done"), "event")])
    desk.pull()
    assert changed(desk) == [
        "-       dismissed: rest",
        "+       dismissed: until-project-created",
        "-   rest: {type: WAIT, config: {duration: 1d}, next: done}",
        "+   until-project-created:",
        "+     type: WAIT_FOR_EVENT",
        "+     config: {eventName: projectCreated}",
        "+     next: {event: done}",
        f"+     id: {new}",
    ]
    assert show
    assert not desk.plan().is_pending


def test_who_was_to_go_on_at_a_node_that_is_gone_does_not(store: Store) -> None:
    text = WELCOME.replace("nodes:\n", "nodeMap: {one: rest, two: done} # moved\nnodes:\n")
    desk = Desk(store, site=SITE, audience=AUDIENCE, content=CONTENT, welcome=text)
    desk.sync()
    journey, rest = desk.stored(), desk.node("rest")
    edges = [edge for edge in journey.edges if rest not in (edge.source, edge.target)]
    desk.draw([node for node in journey.nodes if node.id != rest], edges)
    assert ways(desk.pull()) == {"welcome": "edit"}
    assert "nodeMap: {two: done} # moved\n" in desk.text("welcome")


def test_the_shares_of_a_split_keep_the_order_in_which_they_were_put(store: Store) -> None:
    text = WELCOME.replace("  done:", "  arms:\n    type: SPLIT\n    config: {weights: {a: 50, b: 50}}\n  done:")
    desk = Desk(store, site=SITE, audience=AUDIENCE, content=CONTENT, welcome=text)
    desk.sync()
    desk.redraw("arms", config={"weights": {"b": 50, "a": 50}})
    desk.pull()
    assert "config: {weights: {b: 50, a: 50}}" in desk.text("welcome")
    assert not desk.plan().is_pending


def test_a_moved_box_is_written_only_where_the_file_says_where_it_stands(store: Store) -> None:
    text = WELCOME.replace("rest: {type: WAIT,", "rest: {position: {x: 10, y: 20}, type: WAIT,")
    desk = Desk(store, site=SITE, audience=AUDIENCE, content=CONTENT, welcome=text)
    desk.sync()
    desk.redraw("rest", position=Position(10, 33))
    desk.redraw("show", position=Position(1, 2))
    desk.pull()
    assert changed(desk, text=text) == [
        "-   rest: {position: {x: 10, y: 20}, type: WAIT, config: {duration: 1d}, next: done}",
        "+   rest: {position: {x: 10, y: 33}, type: WAIT, config: {duration: 1d}, next: done}",
    ]


def test_things_go_home_too(desk: Desk) -> None:
    desk.change(Kind.SITE, "main", {"domains": ["a.example"]})
    desk.change(Kind.AUDIENCE, "admins", {"rules": {"trait": "role", "equals": "yes"}})
    desk.change(Kind.CONTENT, "tour", {"body": {"steps": ["one", "two", "010"]}, "name": None})
    assert sorted(ways(desk.pull())) == ["admins", "main", "tour"]
    assert changed(desk, "site", SITE) == ["+ domains: [a.example]"]
    assert changed(desk, "audience", AUDIENCE)[1] == '+ rules: {trait: role, equals: "yes"} # for now'
    assert changed(desk, "content", CONTENT) == [
        "- name: Tour",
        "-   steps: [one, two] # short",
        '+   steps: [one, two, "010"] # short',
    ]
    assert not desk.plan().is_pending


def test_what_git_changed_stays_and_what_both_changed_elsewhere_is_merged(desk: Desk) -> None:
    desk.edit("welcome", "duration: 1d", "duration: 3d")
    assert desk.pull().files == ()
    desk.patch({"name": "Theirs"})
    assert ways(desk.pull()) == {"welcome": "merge"}
    assert changed(desk)[:2] == ["- name: Welcome # said at the door", "+ name: Theirs # said at the door"]
    assert "duration: 3d" in desk.text("welcome")
    desk.sync()
    assert not desk.plan().is_pending
    assert desk.stored().name == "Theirs"


def test_a_store_that_has_gits_change_and_more_is_taken_home_whole(desk: Desk) -> None:
    desk.edit("welcome", "name: Welcome", "name: Theirs")
    desk.patch({"name": "Theirs", "description": "And more"})
    desk.pull()
    assert "description: And more" in desk.text("welcome")
    assert not desk.plan().is_pending


def conflict(desk: Desk) -> None:
    desk.edit("welcome", "name: Welcome", "name: Ours")
    desk.edit("welcome", "duration: 1d", "duration: 3d")
    desk.patch({"name": "Theirs"})


def test_a_conflict_is_refused_and_the_others_go_home(desk: Desk) -> None:
    conflict(desk)
    desk.change(Kind.SITE, "main", {"name": "Home"})
    before = desk.text("welcome")
    pulled = desk.pull()
    assert ways(pulled) == {"main": "edit", "welcome": "refuse"}
    assert pulled.in_conflict
    assert "--take store welcome" in pulled.left[0].reason
    assert desk.text("welcome") == before
    assert "name: Home" in desk.text("site")


def test_whoever_takes_a_side_gets_it_whole(desk: Desk) -> None:
    conflict(desk)
    before = desk.text("welcome")
    kept = desk.pull(take={"welcome": Side.GIT})
    assert (kept.in_conflict, kept.files) == (False, ())
    assert desk.text("welcome") == before
    desk.pull(take={"journey/welcome": Side.STORE})
    assert "name: Theirs" in desk.text("welcome")
    assert "duration: 1d" in desk.text("welcome")
    assert not desk.plan().is_pending


def test_what_moves_again_before_the_file_was_synced_is_somebody_s_to_decide(desk: Desk) -> None:
    desk.patch({"name": "Once"})
    desk.pull()
    desk.patch({"name": "Twice"})
    assert desk.pull().in_conflict
    desk.pull(take={"welcome": Side.STORE})
    assert "name: Twice" in desk.text("welcome")


def test_taking_the_store_undoes_what_git_alone_changed(desk: Desk) -> None:
    desk.edit("welcome", "duration: 1d", "duration: 3d")
    desk.pull(take={"welcome": Side.STORE})
    assert desk.text("welcome") == WELCOME


def test_what_git_no_longer_has_comes_back_when_it_is_named(desk: Desk) -> None:
    desk.patch({"name": "Theirs"})
    text = desk.files.pop("journeys/welcome.yaml")
    pulled = desk.pull()
    assert ways(pulled) == {"welcome": "leave"}
    assert (pulled.in_conflict, pulled.files) == (False, ())
    assert "`jcli pull welcome` brings it back" in pulled.left[0].reason
    back = desk.pull("welcome")
    assert [one.file for one in back.files] == ["journeys/welcome.yaml"]
    assert desk.files["journeys/welcome.yaml"] != text
    assert "id:" not in desk.text("welcome")  # the keys are those of the last sync, so every id follows from them
    assert not desk.plan().is_pending


def test_what_neither_side_has_any_more_is_not_spoken_of_unasked(desk: Desk) -> None:
    for name in ("welcome", "content"):
        del desk.files[f"journeys/{name}.yaml"]
    operations.delete_thing(desk.store, desk.clock, ADA, Kind.CONTENT, "tour")
    assert ways(desk.pull()) == {"welcome": "leave"}
    assert [one.reason for one in desk.pull("tour").left] == ["journeys/content.yaml and the store no longer have it"]


def test_what_was_removed_or_archived_is_told_and_left(desk: Desk) -> None:
    operations.archive(desk.store, desk.clock, ADA, desk.id("welcome"))
    operations.delete_thing(desk.store, desk.clock, ADA, Kind.CONTENT, "tour")
    pulled = desk.pull()
    reasons = {one.decision.key: one.reason for one in pulled.left}
    assert reasons["welcome"].startswith("it was archived in the store; take it out of journeys/welcome.yaml")
    assert reasons["tour"].startswith("it was removed from the store; take it out of journeys/content.yaml")
    assert (pulled.files, pulled.in_conflict) == ((), False)


def test_what_only_the_store_has_gets_files(desk: Desk) -> None:
    desk.modeline = "# yaml-language-server: $schema=s.json"
    desk.make(Kind.SITE, {"name": "Second site", "domains": ["b.example"]})
    desk.make(Kind.AUDIENCE, {"name": "Admins", "siteId": desk.id("main", Kind.SITE), "rules": {"trait": "a", "gt": 1}})
    desk.make(Kind.CONTENT, {"id": "Tour/2", "contentType": "flow"})
    desk.create({"name": "Welcome", "siteId": "elsewhere", "description": "yes"})
    pulled = desk.pull()
    assert {one.decision.key: one.file for one in pulled.taken} == {
        "second-site": "journeys/second-site.yaml",
        "admins-2": "journeys/admins-2.yaml",
        "Tour/2": "journeys/tour-2.yaml",
        "welcome-2": "journeys/welcome-2.yaml",
    }
    assert desk.text("welcome-2") == (
        "# yaml-language-server: $schema=s.json\njourney: welcome-2\nid: 00000000-0000-4000-8000-000000000003\n"
        'name: Welcome\ndescription: "yes"\nsiteId: elsewhere\n'
    )
    assert desk.text("admins-2").endswith("name: Admins\nsite: main\nrules: {trait: a, gt: 1}\n")
    assert outcomes(desk) == {Outcome.NOTHING, Outcome.ADOPT}


def test_a_new_file_never_takes_the_place_of_another(desk: Desk) -> None:
    desk.make(Kind.AUDIENCE, {"name": "Site", "rules": {"trait": "a", "gt": 1}})
    desk.files["journeys/site-audience.yaml"] = b"audience: x\nrules: {trait: b, gt: 1}\n"
    assert [one.file for one in desk.pull().files] == ["journeys/site-2.yaml"]


def canvas(*ids: str, first: str = "0") -> dict[str, Any]:
    """The same canvas, its nodes listed in the order of the numbers given; their ids begin with `first`."""
    nodes = [
        {"type": "TRIGGER", "config": {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "signedUp"}}},
        {"type": "WAIT", "config": {"duration": "2d"}},
        {"type": "WAIT", "config": {"duration": "2d"}},
        {"type": "CONDITION", "config": {"rules": {"trait": "isAdmin", "equals": True}}},
        {"type": "EXIT"},
    ]
    numbered = {f"{first}000000{n}-0000-4000-8000-000000000000": node for n, node in enumerate(nodes)}
    ends = [(0, 2, None), (2, 1, None), (1, 3, None), (3, 4, "true"), (3, 4, "false")]
    names = list(numbered)
    return {
        "name": "Readable",
        "siteId": "elsewhere",
        "nodes": [{"id": names[int(n)], **numbered[names[int(n)]]} for n in ids],
        "edges": [{"sourceNodeId": names[a], "targetNodeId": names[b], "label": label} for a, b, label in ends],
    }


@pytest.mark.parametrize("order", ["01234", "43210", "20413"])
def test_new_nodes_get_readable_keys_whatever_their_order(desk: Desk, order: str) -> None:
    desk.create(canvas(*order))
    desk.pull()
    data = next(one.data for one in desk.compiled()[0] if one.key == "readable")
    assert list(data["nodes"]) == ["on-signed-up", "wait-2d", "wait-2d-2", "is-admin", "done"]
    assert data["nodes"]["wait-2d"]["id"].startswith("00000002")  # the first on the way
    assert data["nodes"]["is-admin"]["next"] == {"true": "done", "false": "done"}


def test_positions_of_a_new_journey_are_written_when_somebody_drew_it(desk: Desk) -> None:
    desk.create(canvas(*"01234"))
    desk.pull()
    assert "position" not in desk.text("readable")
    drawn = canvas(*"01234", first="1")
    drawn["nodes"][0]["position"] = {"x": 7, "y": 8.5}
    desk.create({**drawn, "name": "Drawn"})
    desk.pull()
    assert desk.text("drawn").count("position:") == 5
    assert "position: {x: 7, y: 8.5}" in desk.text("drawn")


def test_what_git_let_go_of_is_not_brought_back_unasked(desk: Desk) -> None:
    journey_id = desk.id("welcome")
    del desk.files["journeys/welcome.yaml"]
    desk.sync(take={"welcome": Side.STORE})
    assert desk.pull().files == ()
    assert [one.file for one in desk.pull(journey_id).files] == ["journeys/welcome.yaml"]


def test_a_thing_that_would_make_other_documents_wrong_stays(store: Store) -> None:
    journey = "journey: a\nsiteId: s\nnodes: {t: {type: CONTENT, contentId: elsewhere}}\n"
    desk = Desk(store, a=journey)
    desk.sync()
    desk.make(Kind.CONTENT, {"id": "ours", "contentType": "flow"})
    pulled = desk.pull()
    assert pulled.files == ()
    assert pulled.barred
    assert "no content `elsewhere`" in pulled.left[0].reason


def test_an_audience_whose_site_no_document_declares_cannot_be_written(desk: Desk) -> None:
    desk.make(Kind.AUDIENCE, {"name": "Abroad", "siteId": "elsewhere", "rules": {"trait": "a", "gt": 1}})
    desk.patch({"name": "Theirs"})
    pulled = desk.pull()
    assert ways(pulled) == {"welcome": "edit", "abroad": "new"}
    assert [(one.barred, one.decision.key) for one in pulled.left] == [(True, "abroad")]
    assert "its site `elsewhere` is declared by no document" in pulled.left[0].reason


def test_a_site_to_which_files_refer_by_key_gets_that_key(store: Store) -> None:
    desk = Desk(store, a="journey: a\nsite: main\n")
    desk.sync()
    desk.make(Kind.SITE, {"id": desk.stored("a").site_id, "name": "Something else"})
    desk.make(Kind.SITE, {"name": "Main"})
    pulled = desk.pull()
    assert {one.decision.key for one in pulled.taken} == {"main", "main-2"}
    assert desk.text("main") == "site: main\nname: Something else\n"


def test_keys_narrow_a_pull_and_unknown_ones_are_told(desk: Desk) -> None:
    desk.patch({"name": "Theirs"})
    desk.change(Kind.SITE, "main", {"name": "Home"})
    assert ways(desk.pull("main")) == {"main": "edit"}
    with pytest.raises(InvalidRequest, match="welcom"):
        desk.pull("welcom")


def test_a_file_that_moved_meanwhile_is_not_written(desk: Desk) -> None:
    desk.patch({"name": "Theirs"})
    documents, compilation = desk.compiled()
    view = desk.view(PullChoices())
    desk.edit("welcome", "duration: 1d", "duration: 3d")
    files = Files("acme", "journeys", desk.files.__getitem__, lambda _: True, lambda _: None)
    with pytest.raises(Stale, match=r"journeys/welcome\.yaml changed"):
        operations.pull(view, compilation, documents, files)


def test_documents_of_one_file_go_home_together(store: Store) -> None:
    desk = Desk(store, all=f"{SITE}---\n{AUDIENCE}---\n{CONTENT}---\n{WELCOME}")
    desk.sync()
    desk.change(Kind.SITE, "main", {"name": "Home"})
    desk.change(Kind.CONTENT, "tour", {"name": "Long tour"})
    desk.patch({"name": "Theirs"})
    assert len(desk.pull().files) == 1
    assert changed(desk, "all", f"{SITE}---\n{AUDIENCE}---\n{CONTENT}---\n{WELCOME}") == [
        "- name: Main",
        "+ name: Home",
        "- name: Tour",
        "+ name: Long tour",
        "- name: Welcome # said at the door",
        "+ name: Theirs # said at the door",
    ]


def test_a_thing_of_another_site_is_named_by_the_key_that_comes_with_it(desk: Desk) -> None:
    desk.make(Kind.SITE, {"id": "site-2", "name": "Second"})
    desk.patch({"siteId": "site-2", "audienceId": "aud-9"})
    pulled = desk.pull()
    assert PullWay.NEW in {one.decision.way for one in pulled.taken}
    assert changed(desk) == ["- site: main", "- audience: admins", "+ site: second", "+ audienceId: aud-9"]
