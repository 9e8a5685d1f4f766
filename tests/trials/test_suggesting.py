"""Cases that are suggested: each passes as it is written, together they cover all that can be, and what is left is told
with the reason. Held against the examples, journeys that were made at random, and journeys that were broken."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Mapping, Sequence
from textwrap import dedent
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from benchmarks.generate import _shared
from benchmarks.generate import journey as benchmark_journey
from jcli.authoring.formatting import formatted
from jcli.compiler import Compilation, compile_documents
from jcli.documents import Document, read
from jcli.durations import parse_instant
from jcli.findings import Finding
from jcli.rehearsal import Setting, setting_of
from jcli.trials.coverage import DEADLINE, Aim, Aspect, aims_in, aims_of, coverage_of
from jcli.trials.playing import play
from jcli.trials.reading import cases_of
from jcli.trials.script import Case
from jcli.trials.suggesting import Suggestion, suggest
from jcli.trials.suggesting.writing import new_document
from jcli.trials.verdicts import Outcome, Verdict
from tests.engine.harness import zones
from tests.engine.random_worlds import journeys as random_journeys
from tests.mutations.exploration import AsLived, explore
from tests.mutations.mutator import mutants, ways
from tests.mutations.oracle import _cast
from tests.mutations.originals import generated, originals, surroundings
from tests.trials.made import DAY
from tests.trials.settings import example_compilation, example_documents, examples, setting_from

EXAMPLES = sorted(examples().journeys)
CHECKED = ("impossible-rule", "shadowed-branch", "late-deadline")
"""Reasons that say that something cannot be reached, and not only that it was not."""


def suggested(key: str, setting: Setting, findings: Sequence[Finding] = ()) -> Suggestion:
    return suggest(setting.journeys[key], setting, findings)


def read_back(suggestion: Suggestion) -> list[Case]:
    """The cases out of the text of their document."""
    documents, findings = read(new_document(suggestion.journey, suggestion.cases).encode(), "new.test.yaml")
    assert findings == []
    return cases_of(documents)


def played(suggestion: Suggestion, setting: Setting) -> list[Verdict]:
    """What comes of the cases as they are written. All must pass."""
    verdicts = [play(case, setting, watched=True) for case in read_back(suggestion)]
    assert [verdict.outcome for verdict in verdicts] == [Outcome.PASSED] * len(suggestion.cases)
    return verdicts


def reached(verdicts: Iterable[Verdict]) -> set[Aim]:
    return {aim for verdict in verdicts for taken in verdict.taken.values() for aim in aims_in(taken)}


@pytest.mark.parametrize("key", EXAMPLES)
def test_an_example_is_covered_by_what_is_suggested(key: str) -> None:
    setting = examples()
    suggestion = suggested(key, setting, example_compilation().findings)
    (coverage,) = coverage_of([setting.journeys[key]], played(suggestion, setting))
    assert suggestion.left == ()
    assert coverage.missing == ()


@pytest.mark.parametrize("key", EXAMPLES)
def test_suggested_cases_are_documents_without_a_finding(key: str) -> None:
    setting = examples()
    text = new_document(key, suggested(key, setting).cases)
    documents, findings = read(text.encode(), "new.test.yaml")
    compilation = compile_documents([*example_documents(), *documents], findings, "example")
    assert [f"{found.code}: {found.message}" for found in compilation.findings] == []
    assert formatted(text.encode(), documents) == text.encode()


def test_each_case_is_there_for_something_and_has_a_name_of_its_own() -> None:
    setting = examples()
    for key in EXAMPLES:
        seen: set[Aim] = set()
        suggestion = suggested(key, setting)
        names = [case.name for case in suggestion.cases]
        assert len(names) == len(set(names))
        for case in suggestion.cases:
            found = reached([play(case, setting, watched=True)])
            assert "stays out" in case.name or "not let in" in case.name or not found <= seen
            seen |= found


def test_the_same_is_suggested_each_time() -> None:
    setting = examples()
    once, again = (suggested("visitor-to-signup", setting) for _ in range(2))
    assert once == again


def test_only_what_is_wanted_is_looked_for() -> None:
    setting = examples()
    live = setting.journeys["win-back"]
    wanted = {Aim(Aspect.EDGES, "worth-a-person", "true", "personal-note")}
    suggestion = suggest(live, setting, wanted=wanted, names=["worth-a-person true"])
    assert [case.name for case in suggestion.cases] == ["worth-a-person true (2)"]
    assert wanted <= reached(played(suggestion, setting))


def test_dollars_are_dollars() -> None:
    """A selector and a URL in which a case would see parameters."""
    setting = setting_from(
        dedent(
            """
        journey: odd
        site: main
        nodes:
          click:
            type: TRIGGER
            config: {triggerType: ELEMENT_CLICK, triggerConfig: {selector: "a[href$price]", url: /$role/}}
            next: done
          done: {type: EXIT}
        """
        )
    )
    suggestion = suggested("odd", setting)
    assert "a[href$$price]" in new_document("odd", suggestion.cases)
    assert suggestion.left == ()
    played(suggestion, setting)


RECENT = """\
journey: recent
site: main
nodes:
  come: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: go}}, next: rest}
  rest: {type: WAIT, config: {duration: 10d}, next: busy}
  busy:
    type: CONDITION
    config: {rules: {event: shared, count: {gte: 2}, within: 3d}}
    next: {true: thanks, false: done}
  thanks: {type: WAIT, config: {duration: 1h}, next: done}
  done: {type: EXIT}
