"""The contract, people and enrollments."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jcli.engine import Cause, CauseKind, Transition
from jcli.errors import InvalidRequest, StoreError
from jcli.model import EnrollmentStatus, NodeType, Person
from jcli.store import Changes, Page, PersonKey, Store
from tests.store import samples

_, COMPLETED, STOPPED, ABANDONED = EnrollmentStatus


def test_a_person_is_kept_and_keeps_the_day_they_came(store: Store) -> None:
    with store.write() as tables:
        samples.put_people(tables, Person("main", "p", False, {"role": "admin", "n": 1.5}, 10, 10))
        samples.put_people(tables, Person("main", "p", True, {"who": "nobody"}, 11, 11))
        assert tables.person("main", "p") == Person("main", "p", False, {"role": "admin", "n": 1.5}, 10, 10)
        samples.put_people(tables, Person("main", "p", False, {"role": "owner"}, 99, 20))
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
        samples.put_people(tables, *people)
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
        samples.put_people(tables, samples.person("p", "b"), samples.person("p", "a"))
        samples.put_people(tables, samples.person("p", "c", anonymous=True))
        assert tables.sites_knowing("p") == ["a", "b"]
        assert tables.sites_knowing("q") == []


def test_erasing_a_person_takes_their_enrollments_and_nobody_elses(store: Store) -> None:
    samples.save(store, samples.journey("j"), samples.journey("k"), samples.journey("l", site="other"))
    with store.write() as tables:
        samples.put_people(tables, samples.person("p"), samples.person("p", anonymous=True))
        samples.put_people(tables, samples.person("p", "other"))
        samples.enter(
            tables,
            replace(samples.enrollment("1", status=COMPLETED), goal_met_at=5_000),
            samples.enrollment("2", rotation=2),
            samples.enrollment("3", "k", revision=2),
            samples.enrollment("anonymous", anonymous=True),
            samples.enrollment("elsewhere", "l", site="other"),
            samples.enrollment("another", person="q"),
        )
        samples.assert_counts_hold(tables)
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


def test_an_enrollment_comes_back_as_it_was_written(store: Store) -> None:
    samples.save(store, samples.journey("j"))
    here = replace(samples.enrollment("here"), goal_met_at=5_500, due_at=5_250)
    over = samples.enrollment("over", person="q", status=COMPLETED)
    over = replace(over, exit_reason="goal", ended_at=6_000, goal_met_at=5_500, outcome="won")
    with store.write() as tables:
        samples.enter(tables, here, over)
        assert tables.enrollment("here") == here
        assert tables.enrollment("over") == over
        assert tables.enrollment("nobody") is None
        samples.assert_counts_hold(tables)


def test_nobody_is_in_a_journey_twice_at_once(store: Store) -> None:
    """Who may enter, the engine says. What is written twice all the same stops the transaction, with all of it."""
    samples.save(store, samples.journey("j"), samples.journey("k"))
    with store.write() as tables:
        samples.enter(tables, samples.enrollment("1"))
    second, other = samples.enrollment("2"), samples.enrollment("0", person="o")
    with pytest.raises(StoreError), store.write() as tables:
        samples.enter(tables, other, second)
    with store.read() as tables:
        assert (tables.enrollment("0"), tables.enrollment("2")) == (None, None)
        samples.assert_counts_hold(tables)
    with store.write() as tables:
        samples.enter(tables, other, replace(second, rotation=2))
        samples.enter(tables, samples.enrollment("4", anonymous=True))
        samples.enter(tables, samples.enrollment("5", "k"), samples.enrollment("6", person="q"))
        samples.assert_counts_hold(tables)
        last = tables.last_enrollment("j", PersonKey("main", "p"))
        assert last is not None
        assert last.id == "2"
        assert tables.last_enrollment("k", PersonKey("main", "p", True)) is None


def test_an_enrollment_and_its_steps_are_written_once(store: Store) -> None:
    samples.save(store, samples.journey("j"), samples.journey("k"))
    whose = PersonKey("main", "p")
    step = Transition("1", 1, "j/n2", NodeType.WAIT, 10, 20, None, "j/n1", Cause(CauseKind.TIMER), 1)
    with store.write() as tables:
        samples.enter(tables, samples.enrollment("1"))
        tables.apply(Changes(20, steps=[(whose, step)]))
    for again in (
        lambda tables: samples.enter(tables, samples.enrollment("1", "k")),
        lambda tables: tables.apply(Changes(30, steps=[(whose, replace(step, seq=2)), (whose, step)])),
    ):
        with pytest.raises(StoreError), store.write() as tables:
            again(tables)
    with store.read() as tables:
        assert [kept.seq for kept in tables.steps("1")] == [1]
        assert tables.enrollments("k", Page()).total == 0
        samples.assert_counts_hold(tables)


def test_an_enrollment_needs_its_journey(store: Store) -> None:
    with pytest.raises(StoreError), store.write() as tables:
        samples.enter(tables, samples.enrollment("e", "nowhere"))


def test_enrollments_are_listed_with_their_people_by_status_and_node(store: Store) -> None:
    samples.save(store, samples.journey("j", nodes=4), samples.journey("k"))
    with store.write() as tables:
        for index in range(30):
            if index % 5:
                samples.put_people(tables, samples.person(f"p{index}", n=index, anonymous=index % 2 == 1))
            samples.enter(
                tables,
                samples.enrollment(
                    f"e{index * 7 % 30:02}",
                    person=f"p{index}",
                    anonymous=index % 2 == 1,
                    node=f"j/n{1 + index % 4}",
                    at=500 - index // 6,
                    status=list(EnrollmentStatus)[index // 3 % 4],
                ),
            )
        samples.enter(tables, samples.enrollment("elsewhere", "k"))
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


def _stand(store: Store, **nodes: str) -> None:
    samples.save(store, samples.journey("j", nodes=5))
    with store.write() as tables:
        samples.enter(tables, *[samples.enrollment(name, person=name, node=node) for name, node in nodes.items()])
        samples.enter(tables, samples.enrollment("done", person="done", node="j/n1", status=COMPLETED))


def test_those_who_are_stopped_end_where_they_stand(store: Store) -> None:
    _stand(store, a="j/n1", b="j/n2", c="j/n2", d="j/n3")
    with store.write() as tables:
        assert dict(tables.people_on_nodes("j")) == {"j/n1": 1, "j/n2": 2, "j/n3": 1}
        samples.end(tables, samples.standing(tables, "j", {"j/n2", "j/n3", "nowhere"}), STOPPED, "node_removed", 9_000)
        assert dict(tables.people_on_nodes("j")) == {"j/n1": 1}
        samples.assert_counts_hold(tables)
        samples.end(tables, samples.standing(tables, "j"), STOPPED, "archived", 9_001)
        a, b, done = (tables.enrollment(name) for name in ("a", "b", "done"))
        assert a == replace(
            samples.enrollment("a", person="a", node="j/n1"), status=STOPPED, exit_reason="archived", ended_at=9_001
        )
        assert b is not None
        assert (b.status, b.exit_reason, b.ended_at, b.node_id) == (STOPPED, "node_removed", 9_000, "j/n2")
        assert done == samples.enrollment("done", person="done", node="j/n1", status=COMPLETED)
        assert tables.people_on_nodes("j") == {}
        samples.assert_counts_hold(tables)


def test_ending_forgets_the_timer_and_tells_how(store: Store) -> None:
    _stand(store)
    whole = replace(samples.enrollment("a", person="a"), due_at=8_000, goal_met_at=7_000)
    with store.write() as tables:
        samples.enter(tables, whole, samples.enrollment("b", person="b"))
        samples.end(tables, [replace(whole, outcome="late")], ABANDONED, "deadline", 9_000)
        ended = replace(whole, status=ABANDONED, exit_reason="deadline", ended_at=9_000, due_at=None, outcome="late")
        assert tables.enrollment("a") == ended
        assert tables.enrollment("b") == samples.enrollment("b", person="b")
        samples.assert_counts_hold(tables)


def test_people_are_moved_all_at_once(store: Store) -> None:
    odd = 'j/"n\\\u00e9w" \U0001f600'
    _stand(store, a="j/n1", b="j/n2", c="j/n2", d="j/n3", e=odd)
    with store.write() as tables:
        node_map = {"j/n1": "j/n2", "j/n2": "j/n1", "j/n3": odd, odd: "j/n4", "x": "y"}
        samples.move(tables, samples.standing(tables, "j"), node_map)
        assert dict(tables.people_on_nodes("j")) == {"j/n1": 2, "j/n2": 1, odd: 1, "j/n4": 1}
        done = tables.enrollment("done")
        assert done is not None
        assert done.node_id == "j/n1"
        assert tables.enrollments("j", Page(), node_id=odd).rows[0][0].id == "d"
        samples.assert_counts_hold(tables)


def test_saving_a_journey_leaves_its_enrollments_alone(store: Store) -> None:
    _stand(store, a="j/n1", b="j/n5")
    samples.save(store, samples.journey("j", nodes=2))
    with store.read() as tables:
        assert tables.enrollments("j", Page()).total == 3
        assert dict(tables.people_on_nodes("j")) == {"j/n1": 1, "j/n5": 1}
        samples.assert_counts_hold(tables)
