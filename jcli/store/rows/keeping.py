"""A store's part in being looked after: what `Upkeep` promises, each in a transaction of its own."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from jcli.store.upkeep import Filling, Pause

if TYPE_CHECKING:
    from jcli.store.rows.upkeep import RowUpkeepTables


class KeptStore:
    """What pausing and filling are, the tables know."""

    __slots__ = ()

    if TYPE_CHECKING:

        def read(self) -> AbstractContextManager[RowUpkeepTables]: ...
        def write(self) -> AbstractContextManager[RowUpkeepTables]: ...

    def pause(self, pause: Pause) -> None:
        with self.write() as tables:
            tables.begin_pause(pause)

    def resume(self) -> bool:
        with self.write() as tables:
            return tables.end_pause()

    def paused(self) -> Pause | None:
        with self.read() as tables:
            return tables.pause()

    def begin_filling(self, filling: Filling) -> None:
        with self.write() as tables:
            tables.begin_filling(filling)

    def filling(self) -> Filling | None:
        with self.read() as tables:
            return tables.filling()

    def end_filling(self) -> None:
        with self.write() as tables:
            tables.end_filling()
