"""The cases that a journey is missing, suggested: `suggest` looks for ways that no case walks, and plays what it finds.

`casting` thinks of what could be said and done to somebody, `exploring` asks the engine where that leads, `picking`
chooses few ways and shortens them, `doors` finds people who are kept out. `filling` and `wording` make cases of them,
`proposing` has each one played, `reasons` says why something was not reached, `writing` gives the text of a document.

Everything here is found by trying. A case is suggested only when it passes, and impossible is only what a check calls
so.
"""

from jcli.trials.suggesting.proposing import Suggestion, suggest
from jcli.trials.suggesting.reasons import Unreached

__all__ = ["Suggestion", "Unreached", "suggest"]
