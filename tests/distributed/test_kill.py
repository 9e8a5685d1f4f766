"""Handlers, Restate and the server are killed while events come in: nothing is lost, nothing happens twice."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

from tests import restate
from tests.distributed.rig import Rig, Senders, rig
from tests.runtime.test_kill import events, paths, prepare, undisturbed
from tests.runtime.world import ask, recount

EVENTS = 4_000


def kept(url: str) -> list[str]:
    """The message ids of the events that the store keeps."""
    return sorted(json.loads(body)["messageId"] for (body,) in ask(url, "SELECT body FROM events"))


def await_timers(url: str, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while ask(url, "SELECT count(*) FROM people WHERE due_at IS NOT NULL") != [(0,)]:
        assert time.monotonic() < until, "timers are not worked off"
        time.sleep(0.1)


def haunt(found: Rig, enough: threading.Event) -> None:
    """Kill each handler, the engine and each server, one after the other."""
    for victim in (0, "engine", 1, 0):
        time.sleep(0.5)
        if victim == "engine":
            found.nodes[0] = restate.run(restate.kill(found.nodes[0]))
            restate.await_ready(found.nodes[0])
        else:
            for member in (found.handlers[int(victim)], found.servers[int(victim)]):
                member.kill()
                member.start()
    enough.set()


def test_every_acknowledged_event_counts_once_whoever_is_killed(tmp_path: Path) -> None:
    enough = threading.Event()
    lanes = [lane[: EVENTS // 4] for lane in events()]
    with rig(tmp_path) as found:
        prepare(found.url).close()
        haunting = threading.Thread(target=haunt, args=(found, enough))
        senders = Senders(lanes, found.addresses, hold=lambda part: None if part < 0.9 else _wait(enough))
        haunting.start()
        sent = senders.join(60)
        haunting.join()
        wanted = sorted(event["messageId"] for lane in lanes for event in lane)
        assert sorted(sent.acknowledged) == wanted
        until = time.monotonic() + 30
        while (seen := kept(found.url)) != wanted and time.monotonic() < until:
            time.sleep(0.2)
        assert seen == wanted, "every acknowledged event is there once"
        await_timers(found.url)
        ours = paths(found.url)
        recount(found.url)
        assert max(sent.waits) < 15
    plain = f"sqlite:///{tmp_path}/undisturbed.db"
    undisturbed(plain, lanes)
    assert ours == paths(plain)


def _wait(enough: threading.Event) -> None:
    assert enough.wait(60)
