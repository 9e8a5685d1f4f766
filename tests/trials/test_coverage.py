"""What there is to cover of a journey, and what counts as covered."""

from __future__ import annotations

import pytest

from jcli.rehearsal import Live
from jcli.render.trials.coverage import said_once
from jcli.trials.coverage import (
    KEPT_OUT,
    Aim,
    Aspect,
    Coverage,
    aims_of,
    coverage_of,
    covered,
    falls_short,
    percent,
)
from jcli.trials.playing import play
from tests.trials.made import case, step
from tests.trials.settings import setting_from

DECIDING = """
journey: deciding
site: main
allowAnonymous: true
settings: {reentry: always}
nodes:
  page: {type: TRIGGER, config: {triggerType: URL_MATCH, triggerConfig: {matchType: exact, pattern: https://a.example}}, next: mail}
  by-hand: {type: TRIGGER, config: {triggerType: MANUAL}, next: seats}
  mail: {type: CONTENT, contentId: mail, config: {contentType: email, timeout: 2d}, next: seats}
  seats:
    type: CONDITION
    config:
      branches:
        - {label: Many, rules: {trait: seats, gte: 10}}
    next: {Many: arm, default: paid}
  arm: {type: SPLIT, config: {weights: {a: 100, b: 0}}, next: {a: paid, b: done}}
  paid: {type: WAIT_FOR_EVENT, config: {eventName: paid, timeout: 3d}, next: {event: done}}
  done: {type: EXIT}
"""  # noqa: E501
SETTING = setting_from(DECIDING)


def live() -> Live:
    return SETTING.journeys["deciding"]


def of(aspect: Aspect, live: Live) -> list[str]:
    return [str(aim) for aim in aims_of(live) if aim.aspect is aspect]


def test_every_node_is_there_to_be_covered() -> None:
    assert of(Aspect.NODES, live()) == ["page", "by-hand", "mail", "seats", "arm", "paid", "done"]


def test_an_edge_is_told_by_its_label_and_where_it_leads() -> None:
    assert of(Aspect.EDGES, live()) == [
        "page → mail",
        "by-hand → seats",
        "mail → seats",
        "seats many → arm",
        "seats default → paid",
        "arm a → paid",
        "paid event → done",
    ]


def test_the_branch_of_a_split_to_which_nobody_is_sent_is_nothing_to_cover() -> None:
    assert not any("arm b" in edge for edge in of(Aspect.EDGES, live()))
    assert of(Aspect.LABELS, live()) == [
        "seats many",
        "seats default",
        "arm a",
        "paid event",
        "paid timeout",
    ]


def test_a_timeout_counts_where_it_has_no_way_of_its_own() -> None:
    assert of(Aspect.TIMEOUTS, live()) == ["mail", "paid"]


def test_only_rules_that_the_author_made_can_keep_somebody_out() -> None:
    assert of(Aspect.ENTRIES, live()) == ["in by page", "in by by-hand"]
    closed = setting_from(DECIDING.replace("allowAnonymous: true\n", "").replace("always", "once")).journeys["deciding"]
    assert of(Aspect.ENTRIES, closed)[2:] == ["kept out: known", "kept out: reentry"]


def test_a_journey_without_a_goal_has_no_goal_outcomes() -> None:
    assert of(Aspect.GOALS, live()) == []
    aimed = "settings: {reentry: always}\ngoalConfig: {type: event, config: {eventName: paid}, deadline: 9}"
    goals = setting_from(DECIDING.replace("settings: {reentry: always}", aimed)).journeys["deciding"]
    assert of(Aspect.GOALS, goals) == ["met", "not met", "deadline"]


def test_each_aim_is_counted_by_the_cases_that_reach_it() -> None:
    by_hand = case("deciding", step("enter", "deciding"))
    by_page = case("deciding", step("page", "https://a.example"), step("wait", 172_800_000), step("expect", None, {}))
    verdicts = [play(one, SETTING, watched=True) for one in (by_hand, by_hand, by_page)]
    (coverage,) = coverage_of([live()], verdicts)
    assert coverage.cases == 3
    assert coverage.counts[Aim(Aspect.NODES, "paid")] == 3
    assert coverage.counts[Aim(Aspect.ENTRIES, "by-hand")] == 2
    assert coverage.counts[Aim(Aspect.TIMEOUTS, "mail")] == 1
    assert coverage.of(Aspect.EDGES) == (4, 7)
    assert covered([coverage, coverage]) == (8, 14)


def test_a_case_counts_for_the_journey_that_it_tests_alone() -> None:
    other = "journey: other\nsite: main\nnodes:\n" + DECIDING.partition("nodes:\n")[2]
    setting = setting_from(f"{DECIDING}---\n{other}")
    verdict = play(case("deciding", step("page", "https://a.example")), setting, watched=True)
    assert set(verdict.taken) == {"deciding", "other"}
    own, others = coverage_of(setting.journeys.values(), [verdict])
    assert (own.of(Aspect.NODES)[0], others.of(Aspect.NODES)[0]) == (2, 0)


@pytest.mark.parametrize(("reached", "whole", "share"), [(0, 0, 100), (1, 3, 33.3), (2, 3, 66.6), (1999, 2000, 99.9)])
def test_a_share_is_never_rounded_up(reached: int, whole: int, share: float) -> None:
    assert percent(reached, whole) == share


def test_a_share_is_compared_exactly() -> None:
    assert not falls_short(2, 3, 66.66)
    assert falls_short(2, 3, 66.67)
    assert not falls_short(0, 0, 100)


def test_what_follows_from_something_missing_is_not_told_again() -> None:
    coverage = Coverage("deciding", dict.fromkeys(aims_of(live()), 0))
    told = said_once(coverage.missing)
    assert [str(aim) for aim in told if aim.aspect is Aspect.NODES] == ["page", "by-hand"]
    assert [str(aim) for aim in told if aim.aspect is Aspect.LABELS] == ["paid timeout"]
    assert [str(aim) for aim in told if aim.aspect is Aspect.TIMEOUTS] == ["mail"]
    assert Aim(Aspect.ENTRIES, "known", KEPT_OUT) not in told
