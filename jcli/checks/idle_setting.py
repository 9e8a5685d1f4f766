"""A setting stands where it changes nothing.

| setting | has no effect |
| --- | --- |
| `reentryAfter` | with `reentry: once`, which is the default: nobody enters a second time |
| `backfill: future` | without an audience or without a MANUAL trigger: nobody enters by audience |
| `timeout` of a CONTENT | with `advanceOn: immediate`: nobody waits there |

Somebody wrote it to have it count. Either it goes, or what it needs is missing.

Bad::

    journey: welcome
    site: main
    settings: {reentryAfter: 30d}
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    settings: {reentry: after_exit, reentryAfter: 30d}
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject
from jcli.findings import Problem
from jcli.model import NodeType


def check(subject: Subject) -> Iterator[Problem]:
    settings = subject.journey.settings
    if settings:
        if settings.get("reentryAfter") is not None and (settings.get("reentry") or "once") == "once":
            message = (
                "`reentryAfter` has no effect: with `reentry: once` nobody enters again; write `after_exit` or `always`"
            )
            yield Problem(("settings", "reentryAfter"), message, at_key=True)
        if settings.get("backfill") == "future" and not _by_audience(subject):
            message = "`backfill` has no effect: nobody enters by audience; add an `audience` and a MANUAL trigger"
            yield Problem(("settings", "backfill"), message, at_key=True)
    for node in subject.graph.of_type(NodeType.CONTENT):
        config = node.config
        if config.get("timeout") is not None and config.get("advanceOn") == "immediate":
            name = subject.name(node.id)
            message = f"the `timeout` of `{name}` has no effect: with `advanceOn: immediate` nobody waits; take one out"
            yield Problem((*subject.places.node(node.id), "config", "timeout"), message, at_key=True)


def _by_audience(subject: Subject) -> bool:
    manual = (node.config.get("triggerType") == "MANUAL" for node in subject.graph.of_type(NodeType.TRIGGER))
    return subject.journey.audience_id is not None and any(manual)
