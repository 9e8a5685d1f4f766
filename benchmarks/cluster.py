"""A whole cluster on this machine, and what it loses when its members are killed: nothing, and how long it stalls.

Three nodes of Restate that keep everything twice, PostgreSQL, two servers, two handlers. Events come in by both servers
while one member after the other is killed and started again: Restate's nodes, the handlers, the servers, and the
database. Afterwards every acknowledged event must be there once, and every enrollment must have gone the way that it
goes in one process which nobody disturbs. `--stay` kills nobody and stays until Ctrl-C: the cluster to play with.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import report, table
from jcli.runtime.distributed.admin import Admin
from tests import postgres, restate
from tests.distributed.rig import Rig, Senders, rig
from tests.runtime import test_kill as life
from tests.runtime.world import ask, recount

CONNECTIONS, PEOPLE, BATCH = 8, 2_000, 40
_ROUNDS = 3
_QUIET = 1.0
"""Seconds between the recovery of one and the end of the next."""


@dataclass
class Killed:
    """Who was ended, and how long it took until all were there again, in seconds."""

    who: str
    back: float


def events(count: int) -> list[list[dict[str, Any]]]:
    """For each connection its events in order; a person's events all come by one connection."""
    chance = random.Random(20261)
    lanes: list[list[dict[str, Any]]] = [[] for _ in range(CONNECTIONS)]
    for number in range(count):
        person = chance.randrange(PEOPLE)
        name = chance.choice(("go", "paid", "paid", "done", "seen", "seen", "seen"))
        event = {"type": "track", "event": name, "properties": {"n": chance.randrange(7)}}
        lanes[person % CONNECTIONS].append({**event, "userId": f"p{person}", "messageId": f"m{number}"})
    return lanes


class Haunting(threading.Thread):
    """Ends each member in turn, and starts it again."""

    def __init__(self, found: Rig, rounds: int) -> None:
        super().__init__()
        self.found = found
        self.rounds = rounds
        self.killed: list[Killed] = []
        self.enough = threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            time.sleep(_QUIET)
            for victim in self._victims():
                began = time.monotonic()
                who = victim()
                self.killed.append(Killed(who, time.monotonic() - began))
                print(f"  killed {who}, back after {self.killed[-1].back:.1f} s", file=sys.stderr, flush=True)
                time.sleep(_QUIET)
        except BaseException as error:
            self.error = error
        finally:
            self.enough.set()

    def _victims(self) -> Iterator[Any]:
        found = self.found
        for number in range(self.rounds):
            yield lambda number=number: self._node(number % len(found.nodes))
            yield lambda number=number: self._member(found.handlers[number % len(found.handlers)])
            yield lambda number=number: self._member(found.servers[number % len(found.servers)])
            yield self._database

    def _node(self, number: int) -> str:
        found = self.found
        found.nodes[number] = restate.run(restate.kill(found.nodes[number]))
        restate.await_ready(found.nodes[number])
        return f"Restate, {found.nodes[number].name}"

    @staticmethod
    def _member(member: Any) -> str:
        member.kill()
        member.start()
        return str(member.name)

    def _database(self) -> str:
        self.found.database = postgres.restart(self.found.database, kill=True)
        return "PostgreSQL"


def kept(url: str) -> list[str]:
    """The message ids of the events that the store keeps, in order."""
    return sorted(json.loads(body)["messageId"] for (body,) in ask(url, "SELECT body FROM events"))


def await_rest(url: str, wanted: list[str], seconds: float = 60) -> list[str]:
    """Wait until everything that was acknowledged is worked in and nobody waits for time; what is kept then."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ((events, waiting),) = ask(
            url, "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM people WHERE due_at IS NOT NULL)"
        )
        if events >= len(wanted) and not waiting:
            break
        time.sleep(0.2)
    return kept(url)


def disturbed(folder: Path, count: int, rounds: int) -> list[str]:
    """The lines of the report. SystemExit when anything was lost or doubled, or went another way."""
    lanes = events(count)
    with rig(folder, nodes=3, lanes=16) as found:
        life.prepare(found.url).close()
        haunting = Haunting(found, rounds)
        began = time.monotonic()
        senders = Senders(lanes, found.addresses, hold=lambda part: _hold(haunting, part))
        haunting.start()
        sent = senders.join(600)
        took = time.monotonic() - began
        haunting.join()
        if haunting.error is not None:
            raise haunting.error
        wanted = sorted(sent.acknowledged)
        seen = await_rest(found.url, wanted)
        ways = life.paths(found.url)
        recount(found.url)
        standing = Admin(found.nodes[0].admin).standing()
    plain = f"sqlite:///{folder}/undisturbed.db"
    life.undisturbed(plain, lanes)
    left = sum(each.number for each in standing.invocations if each.status != "scheduled")
    lost, doubled = len(set(wanted) - set(seen)), len(seen) - len(set(seen))
    other = sum(ways.get(key) != way for key, way in life.paths(plain).items()) + len(ways.keys() - life.paths(plain))
    rows = [
        ["members killed", f"{len(haunting.killed)}"],
        ["events acknowledged", f"{len(wanted):,}"],
        ["events lost", f"{lost}"],
        ["events doubled", f"{doubled}"],
        ["enrollments", f"{len(ways):,}"],
        ["enrollments that went another way than undisturbed", f"{other}"],
        ["messages that Restate has not done in the end", f"{left}"],
        ["longest wait for an acknowledgement", f"{max(sent.waits):.1f} s"],
        ["batches that were offered again", f"{sent.refusals:,}"],
    ]
    if lost or doubled or other or left or len(wanted) != count:
        sys.exit("\n".join(table(["what", "figure"], rows)))
    back: dict[str, list[float]] = {}
    for each in haunting.killed:
        back.setdefault(each.who, []).append(each.back)
    told = ", ".join(f"{who} {len(times)} times ({max(times):.1f} s until it was back)" for who, times in back.items())
    return [
        f"{count:,} events of {PEOPLE:,} people over {CONNECTIONS} connections in {took:.0f} s. Killed: {told}.",
        "",
        *table(["what", "figure"], rows),
    ]


def _hold(haunting: Haunting, part: float) -> None:
    """Spread the load over the time that the killing takes; the last tenth comes when all is quiet again."""
    if part >= 0.9:
        haunting.enough.wait(300)
    elif part > (len(haunting.killed) + 1) / (4 * haunting.rounds):
        haunting.enough.wait(0.5)


def stay(folder: Path) -> None:
    """A cluster that stays until Ctrl-C."""
    with rig(folder, nodes=3, lanes=16) as found:
        print(f"Servers: {', '.join(found.addresses)}")
        print(f"Restate: {', '.join(each.ingress for each in found.nodes)}; admin {found.nodes[0].admin}")
        print(f"PostgreSQL: {found.url}")
        print("Ctrl-C ends it.")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("Ending.", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="in each, four members are killed")
    parser.add_argument("--quick", action="store_true", help="8,000 events, one round")
    parser.add_argument("--stay", action="store_true", help="kill nobody, and stay until Ctrl-C")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jcli-cluster-") as temporary:
        if given.stay:
            stay(Path(temporary))
            return
        count, rounds = (8_000, 1) if given.quick else (given.events, given.rounds)
        lines = disturbed(Path(temporary), count, rounds)
    report("cluster", lines, keep=given.keep)


if __name__ == "__main__":
    main()
