"""One of several that work on a store at once: a line on stdin starts it, and it tells what it did as lines of JSON.

`child.py sync STORE KEY WHO ROUNDS` edits its own copy of a file and syncs, so often; a stale plan is made anew.
`child.py edit STORE JOURNEY WHO ROUNDS` edits the journey's description as the API does.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

from jcli import operations
from jcli.compiler import Compilation, compile_documents
from jcli.documents import read
from jcli.errors import Stale
from jcli.model import Actor
from jcli.plan import Outcome, planned
from jcli.store import Store, open_store

LOOKING = 0.006
"""Seconds between a plan and its sync, in which another may come first."""
SITE = "site: main\nname: Main\n"
JOURNEY = """
journey: {key}
name: {key}
site: main
nodes:
  start: {{type: TRIGGER, config: {{triggerType: MANUAL}}, next: pause}}
  pause: {{type: WAIT, config: {{duration: {duration}}}, next: done}}
  done: {{type: EXIT}}
"""


def workspace(**durations: str) -> Compilation:
    """A site, and for each key a journey that waits so long."""
    texts = [SITE, *(JOURNEY.format(key=key, duration=duration) for key, duration in durations.items())]
    documents = []
    for number, text in enumerate(texts):
        found, unread = read(text.encode(), f"journeys/{number}.yaml")
        assert not unread
        documents += found
    return compile_documents(documents, [], "acme")


def now() -> int:
    return time.time_ns() // 1_000_000


def syncs(store: Store, key: str, who: str, rounds: int) -> Iterator[dict[str, Any]]:
    """Every round another duration, unlike anybody else's; told is how often the plan was stale before it was done."""
    for number in range(rounds):
        duration, stale = f"{number + 1}h{int(who)}s", 0
        found = workspace(**{key: duration})
        while True:
            plan = operations.make_plan(store, found, keys=[key])
            time.sleep(LOOKING)
            try:
                done = operations.sync(
                    store, now, Actor(who, "sync"), found, keys=[key], expected=planned(plan), commit=f"{who}-{number}"
                )
            except Stale:
                stale += 1
                continue
            assert not done.refused
            assert [one.outcome for one in done.plan.writes] in ([Outcome.UPDATE], [Outcome.MERGE])
            break
        yield {"wrote": duration, "stale": stale}


def edits(store: Store, journey_id: str, who: str, rounds: int) -> Iterator[dict[str, Any]]:
    for number in range(rounds):
        text = f"{who} {number}"
        saved = operations.patch_journey(store, now, Actor(who, "api"), journey_id, {"description": text})
        assert saved.stored is not None
        time.sleep(2 * LOOKING)  # else no plan would ever be in time
        yield {"wrote": text, "version": saved.stored.version}


def main() -> None:
    what, path, subject, who, rounds = sys.argv[1:]
    store = open_store(f"sqlite:///{path}")
    print("ready", flush=True)
    sys.stdin.readline()
    for told in {"sync": syncs, "edit": edits}[what](store, subject, who, int(rounds)):
        print(json.dumps(told), flush=True)
    store.close()


if __name__ == "__main__":
    main()
