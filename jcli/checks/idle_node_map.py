"""An entry of `nodeMap` says where the people of a node go on that does not go.

`nodeMap` is asked about nodes that an edit takes out. While a node of that key (or id) is in the journey, its people
stay where they are. Either the node was meant to go, or the entry is left over from an edit of long ago, and would
move people when somebody takes out the node that has the key today.

Bad::

    journey: welcome
    site: main
    nodeMap: {pause: rest}
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      pause: {type: WAIT, config: {duration: 1d}, next: rest}
      rest: {type: WAIT, config: {duration: 2d}, next: done}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodeMap: {pause: rest}
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: rest}
      rest: {type: WAIT, config: {duration: 2d}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject, short
from jcli.findings import Problem


def check(subject: Subject) -> Iterator[Problem]:
    if not subject.node_map:
        return
    there = {*subject.places.names, *subject.places.names.values()}
    for old in subject.node_map:
        if old in there:
            message = f"`nodeMap` does not move people off `{short(old)}`, which is still a node; take one of them out"
            yield Problem(("nodeMap", old), message, at_key=True)
