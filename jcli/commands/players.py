"""Cases shared out among processes: each plays a stretch of them, and all come back in the order in which they were.

A process that is split off has the journeys already, so only verdicts pass between processes. Where a process cannot be
split in two safely, or where there are few cases, one plays them all. Where to look next: `testing.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from jcli.commands.forks import Fork, cores

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from jcli.trials.script import Case
    from jcli.trials.verdicts import Verdict

MANY = 400
"""From how many cases for each process on sharing them out takes less time than it costs."""

Play = Callable[["Case"], "Verdict"]


def play_all(cases: Sequence[Case], play: Play, jobs: int | None = None) -> Generator[Verdict, None, None]:
    """What comes of each case, in order, as soon as it is known. `jobs` processes play, never more than there are
    cases (None: as many as there are cores, and as pays). Whoever does not want them all closes it."""
    wanted = min(cores(), len(cases) // MANY) if jobs is None else jobs if cores() > 1 else 1
    processes = max(1, min(wanted, len(cases)))
    bounds = [len(cases) * part // processes for part in range(processes + 1)]
    own, *others = [cases[start:end] for start, end in pairwise(bounds)]
    players: list[Fork] = []
    try:
        players += [_player(share, play) for share in others]
        for case in own:
            yield play(case)
        for player in players:
            yield from _verdicts(player)
    finally:
        for player in players:
            player.stop()


def _player(cases: Sequence[Case], play: Play) -> Fork:
    """Another process that plays its share and then tells what came of it."""

    def work(pipe: Connection) -> None:
        try:
            verdicts = [play(case) for case in cases]
        except Exception as error:
            pipe.send(error)
        else:
            pipe.send(verdicts)

    return Fork(work, "played part of the cases", "is there enough memory? `--jobs 1` plays all cases in one process")


def _verdicts(player: Fork) -> list[Verdict]:
    told: list[Verdict] | Exception = player.receive()
    if isinstance(told, Exception):
        raise told
    return told
