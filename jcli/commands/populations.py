"""People shared out among processes, each of which lives and counts its own, block by block.

A life depends on the seed and its number alone, and tallies add up, so the answer is the same however many processes
there are. Only tallies pass between them. The processes are started before anything else runs beside this one, because
a process is split in two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

from jcli.commands.forks import Fork
from jcli.errors import JcliError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from jcli.commands.progress import Moved
    from jcli.engine import Catalogue
    from jcli.simulation import Model, Tally

BLOCK = 250
"""How many people a process lives before it tells of them."""


@dataclass(frozen=True, slots=True)
class Population:
    """Whose lives are asked for: `people` of them, numbered from 0."""

    model: Model
    catalogue: Catalogue
    site_id: str
    seed: int
    people: int

    def tallies(self, part: int, parts: int) -> Iterator[Tally]:
        """Every so many-th block, counted."""
        from jcli.simulation import tally_of

        for start in range(part * BLOCK, self.people, parts * BLOCK):
            numbers = range(start, min(start + BLOCK, self.people))
            yield tally_of(self.model, self.catalogue, self.site_id, self.seed, numbers)


class Crowd:
    """The processes that live a population. Whoever has one closes it."""

    def __init__(self, population: Population, processes: int) -> None:
        self._population = population
        blocks = -(-population.people // BLOCK)
        self._processes = max(1, min(processes, blocks))
        self._others: list[Fork] = []

    def __enter__(self) -> Crowd:
        try:
            if self._processes > 1:
                self._others.extend(_elsewhere(self._population, part, self._processes) for part in self._parts())
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def tally(self, moved: Moved) -> Tally:
        """All lives, counted. `moved` is told how many are."""
        from jcli.simulation import Tally

        whole, total = Tally(), self._population.people
        for tally in self._told() if self._others else self._population.tallies(0, 1):
            whole.merge(tally)
            moved(whole.people, total)
        return whole

    def _parts(self) -> range:
        return range(self._processes)

    def _told(self) -> Iterator[Tally]:
        """The tallies of all processes, as they come."""
        from multiprocessing.connection import wait

        busy = {other.pipe: other for other in self._others}
        while busy:
            for pipe in wait(list(busy)):
                told = _told(busy[pipe])  # type: ignore[index]
                if told is None:
                    del busy[pipe]  # type: ignore[arg-type]
                else:
                    yield told

    def _stop(self) -> None:
        for other in self._others:
            other.stop()


def _elsewhere(population: Population, part: int, parts: int) -> Fork:
    """Another process. It sends tallies, then None; an error of ours instead where it met one."""

    def work(pipe: Connection) -> None:
        try:
            for tally in population.tallies(part, parts):
                pipe.send(tally)
            pipe.send(None)
        except JcliError as error:
            pipe.send(error)

    return Fork(work, "simulated part of the people", "try `--jobs 1`")


def _told(other: Fork) -> Tally | None:
    told: Tally | JcliError | None = other.receive()
    if isinstance(told, JcliError):
        raise told
    return told
