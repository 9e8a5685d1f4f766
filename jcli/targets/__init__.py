"""Where commands find journeys: a database of this machine, or a server.

`Target` says what a command may ask for, whichever of the two it is; the answers are the same dataclasses, so nothing
above knows the difference. `StoreTarget` is here; `HttpTarget` is imported from `jcli.targets.remote` by whoever opens
one, because its client takes longer to import than most commands run. What a target must not do: read files, print, or
ask anybody. The contract is held by `tests/targets`.
"""

from jcli.targets.checked import Checked
from jcli.targets.stored import StoreTarget
from jcli.targets.target import Moved, Target

__all__ = ["Checked", "Moved", "StoreTarget", "Target"]
