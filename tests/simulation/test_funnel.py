"""The proof of the whole: where the shares are known by arithmetic, the simulation finds them."""

from __future__ import annotations

from math import exp

import pytest

from jcli.simulation import Asked
from tests.simulation.stage import stage_of

JOURNEY = """\
journey: checkout
site: main
goalConfig: {type: event, config: {eventName: paid}}
nodes:
  begun: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: checkout_started}}, next: pays}
  pays: {type: WAIT_FOR_EVENT, config: {eventName: paid, timeout: 3d}, next: {event: bought}}
  bought: {type: EXIT}
"""
MODEL = """\
---
model: known
events:
  - {event: checkout_started, chance: 0.6, delay: 1h}
  - {event: paid, after: checkout_started, chance: 0.5, delay: {mean: 2d}}
"""
BOUGHT = 0.5 * (1 - exp(-3 / 2))
"""Half of those who begin mean to pay, after two days on average, and three of them are waited for."""


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_funnel_is_within_its_own_interval_of_the_closed_form(seed: int) -> None:
    result = stage_of(JOURNEY + MODEL).result(Asked(20_000, seed, confidence=0.99))
    journey = result.journeys[0]
    nodes = {node.name: node for node in journey.nodes}
    assert journey.people.low < 0.6 < journey.people.high
    assert nodes["begun"].reached.share == nodes["pays"].reached.share == 1.0
    assert nodes["bought"].reached.low < BOUGHT < nodes["bought"].reached.high
    assert nodes["pays"].left == {"event": nodes["bought"].reached.count}
    assert nodes["pays"].ended == {"timed_out": journey.enrollments - nodes["bought"].reached.count}
    assert journey.goals is not None
    meant = 0.5 * (1 - exp(-60 / 2))  # until the end of watching, an hour apart
    assert journey.goals.count == nodes["bought"].reached.count
    assert journey.goals.high < meant


def test_times_are_those_of_the_closed_form() -> None:
    """Of those who pay in time, half do so before t with 1 - exp(-t / 2 d) = half of 1 - exp(-1.5): 0.9855 days."""
    result = stage_of(JOURNEY + MODEL).result(Asked(20_000, 1))
    median = result.journeys[0].to_complete.median
    assert median is not None
    assert median / 86_400_000 == pytest.approx(0.9855, rel=0.05)


def test_a_split_takes_its_shares_and_each_label_has_its_goal_rate() -> None:
    text = """\
journey: offer
site: main
goalConfig: {type: event, config: {eventName: bought}}
nodes:
  came: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: came}}, next: which}
  which:
    type: SPLIT
    config: {weights: {discount: 30, none: 70}, holdout: none}
    next: {discount: mail, none: done}
  mail: {type: CONTENT, contentId: offer, config: {contentType: email, advanceOn: immediate}, next: done}
  done: {type: WAIT, config: {duration: 10d}, next: end}
  end: {type: EXIT}
---
model: shoppers
events:
  - {event: came}
  - {event: bought, after: came, chance: 0.1, delay: 1d, once: true}
  - {event: bought, after: {content: offer, outcome: shown}, chance: 0.25, delay: 2d, once: true}
outcomes: {default: {shown: 0.8}}
"""
    result = stage_of(text).result(Asked(20_000, 4, confidence=0.99))
    split = result.journeys[0].splits[0]
    labels = {one.label: one for one in split.labels}
    assert split.baseline == "none"
    assert labels["discount"].enrollments / 20_000 == pytest.approx(0.3, abs=0.01)
    assert labels["none"].goals.low < 0.1 < labels["none"].goals.high
    expected = 1 - 0.9 * (1 - 0.8 * 0.25)
    assert labels["discount"].goals.low < expected < labels["discount"].goals.high
    assert labels["none"].needed is None
    assert labels["discount"].needed is not None
    assert labels["discount"].needed.other < labels["discount"].needed.baseline
    assert split.people == -(-labels["discount"].needed.baseline * 100 // 70)


def test_shares_of_traits_and_visitors_are_those_of_the_model() -> None:
    text = """\
journey: everybody
site: main
audience: admins
allowAnonymous: true
nodes:
  in: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: came}}, next: done}
  done: {type: EXIT}
---
audience: admins
site: main
rules: {all: [{trait: role, equals: admin}, {trait: size, gte: 100}]}
---
model: people
anonymous: 0.25
traits:
  role: {shares: {admin: 0.4, member: 0.5}}
  size:
    - {when: {trait: role, equals: admin}, between: [1, 199], whole: true, share: 0.5}
    - {value: 500}
events: [{event: came}]
"""
    stage = stage_of(text)
    result = stage.result(Asked(20_000, 1, confidence=0.99))
    people = result.journeys[0].people
    assert people.low < 0.4 * 0.5 * 100 / 199 < people.high
    assert result.anonymous / 20_000 == pytest.approx(0.25, abs=0.01)
    assert result.linked == 0