"""


def test_what_must_be_recent_happens_in_the_middle_of_a_wait() -> None:
    setting = setting_from(RECENT)
    suggestion = suggested("recent", setting)
    assert suggestion.left == ()
    played(suggestion, setting)
    case = next(case for case in suggestion.cases if "busy true" in case.name)
    assert [(step.verb.value, step.value) for step in case.steps[:5]] == [
        ("event", "go"),
        ("wait", 7 * DAY),
        ("event", "shared"),
        ("event", "shared"),
        ("wait", 3 * DAY),
    ]


JUDGED = """\
journey: judged
site: main
goalConfig:
  type: event
  config: {eventName: bought, where: {all: [{property: seats, gte: 5}, {trait: role, equals: admin}]}}
nodes:
  come:
    type: TRIGGER
    config:
      triggerType: CUSTOM_EVENT
      triggerConfig: {eventName: go, where: {all: [{property: kind, equals: x}, {trait: plan, equals: pro}]}}
    next: asks
  asks:
    type: WAIT_FOR_EVENT
    config: {eventName: asked, where: {all: [{property: n, gt: 2}, {trait: size, gte: 50}]}, timeout: 2d}
    next: {event: won, timeout: lost}
  won: {type: WAIT, config: {duration: 1h}, next: lost}
  lost: {type: EXIT}
"""


def test_events_that_are_judged_together_with_who_does_them_are_done_by_the_right_people() -> None:
    setting = setting_from(JUDGED)
    suggestion = suggested("judged", setting)
    assert suggestion.left == ()
    played(suggestion, setting)


BUSY = """\
audience: busy
rules: {event: shared, count: {gte: 2}, within: 3d}
---
journey: busy-people
site: main
audience: busy
nodes:
  in: {type: TRIGGER, config: {triggerType: MANUAL}, next: still}
  still: {type: CONDITION, config: {rules: {event: shared, count: {gte: 3}, within: 1d}}, next: {true: a, false: b}}
  a: {type: EXIT}
  b: {type: EXIT}
"""


def test_who_comes_by_an_audience_of_events_is_kept_out_by_doing_too_little_or_the_same_again() -> None:
    setting = setting_from(BUSY)
    suggestion = suggested("busy-people", setting)
    assert suggestion.left == ()
    played(suggestion, setting)
    (case,) = (case for case in suggestion.cases if case.name == "comes again and is not let in twice")
    assert [step.value for step in case.steps if step.verb.value == "wait"] == [3 * DAY + DAY // 24]


LOYAL = """\
audience: loyal
rules: {not: {event: cancelled, within: 30d}}
---
journey: loyal-people
site: main
audience: loyal
nodes:
  in: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: go}}, next: done}
  done: {type: EXIT}
"""


def test_an_audience_keeps_people_out_by_what_they_did_before() -> None:
    setting = setting_from(LOYAL)
    suggestion = suggested("loyal-people", setting)
    assert suggestion.left == ()
    played(suggestion, setting)


def test_a_start_is_chosen_that_an_instant_leaves_room_for() -> None:
    suggestion = suggested("feature-adoption", examples())
    starts = {case.start for case in suggestion.cases}
    assert parse_instant("2026-12-07T09:00:00Z") in starts


def test_a_deadline_after_all_ways_is_missed_by_somebody_whose_journey_is_taken_down() -> None:
    setting = examples()
    suggestion = suggest(setting.journeys["win-back"], setting, wanted={DEADLINE})
    (case,) = suggestion.cases
    assert case.name == "waits in a journey that is taken down until the deadline"
    assert [step.verb.value for step in case.steps] == ["identify", "unpublish", "wait", "publish", "expect"]


def test_a_journey_of_fifteen_nodes_takes_a_second_or_two() -> None:
    """Of the processor's time, on the slowest of the examples; five are the limit."""
    begun = time.process_time()
    suggested("trial-to-paid", examples())
    assert time.process_time() - begun < 5


