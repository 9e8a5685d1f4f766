"""Who feeds the engine: the embedded runtime, for one machine and an SQLite store.

An event comes in at `Runtime.submit` (`embedded.py`) and waits with its neighbours; the writer's thread takes what is
waiting (`gathering.py`) and works it in within one transaction (`arrivals.py`): known message ids are dropped, the
people touched are loaded (`people.py`), the engine reacts, and all that changed is saved (`work.py`). It is durable
when the answer is there. Between two such commits the same thread looks after timers (`timers.py`), after long pieces
of work on a journey's people (`jobs.py`) and after what has been kept for its time (`pruning.py`), one small slice of
each.

Whatever moves people outside of it (a person entered by hand, a journey archived) goes through the same `work.py` in
its own transaction. `catalogues.py` keeps the compiled journeys in step with the store; `telling.py` tells who waits
for deliveries. No SQL and no HTTP here, and no rule of the semantics: those are the engine's. See `docs/runtime.md`.
"""

from jcli.runtime.arrivals import MOST_TRAITS, Arrival, Verdict, take
from jcli.runtime.catalogues import Catalogues, catalogues_of
from jcli.runtime.embedded import Runtime, RuntimeSettings
from jcli.runtime.feeder import Feeder
from jcli.runtime.jobs import run_slice, start_job
from jcli.runtime.people import Present
from jcli.runtime.work import Work, insist, open_work

__all__ = [
    "MOST_TRAITS",
    "Arrival",
    "Catalogues",
    "Feeder",
    "Present",
    "Runtime",
    "RuntimeSettings",
    "Verdict",
    "Work",
    "catalogues_of",
    "insist",
    "open_work",
    "run_slice",
    "start_job",
    "take",
]
