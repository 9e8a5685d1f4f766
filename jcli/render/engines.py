"""How the distributed engine stands, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from jcli.render.findings import FORMAT_VERSION
from jcli.render.ink import Ink, plain
from jcli.render.tables import table

if TYPE_CHECKING:
    from jcli.runtime.distributed.admin import Standing

LATE = 10_000
"""Milliseconds from which on somebody who should have been woken is late."""

_NO_INK = Ink()


def standing(found: Standing, lag: int, ink: Ink = _NO_INK) -> str:
    """Where the handlers are, what is not done yet, and what is wrong. `lag` is by how many milliseconds the person who
    waits longest is overdue."""
    lines = [f"  handlers  {plain(each.uri)} since {plain(each.created_at)}" for each in found.deployments]
    lines += [] if lines else ["  handlers  none; run `jcli distributed register`"]
    lines.append(f"  timers    {found.armed:,} lanes have one; {_lag(lag)}")
    text = "".join(f"{line}\n" for line in lines)
    if found.invocations:
        rows = [(each.service, each.status, f"{each.number:,}", each.since) for each in found.invocations]
        text += "\n" + table(("OBJECT", "STATUS", "NUMBER", "SINCE"), rows, ink, right=(2,))
    if found.stuck:
        rows = [(each.target, each.status, f"{each.tries:,}", each.trouble) for each in found.stuck]
        text += "\n" + table(("TRIED AGAIN", "STATUS", "TRIES", "WHY"), rows, ink, right=(2,))
    return text


def standing_json(found: Standing, lag: int) -> str:
    shown = {
        "formatVersion": FORMAT_VERSION,
        "deployments": [
            {"id": each.id, "uri": each.uri, "createdAt": each.created_at, "services": list(each.services)}
            for each in found.deployments
        ],
        "armed": found.armed,
        "lagMs": lag,
        "invocations": [
            {"object": each.service, "status": each.status, "number": each.number, "since": each.since}
            for each in found.invocations
        ],
        "stuck": [
            {"target": each.target, "status": each.status, "tries": each.tries, "why": each.trouble}
            for each in found.stuck
        ],
    }
    return orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode() + "\n"


def _lag(lag: int) -> str:
    return f"somebody is {lag / 1000:,.1f} s late" if lag >= LATE else "nobody is late"
