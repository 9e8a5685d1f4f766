"""The picture of a simulated journey: numbers on nodes and ways, widths by flow, dashes where nobody went."""

from __future__ import annotations

import re

from jcli.render.simulations import flows_of, text
from jcli.simulation import Asked
from tests.simulation.stage import stage_of

WORKSPACE = """\
journey: welcome
name: Welcome & hello
site: main
nodes:
  came: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: came}}, next: {Begin: admin}}
  admin:
    type: CONDITION
    config:
      branches:
        - {label: admin, rules: {trait: role, equals: admin}}
        - {label: ghost, rules: {trait: role, equals: ghost}}
    next: {admin: wait, ghost: nobody, default: done}
  wait: {type: WAIT, config: {duration: 100d}, next: done}
  nobody: {type: EXIT}
  done: {type: EXIT}
---
model: people
traits: {role: {shares: {admin: 0.25}}}
events: [{event: came}]
"""


def test_numbers_widths_and_dashes() -> None:
    stage = stage_of(WORKSPACE)
    result = stage.result(Asked(1000, 1))
    drawing = flows_of(result, result.journeys[0], stage.live("welcome"))
    nodes = {node.key: node for node in drawing.nodes}
    admins = next(node.reached.count for node in result.journeys[0].nodes if node.name == "wait")
    assert nodes["came"].words[-1] == "1,000 (100.0%)"
    assert nodes["wait"].words[-2:] == (f"{admins} ({admins / 1000:.1%})", f"{admins} still here")
    assert (nodes["nobody"].words[-1], nodes["nobody"].idle) == ("nobody", True)
    names = {node.id: node.key for node in drawing.nodes}
    ways = {(names[edge.source], names[edge.target]): edge for edge in drawing.edges}
    assert ways["came", "admin"].label == "Begin · 1,000"
    assert ways["admin", "wait"].label == f"admin · {admins}"
    assert (ways["admin", "nobody"].idle, ways["wait", "done"].idle) == (True, True)
    widest, wide, narrow = (ways[ends].width or 0 for ends in (("came", "admin"), ("admin", "done"), ("admin", "wait")))
    assert widest == 14.0
    assert widest > wide > narrow > 1.2
    assert drawing.notes[0] == "simulated: 1,000 people by the model people, seed 1, 60 days each"


def test_the_svg_is_drawn_with_them() -> None:
    from jcli.render.graphs.svg import svg

    stage = stage_of(WORKSPACE)
    result = stage.result(Asked(1000, 1))
    picture = svg(flows_of(result, result.journeys[0], stage.live("welcome")))
    assert 'stroke-width="14"' in picture
    assert picture.count("stroke-dasharray") == 4  # two ways, and the two lines of an EXIT
    assert "Welcome &amp; hello" in picture
    assert re.search(r">simulated: 1,000 people by the model people", picture)


def test_small_shares_are_not_rounded_to_nothing() -> None:
    stage = stage_of(WORKSPACE)
    said = text(stage.result(Asked(9000, 1)))
    assert "nobody" in said
    assert "0.0% to 0.04%" in said
    assert "99.96% to 100.0%" in said
