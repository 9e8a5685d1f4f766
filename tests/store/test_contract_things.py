"""The contract, sites, audiences and contents."""

from __future__ import annotations

import pytest

from jcli.model import Audience, Content, Journey, Kind, Node, NodeType, Site, Stored
from jcli.store import JourneySave, Page, Store
from tests.store import samples

THINGS = {
    Kind.SITE: (Site("x", "Main", ("a.example", "b.example")), Site("x", "Renamed")),
    Kind.AUDIENCE: (
        Audience("x", "Admins", {"trait": "role", "equals": "admin"}, "main"),
        Audience("x", "Everybody", {"all": []}, None),
    ),
    Kind.CONTENT: (Content("x", "flow", "Tour", {"steps": [1, 2.5, None]}), Content("x", "tooltip")),
}


@pytest.mark.parametrize("kind", THINGS)
def test_a_thing_is_kept_replaced_and_removed(store: Store, kind: Kind) -> None:
    first, second = THINGS[kind]
    with store.write() as tables:
        assert tables.thing(kind, "x") is None
        put = tables.put_thing(first, "f1", 10)
    assert put == Stored(first, 1, "f1", 10, 10)
    with store.write() as tables:
        assert tables.thing(kind, "x") == put
        replaced = tables.put_thing(second, "f2", 20)
    assert replaced == Stored(second, 2, "f2", 10, 20)
    with store.write() as tables:
        assert tables.thing(kind, "x") == replaced
        assert tables.thing_states(kind) == {"x": ("f2", 2)}
        assert tables.things(kind, None, Page()).total == 1
        assert tables.remove_thing(kind, "x") is True
        assert tables.remove_thing(kind, "x") is False
    with store.read() as tables:
        assert tables.thing(kind, "x") is None
        assert tables.thing_states(kind) == {}
        assert tables.things(kind, None, Page()).total == 0


def test_the_kinds_do_not_mix(store: Store) -> None:
    with store.write() as tables:
        for first, _ in THINGS.values():
            tables.put_thing(first, "f", 1)
        tables.remove_thing(Kind.SITE, "x")
        assert [tables.things(kind, None, Page()).total for kind in THINGS] == [0, 1, 1]


def test_audiences_are_seen_by_site_and_those_of_no_site_by_all(store: Store) -> None:
    sites = ["a", "b", None, "a", "c", None, "b", "a"]
    with store.write() as tables:
        stored = [
            tables.put_thing(Audience(f"x{index}", "X", {"all": []}, site), "f", 100 + index // 3)
            for index, site in enumerate(sites)
        ]
    stored.sort(key=lambda each: (-each.created_at, each.item.id))

    def of(*wanted: str | None) -> list[Stored]:
        return [each for each in stored if isinstance(each.item, Audience) and each.item.site_id in wanted]

    with store.read() as tables:
        samples.assert_pages_agree(lambda page: tables.things(Kind.AUDIENCE, None, page), stored)
        for seen in ({"a"}, {"a", "b"}, {"nowhere"}, set()):
            samples.assert_pages_agree(
                lambda page, seen=seen: tables.things(Kind.AUDIENCE, frozenset(seen), page), of(None, *seen)
            )


def test_an_audience_that_changes_its_site_is_counted_there(store: Store) -> None:
    with store.write() as tables:
        for site in ("a", "b", None):
            tables.put_thing(Audience("x", "X", {"all": []}, site), "f", 1)
        totals = [tables.things(Kind.AUDIENCE, frozenset({site}), Page()).total for site in ("a", "b")]
    assert totals == [1, 1]
    with store.write() as tables:
        tables.put_thing(Audience("x", "X", {"all": []}, "b"), "f", 1)
        totals = [tables.things(Kind.AUDIENCE, frozenset({site}), Page()).total for site in ("a", "b")]
    assert totals == [0, 1]


def test_sites_are_seen_by_their_ids_and_contents_by_all(store: Store) -> None:
    with store.write() as tables:
        sites = [tables.put_thing(Site(f"s{index}", "S"), "f", 100 - index // 2) for index in range(5)]
        contents = [tables.put_thing(Content(f"c{index}", "flow"), "f", 7) for index in range(5)]
    with store.read() as tables:
        samples.assert_pages_agree(lambda page: tables.things(Kind.SITE, None, page), sites)
        samples.assert_pages_agree(
            lambda page: tables.things(Kind.SITE, frozenset({"s3", "s1", "elsewhere"}), page), [sites[1], sites[3]]
        )
        samples.assert_pages_agree(lambda page: tables.things(Kind.SITE, frozenset(), page), [])
        samples.assert_pages_agree(lambda page: tables.things(Kind.CONTENT, frozenset({"s1"}), page), contents)


def test_what_names_a_thing_is_told_by_name(store: Store) -> None:
    nodes = (Node("n", NodeType.CONTENT, {}, "tour"), Node("m", NodeType.CONTENT, {}, "tour"))
    with store.write() as tables:
        tables.put_thing(Audience("a", "Admins", {"all": []}, "s"), "f", 1)
        tables.put_thing(Audience("b", "Everybody", {"all": []}, None), "f", 1)
        saves = [
            JourneySave(Journey("j2", "Beta", "s", audience_id="a", nodes=nodes), "f"),
            JourneySave(Journey("j1", "Alpha", "s"), "f"),
            JourneySave(Journey("j3", "Gamma", "elsewhere"), "f"),
        ]
        tables.save_journeys(saves, author="ana", door="cli", now=1)
    with store.read() as tables:
        assert tables.naming(Kind.SITE, "s") == [
            (Kind.AUDIENCE, "a", "Admins"), (Kind.JOURNEY, "j1", "Alpha"), (Kind.JOURNEY, "j2", "Beta"),
        ]  # fmt: skip
        # An audience of no site names none, and a content of two nodes is named once.
        assert tables.naming(Kind.AUDIENCE, "a") == [(Kind.JOURNEY, "j2", "Beta")]
        assert tables.naming(Kind.CONTENT, "tour") == [(Kind.JOURNEY, "j2", "Beta")]
        assert tables.naming(Kind.AUDIENCE, "b") == tables.naming(Kind.SITE, "nowhere") == []
