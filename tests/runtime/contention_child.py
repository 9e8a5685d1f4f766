"""One of several processes that are at work on one store: `python -m tests.runtime.contention_child URL SEED`.

All of them send the same messages, each in an order of its own, in small batches from two threads, and wake whoever is
due. Prints how many of the messages were new to the store.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from typing import Any
from uuid import uuid4

from jcli import operations
from jcli.runtime import Runtime, RuntimeSettings
from jcli.store import Store, open_store
from tests.runtime.world import ACTOR, SITE

PEOPLE, MESSAGES, BATCH = 150, 2_000, 20


def now() -> int:
    return time.time_ns() // 1_000_000


def messages() -> list[dict[str, Any]]:
    """What everybody sends. A third of the people come with an anonymous id, and are told to be one with it."""
    chance = random.Random(3)
    found: list[dict[str, Any]] = []
    for number in range(MESSAGES):
        person = chance.randrange(PEOPLE)
        name = chance.choice(("go", "go", "wait", "seen"))
        found.append({"type": "track", "event": name, "userId": f"p{person}", "messageId": f"m{number}"})
    for person in range(0, PEOPLE, 3):
        who = {"userId": f"p{person}", "anonymousId": f"a{person}"}
        found.append({"type": "identify", "traits": {"n": person}, "messageId": f"link {person}", **who})
        found.append({"type": "track", "event": "go", "anonymousId": f"a{person}", "messageId": f"anonymous {person}"})
    return found


def send(runtime: Runtime, batches: list[list[dict[str, Any]]], counts: list[int]) -> None:
    for batch in batches:
        recorded = operations.record_events(runtime, ACTOR, SITE, batch)
        assert recorded.rejected == []
        counts.append(recorded.accepted)


def work(store: Store, seed: int) -> int:
    mine = messages()
    random.Random(seed).shuffle(mine)
    batches = [mine[first : first + BATCH] for first in range(0, len(mine), BATCH)]
    counts: list[int] = []
    runtimes = [Runtime(store, now, lambda: str(uuid4()), settings=RuntimeSettings(job_people=50)) for _ in range(2)]
    with runtimes[0], runtimes[1]:
        threads = [
            threading.Thread(target=send, args=(runtime, batches[lane::2], counts))
            for lane, runtime in enumerate(runtimes)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(counts) == len(batches), "a thread has failed"
    return sum(counts)


if __name__ == "__main__":
    opened = open_store(sys.argv[1], busy_timeout=30.0)
    print(work(opened, int(sys.argv[2])))
    opened.close()
