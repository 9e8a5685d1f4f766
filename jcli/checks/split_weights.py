"""The weights of a SPLIT are not shares of 100.

They are whole numbers that add up to 100. A weight of 0 parks a branch: nobody takes it, and its way may stay. Two
labels that differ in case only are one label. `holdout` must name one of the branches.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: halves}
      halves: {type: SPLIT, config: {weights: {a: 50, b: 40}}, next: {a: pause, b: done}}
      pause: {type: WAIT, config: {duration: 2d}, next: done}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: halves}
      halves: {type: SPLIT, config: {weights: {a: 50, b: 50}}, next: {a: pause, b: done}}
      pause: {type: WAIT, config: {duration: 2d}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jcli.checks.nearest import did_you_mean, nearest
from jcli.checks.subject import Subject, short
from jcli.findings import Path, Problem
from jcli.model import Node, NodeType


def check(subject: Subject) -> Iterator[Problem]:
    for node in subject.graph.of_type(NodeType.SPLIT):
        config = (*subject.places.node(node.id), "config")
        weights = node.config.get("weights")
        if weights:
            yield from _weights(subject.name(node.id), weights, (*config, "weights"))
        yield from _holdout(subject, node, config)


def _weights(name: str, weights: Mapping[str, int], path: Path) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for label, weight in weights.items():
        other = first.setdefault(label.casefold(), label)
        if other != label:
            message = f"`{name}` weighs `{short(label, 24)}` and `{short(other, 24)}`, which are one label; keep one"
            yield Problem((*path, label), message, at_key=True)
        if weight < 0:
            message = (
                f"the weight of `{short(label, 24)}` in `{name}` is negative; write 0 to park it, or a share of 100"
            )
            yield Problem((*path, label), message)
    total = sum(weights.values())
    if total != 100 and min(weights.values()) >= 0:
        yield Problem(path, f"the weights of `{name}` add up to {total:,}; make them shares of 100", at_key=True)


def _holdout(subject: Subject, node: Node, config: Path) -> Iterator[Problem]:
    holdout = node.config.get("holdout")
    labels = subject.graph.labels_of(node) or ()
    if holdout is not None and labels and holdout.casefold() not in labels:
        meant = nearest(holdout, labels)
        tail = did_you_mean(meant and short(meant)) or "; write one of its branches"
        message = f"the holdout `{short(holdout, 24)}` is no branch of `{subject.name(node.id)}`{tail}"
        yield Problem((*config, "holdout"), message, meant)
