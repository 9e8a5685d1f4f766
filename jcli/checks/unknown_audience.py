"""A journey names an audience that no document of the workspace declares.

An audience that is managed elsewhere is named by its id, as `audienceId`; that is not checked in a file. In a request
an unknown `audienceId` is a warning.

Bad::

    audience: new-admins
    rules: {trait: role, equals: admin}
    ---
    journey: welcome
    site: main
    audience: new-admin
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}

Good::

    audience: new-admins
    rules: {trait: role, equals: admin}
    ---
    journey: welcome
    site: main
    audience: new-admins
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.nearest import certain, did_you_mean, nearest
from jcli.checks.subject import Referrer, short
from jcli.findings import FixKind, Problem
from jcli.model import Kind


def check(referrer: Referrer) -> Iterator[Problem]:
    if referrer.kind is not Kind.JOURNEY:
        return
    fields, world = referrer.outline.fields, referrer.world
    key, audience_id = fields.get("audience"), fields.get("audienceId")
    if key is not None and key not in world.audiences:
        meant = nearest(key, world.audiences)
        tail = did_you_mean(meant and short(meant)) or "; declare it, or write `audienceId`"
        fix = certain(FixKind.VALUE, key, world.audiences, meant)
        yield Problem(("audience",), f"no document declares the audience `{short(key)}`{tail}", meant, fix=fix)
    if audience_id is not None and world.audience_ids is not None and audience_id not in world.audience_ids:
        message = f"no audience with the id `{short(audience_id)}` is known here; create it, or correct the id"
        yield Problem(("audienceId",), message)
