"""What an edit would have done: recorded events lived twice, once with each side of it, and held against each other.

A `Log` takes what was recorded and deals it out into `Crowd`s: people who have to do with each other, because an event
linked one to another. `live` lets a crowd live in the journeys of one `Side`, and `compare` lets it live on both sides
and says where the two part. Both sides get the same inputs, the same ids and the same clock, and the engine is the one
that runs journeys in earnest, so whatever differs follows from the edit.

**As if.** On each side all journeys are live from the beginning of the span to its end. Nothing is carried over from
one side to the other: this tells how people would have fared had the edit always been there, and not how those who are
on their way today will go on (`jcli plan` tells that). What happened before the span is known of people (traits, past
events, links), and enters nobody.

**What no log tells.** Entries and stops by hand, and what came of content, unless it was recorded (`Reply`). What
people would have done with content that they never got is assumed, and the same on both sides.

It must not read a clock, a disk or a random number, or know a store. Where to look next: `happenings` and `log` are
what goes in, `side` the journeys, `living` a life, `comparing` and `diverging` the differences, `counting` the sums.
"""

from jcli.backtest.comparing import Backtest, Known, compare
from jcli.backtest.counting import Tally, Totals
from jcli.backtest.differences import Change, Difference, Divergence, Lived, Took, Walked
from jcli.backtest.happenings import OUTCOMES, Happening, Reply, Span
from jcli.backtest.living import MOST_MOVES, Assumed, live
from jcli.backtest.log import Crowd, Log
from jcli.backtest.side import Compared, Pair, Side, pair, side_of

__all__ = [
    "MOST_MOVES",
    "OUTCOMES",
    "Assumed",
    "Backtest",
    "Change",
    "Compared",
    "Crowd",
    "Difference",
    "Divergence",
    "Happening",
    "Known",
    "Lived",
    "Log",
    "Pair",
    "Reply",
    "Side",
    "Span",
    "Tally",
    "Took",
    "Totals",
    "Walked",
    "compare",
    "live",
    "pair",
    "side_of",
]
