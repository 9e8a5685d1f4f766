"""Events on their way in, by whichever door: how many may come at once, and the wait until they are durable.

What an event must look like is judged, one by one, where it is recorded (`jcli/operations`); a door knows only JSON.
"""

from __future__ import annotations

from typing import Any

from jcli import operations
from jcli.model import Actor
from server.dependencies import Server
from server.writer import answer_of

MOST_EVENTS = 1_000


async def take_events(server: Server, actor: Actor, site_id: str, events: list[Any]) -> operations.Recorded:
    """What became of the events, once those that were taken are on disk."""
    return await answer_of(operations.submit_events(server.runtime, actor, site_id, events))


def shown_rejections(recorded: operations.Recorded) -> list[dict[str, Any]]:
    return [{"index": bad.index, "code": bad.code, "message": bad.message} for bad in recorded.rejected]
