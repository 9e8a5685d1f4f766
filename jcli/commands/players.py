"""Cases shared out among processes: each plays a stretch of them, and all come back in the order in which they were.

A process that is split off has the journeys already, so only verdicts pass between processes. Where a process cannot be
split in two safely, or where there are few cases, one plays them all. Where to look next: `testing.py`.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from jcli.commands.shares import cores
from jcli.errors import JcliError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

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
    players: list[_Player] = []
    try:
        players += [_Player(share, play) for share in others]
        for case in own:
            yield play(case)
        for player in players:
            yield from player.verdicts()
    finally:
        for player in players:
            player.stop()


class _Player:
    """Another process that plays its share and then tells what came of it."""

    def __init__(self, cases: Sequence[Case], play: Play) -> None:
        from multiprocessing import get_context

        context = get_context("fork")
        self._pipe, end = context.Pipe(duplex=False)
        self._process: ForkProcess = context.Process(target=_work, args=(cases, play, end, self._pipe), daemon=True)
        self._process.start()
        end.close()

    def verdicts(self) -> list[Verdict]:
        try:
            told: list[Verdict] | Exception = self._pipe.recv()
        except (EOFError, OSError):
            raise self._ended() from None
        if isinstance(told, Exception):
            raise told
        return told

    def stop(self) -> None:
        self._process.terminate()
        self._process.join()
        self._pipe.close()

    def _ended(self) -> JcliError:
        self._process.join()
        code = self._process.exitcode or 0
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        return JcliError(
            f"a process that played part of the cases {how}",
            hint="is there enough memory? `--jobs 1` plays all cases in one process",
        )


def _work(cases: Sequence[Case], play: Play, pipe: Connection, others_end: Connection) -> None:
    """What another process does. Ctrl-C ends it in silence: the first process tells of it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    others_end.close()
    try:
        pipe.send([play(case) for case in cases])
    except BrokenPipeError:
        return  # nobody waits for it any more
    except Exception as error:
        pipe.send(error)
