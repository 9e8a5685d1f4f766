"""People dealt out to processes, each of which lets its own live twice; the sums are put together here.

People know nothing of each other, so any cut gives the same result. A share that another process cannot do is done here
again, where what went wrong can be told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from jcli.commands.forks import Fork

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from jcli.backtest import Backtest, Crowd, Totals

A_SHARE = 500
"""From how many crowds on another process is worth its start."""

_A_WHILE = 200
Moved = Callable[[int, int], None]


class Crew:
    """Processes that let people live, as many as are worth their start. They begin when the block does, before anything
    else in this process has a thread; whoever has a crew asks it for the totals."""

    def __init__(self, backtest: Backtest, crowds: Sequence[Crowd], processes: int) -> None:
        self._backtest, self._crowds = backtest, crowds
        self._many = max(1, min(processes, len(crowds) // A_SHARE))
        self._workers: list[_Worker] = []

    def __enter__(self) -> Crew:
        try:
            if self._many > 1:
                for number in range(self._many):
                    self._workers.append(_Worker(self._backtest, self._crowds[number :: self._many]))
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def totals(self, moved: Moved) -> Totals:
        """What is different for all of the crowds. `moved` is told how many have lived."""
        from jcli.backtest import Totals

        totals = Totals(most=self._backtest.most)
        if self._workers:
            for part in self._answers(moved):
                totals.add(part)
        else:
            totals.add(_share(self._backtest, self._crowds, lambda done: moved(done, len(self._crowds))))
        totals.put_in_order(list(self._backtest.pair.journeys))
        return totals

    def _answers(self, moved: Moved) -> list[Totals]:
        from multiprocessing.connection import wait

        open_ones: dict[Any, _Worker] = {worker.pipe: worker for worker in self._workers}
        while open_ones:
            for pipe in wait(list(open_ones)):
                if open_ones[pipe].hear():
                    del open_ones[pipe]
            moved(sum(worker.done for worker in self._workers), len(self._crowds))
        return [worker.answer() for worker in self._workers]

    def _stop(self) -> None:
        for worker in self._workers:
            worker.stop()


def _share(backtest: Backtest, crowds: Sequence[Crowd], told: Callable[[int], object]) -> Totals:
    from jcli.backtest import Totals

    totals = Totals(most=backtest.most)
    for number, crowd in enumerate(crowds, 1):
        totals.add(backtest.compare(crowd))
        if number % _A_WHILE == 0:
            told(number)
    return totals


class _Worker:
    """Another process with a share. It sends how many it has done, and at the end their sums, or None where it could
    not."""

    def __init__(self, backtest: Backtest, crowds: Sequence[Crowd]) -> None:
        self.done = 0
        self._backtest, self._crowds = backtest, crowds
        self._totals: Totals | None = None
        self._fork = Fork(
            self._work,
            "let part of the people live",
            "is there enough memory? `--jobs 1` does without other processes, `--until` takes less of the log",
        )
        self.pipe = self._fork.pipe

    def hear(self) -> bool:
        """Take what the process has to say; whether that was the last."""
        told = self._fork.receive()
        if isinstance(told, int):
            self.done = told
            return False
        self._totals, self.done = told, len(self._crowds)
        return True

    def answer(self) -> Totals:
        return self._totals or _share(self._backtest, self._crowds, lambda _: None)

    def stop(self) -> None:
        self._fork.stop()

    def _work(self, pipe: Connection) -> None:
        try:
            pipe.send(_share(self._backtest, self._crowds, pipe.send))
        except (EOFError, BrokenPipeError):
            raise
        except Exception:
            pipe.send(None)  # the first process will meet the same, and tell it better