# Journeys that were made at random


def compiled_with(body: dict[str, Any], rest: Sequence[Document]) -> tuple[Setting, Compilation]:
    text = yaml.safe_dump(body, sort_keys=False, allow_unicode=True)
    documents, early = read(text.encode(), "made.yaml")
    everything = [*rest, *documents]
    compilation = compile_documents(everything, early, "fernwick")
    return setting_of(compilation, "fernwick", zones, everything), compilation


@pytest.mark.parametrize("seed", range(8))
def test_a_generated_journey_is_covered_or_the_reason_is_told(seed: int) -> None:
    body = generated(seed)
    setting, compilation = compiled_with(body, surroundings())
    suggestion = suggested(body["journey"], setting, compilation.findings)
    (coverage,) = coverage_of([setting.journeys[body["journey"]]], played(suggestion, setting))
    assert coverage.missing == tuple(item.aim for item in suggestion.left)
    assert possible_edges(body, setting) & set(coverage.missing) == set()


def test_journeys_of_the_benchmarks_are_covered_as_far_as_anybody_can_get() -> None:
    chance = random.Random(7)
    texts = [*_shared(chance), *(benchmark_journey(number, chance) for number in range(6))]
    documents, findings = read("---\n".join(texts).encode(), "journeys.yaml")
    compilation = compile_documents(documents, findings, "benchmark")
    setting = setting_of(compilation, "benchmark", zones, documents)
    assert len(setting.journeys) == 6
    for key, live in setting.journeys.items():
        suggestion = suggested(key, setting, compilation.findings)
        (coverage,) = coverage_of([live], played(suggestion, setting))
        assert coverage.missing == tuple(item.aim for item in suggestion.left)
        assert possible_edges(live.document.data, setting) & set(coverage.missing) == set()


def possible_edges(body: Mapping[str, Any], setting: Setting) -> set[Aim]:
    """The edges that somebody can take, found by another search: that of the tests of the checks."""
    live = setting.journeys[str(body["journey"])]
    audience = setting.audiences.get(live.journey.audience_id or "")
    seen = explore(AsLived(live.compiled, _cast(body, None if audience is None else audience.rules)), {})
    names = {(live.name_of(source), label, live.name_of(target)) for source, label, target in seen.taken}
    return {Aim(Aspect.EDGES, *name) for name in names} & set(aims_of(live))


def test_what_is_impossible_is_said_as_the_checks_say_it_and_is_never_covered() -> None:
    said = 0
    for mutant in mutants(originals(), 2):
        if mutant.kind not in ("contradict a rule", "shadow a branch", "move the deadline"):
            continue
        setting, compilation = compiled_with(mutant.body, surroundings())
        key = str(mutant.body["journey"])
        warned = {found.code for found in compilation.findings if found.journey == key} & set(CHECKED)
        if not warned or key not in setting.journeys:
            continue
        suggestion = suggested(key, setting, compilation.findings)
        verdicts = played(suggestion, setting)
        impossible = {item.aim for item in suggestion.left if item.reason in CHECKED}
        assert impossible.isdisjoint(reached(verdicts)), mutant.name
        assert {item.reason for item in suggestion.left} >= warned - {"late-deadline"}, mutant.name
        assert impossible.isdisjoint(possible_edges(mutant.body, setting)), mutant.name
        said += bool(impossible)
    assert said >= 10


def without_stray_nodes(body: dict[str, Any]) -> dict[str, Any]:
    """The journey without the nodes that nothing leads to, which would bar it from being published."""
    nodes = body["nodes"]
    reached = [key for key, node in nodes.items() if node["type"] == "TRIGGER"]
    for key in reached:  # which grows on the way
        reached += [to for _, to in ways(nodes[key]) if to not in reached]
    return {**body, "nodes": {key: node for key, node in nodes.items() if key in reached}}


PROS = "site: main\n---\naudience: pros\nrules: {trait: plan, equals: pro}\n"


@settings(max_examples=150)
@given(random_journeys())
def test_whatever_the_journey_is_suggested_cases_pass(body: dict[str, Any]) -> None:
    """Odd ones: loops, several triggers at one event, goals that end everything."""
    made = {"journey": "made", "site": "main", **without_stray_nodes(body)}
    setting, compilation = compiled_with(made, read(PROS.encode(), "rest.yaml")[0])
    if "made" in setting.journeys:
        suggestion = suggested("made", setting, compilation.findings)
        (coverage,) = coverage_of([setting.journeys["made"]], played(suggestion, setting))
        assert coverage.missing == tuple(item.aim for item in suggestion.left)
