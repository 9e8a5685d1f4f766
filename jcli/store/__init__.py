"""Where journeys, people and enrollments are kept. All SQL of the project lives below this package.

`open_store(url)` is the one way to get a store: `sqlite:///relative/or/absolute/path.db`. The protocol says what
each call does; `changes.py` is what a runtime writes, `states.py` how a person's engine state is kept.
"""

from jcli.store.changes import Changes, NewEnrollment, bucket_of, middle_of
from jcli.store.feeding import Figures, Job, JobKind, JourneyMark, RuntimeTables
from jcli.store.opening import open_store
from jcli.store.protocol import (
    Answer,
    JourneySave,
    JourneyState,
    Listing,
    Page,
    Sites,
    Store,
    Tables,
)
from jcli.store.states import Loaded, PersonKey
from jcli.store.uploading import Upload

__all__ = [
    "Answer",
    "Changes",
    "Figures",
    "Job",
    "JobKind",
    "JourneyMark",
    "JourneySave",
    "JourneyState",
    "Listing",
    "Loaded",
    "NewEnrollment",
    "Page",
    "PersonKey",
    "RuntimeTables",
    "Sites",
    "Store",
    "Tables",
    "Upload",
    "bucket_of",
    "middle_of",
    "open_store",
]
