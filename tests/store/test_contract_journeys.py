"""The contract, journeys and their revisions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jcli.errors import StoreError
from jcli.model import Edge, JourneyStatus, Kind, ManagedBy, Node, NodeType, Position, Revision, StoredJourney
from jcli.store import JourneySave, JourneyState, Page, Store
from tests.store import samples


def _get(store: Store, journey_id: str) -> StoredJourney:
    with store.read() as tables:
        stored = tables.journey(journey_id)
    assert stored is not None
    return stored


def test_a_journey_comes_back_as_it_was_saved(store: Store) -> None:
    journey = replace(samples.journey("j", nodes=5), audience_id="aud", allow_anonymous=True, managed_by=ManagedBy.GIT)
    with store.write() as tables:
        tables.save_journeys([JourneySave(journey, "f", JourneyStatus.PUBLISHED)], author="a", door="sync", now=7)
    stored = _get(store, "j")
    assert stored.journey == journey
    assert (stored.status, stored.version, stored.revision, stored.fingerprint) == ("PUBLISHED", 1, 1, "f")
    assert (stored.counts.nodes, stored.counts.edges, stored.counts.enrollments) == (5, 4, 0)
    assert (stored.created_at, stored.updated_at) == (7, 7)
    with store.read() as tables:
        assert tables.journey("other") is None


def test_a_journey_may_be_bare(store: Store) -> None:
    bare = replace(samples.journey("j"), nodes=(), edges=(), settings={}, goal_config=None)
    samples.save(store, bare)
    assert _get(store, "j").journey == bare


def test_the_order_of_keys_and_every_number_survive(store: Store) -> None:
    config = {"weights": {"b": 60, "a": 40}, "deep": [{"z": 1, "a": -(2**63)}, 0.1, 2**63 - 1, "é\u2028😀\x00"[:-1]]}
    nodes = (
        Node("n", NodeType.SPLIT, config, content_id="c", position=Position(-0.25, 1e300)),
        Node("o", NodeType.EXIT, {"outcome": "won"}),
    )
    edges = tuple(Edge("the-same", "n", "o", label) for label in ("a", "b", "Ä", None))
    samples.save(store, replace(samples.journey("j"), nodes=nodes, edges=edges))
    stored = _get(store, "j").journey
    assert stored.nodes == nodes
    assert list(stored.nodes[0].config["weights"]) == ["b", "a"]
    assert stored.edges == edges
    with store.read() as tables:
        revision = tables.revision("j", 1)
    assert revision is not None
    assert (revision.nodes, revision.edges) == (nodes, edges)
    assert list(revision.nodes[0].config["weights"]) == ["b", "a"]


def test_saving_again_replaces_the_canvas_and_keeps_the_status(store: Store) -> None:
    samples.save(store, samples.journey("j", nodes=5), now=10, status=JourneyStatus.PAUSED)
    smaller = samples.journey("j", nodes=2, site="other", name="Renamed")
    samples.save(store, smaller, now=20, status=JourneyStatus.DRAFT)
    stored = _get(store, "j")
    assert stored.journey == smaller
    assert (stored.status, stored.version, stored.revision) == ("PAUSED", 2, 2)
    assert (stored.created_at, stored.updated_at) == (10, 20)
    assert (stored.counts.nodes, stored.counts.edges) == (2, 1)
    with store.read() as tables:
        samples.assert_counts_hold(tables)


def test_metadata_alone_makes_no_revision(store: Store) -> None:
    first = samples.journey("j")
    samples.save(store, first)
    samples.save(store, replace(first, name="Renamed", settings={}))
    stored = _get(store, "j")
    assert (stored.version, stored.revision) == (2, 1)
    assert stored.journey.nodes == first.nodes


@pytest.mark.parametrize(
    "change",
    [
        lambda j: replace(j, nodes=(j.nodes[1], j.nodes[0], *j.nodes[2:])),
        lambda j: replace(j, nodes=(replace(j.nodes[0], position=Position(1, 1)), *j.nodes[1:])),
        lambda j: replace(j, nodes=(replace(j.nodes[0], content_id="c"), *j.nodes[1:])),
        lambda j: replace(j, nodes=(replace(j.nodes[0], config={"triggerType": "MANUAL"}), *j.nodes[1:])),
        lambda j: replace(j, edges=j.edges[::-1]),
        lambda j: replace(j, edges=(replace(j.edges[0], label=None), *j.edges[1:])),
        lambda j: replace(j, edges=(replace(j.edges[0], id="other"), *j.edges[1:])),
    ],
    ids=["order", "position", "content", "config", "edge-order", "label", "edge-id"],
)
def test_any_change_of_the_canvas_makes_a_revision(store: Store, change) -> None:  # type: ignore[no-untyped-def]
    first = samples.journey("j")
    changed = change(first)
    samples.save(store, first, now=10)
    samples.save(store, changed, now=20)
    assert _get(store, "j").journey == changed
    with store.read() as tables:
        revisions = [tables.revision("j", number) for number in (1, 2)]
        assert tables.revision("j", 3) is None
    assert revisions == [
        Revision("j", 1, first.nodes, first.edges, 10, "ada", "api"),
        Revision("j", 2, changed.nodes, changed.edges, 20, "ada", "api"),
    ]


def test_a_save_of_many_decides_for_each(store: Store) -> None:
    first = [samples.journey(f"j{index}") for index in range(6)]
    samples.save(store, *first[:4])
    second = [first[0], samples.journey("j1", nodes=4), replace(first[2], name="Renamed"), *first[4:]]
    samples.save(store, *second, now=2_000)
    stored = [_get(store, f"j{index}") for index in range(6)]
    assert [each.revision for each in stored] == [1, 2, 1, 1, 1, 1]
    assert [each.version for each in stored] == [2, 2, 2, 1, 1, 1]
    assert [each.journey for each in stored] == [*second[:3], first[3], *second[3:]]
    with store.read() as tables:
        samples.assert_counts_hold(tables)


def test_one_call_saves_a_journey_once(store: Store) -> None:
    with pytest.raises(ValueError, match="once"):
        samples.save(store, samples.journey("j"), samples.journey("j"))


def test_an_edge_to_a_node_that_is_not_there_is_refused_whole(store: Store) -> None:
    first = samples.journey("j")
    samples.save(store, first)
    broken = replace(first, name="Broken", edges=(Edge("e", first.nodes[0].id, "nowhere"),))
    with pytest.raises(StoreError):
        samples.save(store, broken)
    assert _get(store, "j").journey == first
    assert _get(store, "j").version == 1


def test_revisions_are_listed_newest_first_without_their_canvases(store: Store) -> None:
    for number in range(7):
        samples.save(store, samples.journey("j", nodes=2 + number), samples.journey("other"), now=number)
    expected = [Revision("j", number, (), (), number - 1, "ada", "api") for number in range(7, 0, -1)]
    with store.read() as tables:
        samples.assert_pages_agree(lambda page: tables.revisions("j", page), expected)
        assert tables.revisions("unknown", Page()).total == 0


def test_status_changes_the_version_and_the_counts(store: Store) -> None:
    samples.save(store, samples.journey("j"), samples.journey("k"), now=10)
    with store.write() as tables:
        tables.set_status("j", JourneyStatus.PUBLISHED, 20)
        tables.set_status("j", JourneyStatus.PUBLISHED, 30)
        tables.set_status("unknown", JourneyStatus.PUBLISHED, 30)
    stored = _get(store, "j")
    assert (stored.status, stored.version, stored.revision, stored.updated_at) == ("PUBLISHED", 3, 1, 30)
    with store.read() as tables:
        samples.assert_counts_hold(tables)
        assert tables.journeys(None, Page(), status=JourneyStatus.PUBLISHED).total == 1


def test_states_tell_what_sync_needs(store: Store) -> None:
    samples.save(store, samples.journey("j"))
    with store.write() as tables:
        samples.enter(tables, samples.enrollment("e"))
        assert tables.journey_states() == {
            "j": JourneyState("j", "A journey", "main", "fingerprint of j A journey", JourneyStatus.DRAFT, 1, 1)
        }


def test_lists_by_site_and_status_are_right_by_page_and_by_cursor(store: Store) -> None:
    statuses = list(JourneyStatus)
    for index in range(24):
        site = "abc"[index % 3]
        samples.save(
            store,
            samples.journey(f"j{index * 7 % 24:02}", site=site),
            now=1_000 - index // 5,
            status=statuses[index // 2 % 4],
        )
    with store.read() as tables:
        every = samples.by_cursor(lambda page: tables.journeys(None, page), 100)
        assert len(every) == 24
        assert every == sorted(every, key=lambda each: (-each.created_at, each.journey.id))
        assert {(each.journey.nodes, each.journey.edges, each.counts.nodes) for each in every} == {((), (), 3)}
        for sites in (None, {"a"}, {"a", "c"}, {"nowhere"}, set()):
            for site in (None, "a", "b"):
                for status in (None, *statuses):
                    expected = [
                        each
                        for each in every
                        if (sites is None or each.journey.site_id in sites)
                        and site in (None, each.journey.site_id)
                        and status in (None, each.status)
                    ]
                    seen = None if sites is None else frozenset(sites)
                    samples.assert_pages_agree(
                        lambda page, seen=seen, status=status, site=site: tables.journeys(
                            seen, page, status=status, site_id=site
                        ),
                        expected,
                    )


def test_a_list_may_go_on_after_a_row_that_has_gone(store: Store) -> None:
    samples.save(store, *[samples.journey(f"j{index}") for index in range(5)], now=10)
    samples.save(store, samples.journey("older"), now=5)
    with store.read() as tables:
        ids = [each.journey.id for each in tables.journeys(None, Page(after=(10, "j2x"))).rows]
        assert ids == ["j3", "j4", "older"]
        assert tables.journeys(None, Page(after=(4, "")), site_id="main").rows == []


def test_numbers_beyond_every_list_are_past_its_end(store: Store) -> None:
    samples.save(store, samples.journey("j"))
    with store.read() as tables:
        for sites in (None, frozenset({"main", "other"})):
            assert tables.journeys(sites, Page(10**30, offset=10**30)).rows == []
            assert len(tables.journeys(sites, Page(after=(10**30, "x"))).rows) == 1
            assert tables.journeys(sites, Page(after=(-(10**30), "x"))).rows == []
        assert tables.revisions("j", Page(offset=10**30, after=(10**30, ""))).rows == []
        assert tables.audit(Kind.JOURNEY, "j", Page(offset=10**30, after=(10**30, ""))).rows == []
