"""The contract, people and enrollments."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jcli.errors import InvalidRequest, NotAllowed, StoreError
from jcli.model import EnrollmentStatus, Person
from jcli.store import Page, Store
from tests.store import samples

IN_PROGRESS, COMPLETED, STOPPED, ABANDONED = EnrollmentStatus


def test_a_person_is_kept_and_keeps_the_day_they_came(store: Store) -> None:
    with store.write() as tables:
        tables.put_person(Person("main", "p", False, {"role": "admin", "n": 1.5}, 10, 10))
        tables.put_person(Person("main", "p", True, {"who": "nobody"}, 11, 11))
        tables.put_person(Person("main", "p", False, {"role": "owner"}, 99, 20))
    with store.read() as tables:
        assert tables.person("main", "p") == Person("main", "p", False, {"role": "owner"}, 10, 20)
        assert tables.person("main", "p", anonymous=True) == Person("main", "p", True, {"who": "nobody"}, 11, 11)
        assert tables.person("other", "p") is None
        samples.assert_counts_hold(tables)


def test_people_are_listed_by_site_even_where_ids_and_instants_are_shared(store: Store) -> None:
    people = [
        samples.person(f"p{index // 4}", "abc"[index % 3], at=50 - index // 8, anonymous=index % 2 == 1)
        for index in range(24)
    ]
    with store.write() as tables:
        for each in people:
            tables.put_person(each)
    unique = {(each.id, each.site_id, each.anonymous): each for each in reversed(people)}
    every = sorted(unique.values(), key=lambda each: (-each.created_at, each.id, each.site_id, each.anonymous))
    with store.read() as tables:
        samples.assert_pages_agree(lambda page: tables.people(None, page), every)
        for sites in ({"a"}, {"a", "c"}, set()):
            expected = [each for each in every if each.site_id in sites]
            samples.assert_pages_agree(lambda page, sites=sites: tables.people(frozenset(sites), page), expected)
        in_b = [each for each in every if each.site_id == "b"]
        samples.assert_pages_agree(lambda page: tables.people(None, page, site_id="b"), in_b)
        samples.assert_pages_agree(lambda page: tables.people(frozenset("a"), page, site_id="b"), [])


@pytest.mark.parametrize("text", ["", "p", "[]", '["p","main",2]', '["p",1,0]', "{}", "null", "7"])
def test_a_cursor_that_no_list_of_people_gave_is_refused(store: Store, text: str) -> None:
    with store.read() as tables, pytest.raises(InvalidRequest, match="cursor"):
        tables.people(None, Page(after=(1, text)))


def test_the_sites_that_know_somebody(store: Store) -> None:
    with store.write() as tables:
        for site in ("b", "a"):
            tables.put_person(samples.person("p", site))
        tables.put_person(samples.person("p", "c", anonymous=True))
        assert tables.sites_knowing("p") == ["a", "b"]
        assert tables.sites_knowing("q") == []


def test_erasing_a_person_takes_their_enrollments_and_nobody_elses(store: Store) -> None:
    samples.save(store, samples.journey("j"), samples.journey("k"), samples.journey("l", site="other"))
    with store.write() as tables:
        for each in (samples.person("p"), samples.person("p", anonymous=True), samples.person("p", "other")):
            tables.put_person(each)
        tables.insert_enrollment(samples.enrollment("1", status=COMPLETED))
        tables.insert_enrollment(samples.enrollment("2", rotation=2))
        tables.insert_enrollment(samples.enrollment("3", "k", node=None))
        tables.insert_enrollment(samples.enrollment("anonymous", anonymous=True))
        tables.insert_enrollment(samples.enrollment("elsewhere", "l", site="other"))
        tables.insert_enrollment(samples.enrollment("another", person="q"))
    with store.write() as tables:
        assert tables.erase_person("main", "p") is True
        assert tables.erase_person("main", "p") is False
    with store.read() as tables:
        assert tables.person("main", "p") is None
        assert tables.person("main", "p", anonymous=True) is not None
        assert tables.person("other", "p") is not None
        left = {
            name: tables.enrollment(name) is not None for name in ("1", "2", "3", "anonymous", "elsewhere", "another")
        }
        assert left == {"1": False, "2": False, "3": False, "anonymous": True, "elsewhere": True, "another": True}
        samples.assert_counts_hold(tables)


def test_an_enrollment_comes_back_as_it_was_inserted(store: Store) -> None:
    samples.save(store, samples.journey("j"))
    whole = replace(
        samples.enrollment("e", status=COMPLETED),
        exit_reason="exit",
        ended_at=6_000,
        goal_met_at=5_500,
        due_at=5_250,
    )
    with store.write() as tables:
        tables.insert_enrollment(whole)
        assert tables.enrollment("e") == whole
        assert tables.enrollment("f") is None


def test_nobody_is_in_a_journey_twice_at_once(store: Store) -> None:
    samples.save(store, samples.journey("j"), samples.journey("k"))
    with store.write() as tables:
        tables.insert_enrollment(samples.enrollment("1"))
        with pytest.raises(NotAllowed) as caught:
            tables.insert_enrollment(samples.enrollment("2"))
        assert caught.value.code == "already-enrolled"
        for other in (
            samples.enrollment("3", rotation=2),
            samples.enrollment("4", anonymous=True),
            samples.enrollment("5", "k"),
            samples.enrollment("6", person="q"),
        ):
            tables.insert_enrollment(other)
        assert tables.enrollment("2") is None
        samples.assert_counts_hold(tables)
        last = tables.last_enrollment("j", "p", anonymous=False)
        assert last is not None
        assert last.id == "3"
        assert tables.last_enrollment("k", "p", anonymous=True) is None


def test_an_enrollment_needs_its_journey(store: Store) -> None:
    with pytest.raises(StoreError), store.write() as tables:
        tables.insert_enrollment(samples.enrollment("e", "nowhere"))


def test_enrollments_are_listed_with_their_people_by_status_and_node(store: Store) -> None:
    samples.save(store, samples.journey("j", nodes=4), samples.journey("k"))
    with store.write() as tables:
        for index in range(30):
            if index % 5:
                tables.put_person(samples.person(f"p{index}", n=index, anonymous=index % 2 == 1))
            tables.insert_enrollment(
                samples.enrollment(
                    f"e{index * 7 % 30:02}",
                    person=f"p{index}",
                    anonymous=index % 2 == 1,
                    node=(None, "j/n1", "j/n2", "j/n3")[index % 4],
                    at=500 - index // 6,
                    status=list(EnrollmentStatus)[index // 3 % 4],
                )
            )
        tables.insert_enrollment(samples.enrollment("elsewhere", "k"))
    with store.read() as tables:
        every = samples.by_cursor(lambda page: tables.enrollments("j", page), 100)
        assert [row.id for row, _ in every] == [
            row.id for row, _ in sorted(every, key=lambda each: (-each[0].enrolled_at, each[0].id))
        ]
        assert len(every) == 30
        for row, person in every:
            assert person == tables.person("main", row.person_id, anonymous=row.anonymous)
        assert sum(person is None for _, person in every) == 6
        for status in (None, *EnrollmentStatus):
            for node in (None, "j/n1", "j/n2", "nowhere"):
                expected = [
                    each for each in every if status in (None, each[0].status) and node in (None, each[0].node_id)
                ]
                samples.assert_pages_agree(
                    lambda page, status=status, node=node: tables.enrollments("j", page, status=status, node_id=node),
                    expected,
                )
        samples.assert_pages_agree(lambda page: tables.enrollments("nowhere", page), [])


def _stand(store: Store, **nodes: str | None) -> None:
    samples.save(store, samples.journey("j", nodes=5))
    with store.write() as tables:
        for name, node in nodes.items():
            tables.insert_enrollment(samples.enrollment(name, person=name, node=node))
        tables.insert_enrollment(samples.enrollment("done", person="done", node="j/n1", status=COMPLETED))


def test_stopping_ends_those_in_progress_alone(store: Store) -> None:
    _stand(store, a="j/n1", b="j/n2", c=None)
    with store.write() as tables:
        assert dict(tables.people_on_nodes("j")) == {"j/n1": 1, "j/n2": 1}
        assert tables.stop_enrollments("j", "archived", 9_000) == 3
        assert tables.stop_enrollments("j", "archived", 9_999) == 0
        assert tables.stop_enrollments("nowhere", "archived", 9_999) == 0
        a, done = tables.enrollment("a"), tables.enrollment("done")
        assert a is not None
        assert (a.status, a.exit_reason, a.ended_at, a.due_at, a.node_id) == (STOPPED, "archived", 9_000, None, "j/n1")
        assert done is not None
        assert done.status is COMPLETED
        assert tables.people_on_nodes("j") == {}
        samples.assert_counts_hold(tables)


def test_stopping_on_some_nodes_leaves_the_others(store: Store) -> None:
    _stand(store, a="j/n1", b="j/n2", c="j/n2", d="j/n3", e=None)
    with store.write() as tables:
        assert tables.stop_enrollments("j", "node_removed", 9_000, node_ids=[]) == 0
        assert tables.stop_enrollments("j", "node_removed", 9_000, node_ids={"j/n2", "j/n3", "nowhere"}) == 3
        assert tables.stop_enrollments("j", "node_removed", 9_001, node_ids={"j/n2"}) == 0
        assert dict(tables.people_on_nodes("j")) == {"j/n1": 1}
        samples.assert_counts_hold(tables)
        assert tables.stop_enrollments("j", "node_removed", 9_000, node_ids={"j/n1"}) == 1
        done = tables.enrollment("done")
        assert done is not None
        assert done.status is COMPLETED
        samples.assert_counts_hold(tables)


def test_people_are_moved_all_at_once(store: Store) -> None:
    odd = 'j/"n\\\u00e9w" \U0001f600'
    _stand(store, a="j/n1", b="j/n2", c="j/n2", d="j/n3", e=odd)
    with store.write() as tables:
        assert tables.move_enrollments("j", {}) == 0
        moved = tables.move_enrollments("j", {"j/n1": "j/n2", "j/n2": "j/n1", "j/n3": odd, odd: "j/n4", "x": "y"})
        assert moved == 5
        assert dict(tables.people_on_nodes("j")) == {"j/n1": 2, "j/n2": 1, odd: 1, "j/n4": 1}
        done = tables.enrollment("done")
        assert done is not None
        assert done.node_id == "j/n1"
        samples.assert_counts_hold(tables)


def test_ending_one(store: Store) -> None:
    _stand(store, a="j/n1", b="j/n2")
    with store.write() as tables:
        ended = tables.end_enrollment("a", ABANDONED, "deadline", 9_000)
        assert ended is not None
        assert ended == tables.enrollment("a")
        assert (ended.status, ended.exit_reason, ended.ended_at) == (ABANDONED, "deadline", 9_000)
        assert tables.end_enrollment("a", STOPPED, "manual", 9_001) is None
        assert tables.end_enrollment("nobody", STOPPED, "manual", 9_001) is None
        assert tables.enrollment("a") == ended
        samples.assert_counts_hold(tables)


def test_saving_a_journey_leaves_its_enrollments_alone(store: Store) -> None:
    _stand(store, a="j/n1", b="j/n5")
    samples.save(store, samples.journey("j", nodes=2))
    with store.read() as tables:
        assert tables.enrollments("j", Page()).total == 3
        assert dict(tables.people_on_nodes("j")) == {"j/n1": 1, "j/n5": 1}
        samples.assert_counts_hold(tables)
