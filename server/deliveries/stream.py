"""Deliveries as they come, as server-sent events: what changes in what is to be shown to one person.

The stream compares what is open with what it has told, whenever somebody says that there is something new, and from
time to time anyway: a worker in another process may say nothing, or its word may get lost. The id of an event holds all
that was told until then, so a client that comes back (`Last-Event-ID`) is told what it missed and nothing else, by any
server.
"""

from __future__ import annotations

import asyncio
import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress

import orjson

from jcli.errors import StoreBusy
from server.shapes import Shown
from server.streams import Streams

HEARTBEAT_SECONDS = 15.0
LOOK_SECONDS = 3.0
RARE_LOOK_SECONDS = 30.0
"""Where other processes tell what they do."""
_MOST_KEPT = 40
"""Deliveries that the id of an event can hold; who has more open is told all of them again."""

Told = dict[str, str]
"""Delivery -> the status that was told."""


async def events(
    streams: Streams,
    told: Told,
    look: Callable[[], Awaitable[list[Shown]]],
    subscribe: Callable[[asyncio.Event], Callable[[], None]],
    patience: Callable[[], float],
) -> AsyncIterator[bytes]:
    """The bytes of the stream. `look` reads what is open, `subscribe` has the event set when that changes and gives
    the way out of it; `patience` says after how many seconds to look although nobody said anything."""
    with streams.listen() as something:
        unsubscribe = subscribe(something)
        try:
            yield b": open\n\n"
            quiet = unseen = 0.0
            while not streams.closing:
                if something.is_set() or not unseen or unseen >= patience():
                    something.clear()
                    unseen = 0.0
                    with suppress(StoreBusy):
                        written = b"".join(_differences(told, await look()))
                        if written:
                            quiet = 0.0
                            yield written
                if quiet >= HEARTBEAT_SECONDS:
                    quiet = 0.0
                    yield b": still here\n\n"
                try:
                    await asyncio.wait_for(something.wait(), LOOK_SECONDS)
                except TimeoutError:
                    quiet += LOOK_SECONDS
                    unseen += LOOK_SECONDS
        finally:
            unsubscribe()


def _differences(told: Told, found: list[Shown]) -> list[bytes]:
    """The events for what is new or different, and for what is no longer open; `told` is brought up to date."""
    written = []
    now = {shown["id"]: shown for shown in found}
    for delivery_id in [delivery_id for delivery_id in told if delivery_id not in now]:
        del told[delivery_id]
        written.append(_event("gone", told, {"id": delivery_id}))
    for delivery_id, shown in now.items():
        if told.get(delivery_id) != shown["status"]:
            told[delivery_id] = shown["status"]
            written.append(_event("delivery", told, shown))
    return written


def _event(name: str, told: Told, data: Mapping[str, object]) -> bytes:
    mark = urlsafe_b64encode(orjson.dumps(told)).rstrip(b"=") if len(told) <= _MOST_KEPT else b""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (mark, name.encode(), orjson.dumps(data))


def told_until(last_event_id: str) -> Told:
    """What a client that comes back has been told; nothing for an id that is not ours."""
    try:
        read = orjson.loads(urlsafe_b64decode(last_event_id + "=" * (-len(last_event_id) % 4)))
    except (binascii.Error, ValueError):
        return {}
    if not isinstance(read, dict) or not all(isinstance(status, str) for status in read.values()):
        return {}
    return read
