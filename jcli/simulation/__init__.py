"""Journeys lived by people who do not exist: what a model of behaviour makes of them, in numbers.

`model` is a model as data, `reading` makes it out of a document; `chances` draws, `living` lives one life in a world of
`jcli/rehearsal`, `counting` counts lives, `estimating` says what follows from counts, `results` puts it together.
`starting` writes a first model for journeys. It is the engine that decides what happens, and no picture of it; only
what people do is made up.

Whoever runs a simulation asks for the tally of some people by their numbers, and may share the numbers out among
processes as they like: a life depends on the seed and its number alone, and tallies add up. It must not read a clock,
a disk or a random number, or print. Where to look next: `jcli/commands/simulate.py` runs it, `jcli/render/simulations`
shows it.
"""

from jcli.simulation.counting import Tally, tally_of
from jcli.simulation.estimating import Question, Share, needed, share_of
from jcli.simulation.living import Life, TooBusy
from jcli.simulation.model import Model
from jcli.simulation.reading import model_of
from jcli.simulation.results import Asked, Result, result_of

__all__ = [
    "Asked",
    "Life",
    "Model",
    "Question",
    "Result",
    "Share",
    "Tally",
    "TooBusy",
    "model_of",
    "needed",
    "result_of",
    "share_of",
    "tally_of",
]
