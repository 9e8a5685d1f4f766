"""Lives lived for trial: journeys and people in memory, with a clock that is told what time it is.

`setting_of` makes the journeys of a workspace ready to be lived in, `World` is the smallest runner of the engine: it
routes inputs to people, fires timers in order and keeps the rows that effects ask for. It is the engine itself and no
model of it, so what happens here happens in a store. Tests of journeys, simulations and backtests stand on it.

It must not read a clock, a disk or a random number, know a store, or decide what happens to anybody. Where to look
next: `jcli/engine` decides, `jcli/trials`, `jcli/simulation` and `jcli/backtest` ask.
"""

from jcli.rehearsal.records import Lived, Who
from jcli.rehearsal.revising import Unrevised, revised
from jcli.rehearsal.setting import Live, Setting, setting_of
from jcli.rehearsal.world import World

__all__ = ["Live", "Lived", "Setting", "Unrevised", "Who", "World", "revised", "setting_of"]
