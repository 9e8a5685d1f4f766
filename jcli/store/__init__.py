"""Where journeys, people and enrollments are kept. All SQL of the project lives below this package.

`open_store(url)` is the one way to get a store: `sqlite:///relative/or/absolute/path.db`. The protocol says what
each call does; `changes.py` is what a runtime writes, `states.py` how a person's engine state is kept.
"""

from jcli.store.changes import Changes, NewEnrollment, bucket_of, middle_of
from jcli.store.feeding import Figures, Job, JobKind, JourneyMark, RuntimeTables
from jcli.store.opening import open_store, schema_at, shown_url
from jcli.store.portable import TABLES, Filled, Portable, Slice, Tally
from jcli.store.protocol import (
    CATALOGUE,
    Answer,
    JourneySave,
    JourneyState,
    Listing,
    Page,
    Sites,
    Store,
    Tables,
)
from jcli.store.shards import SHARDS, shard_of
from jcli.store.states import Loaded, PersonKey
from jcli.store.upkeep import Fault, Filling, Pause, Schema, Size, StoreFacts, TableFacts, Waiting
from jcli.store.uploading import Upload

__all__ = [
    "CATALOGUE",
    "SHARDS",
    "TABLES",
    "Answer",
    "Changes",
    "Fault",
    "Figures",
    "Filled",
    "Filling",
    "Job",
    "JobKind",
    "JourneyMark",
    "JourneySave",
    "JourneyState",
    "Listing",
    "Loaded",
    "NewEnrollment",
    "Page",
    "Pause",
    "PersonKey",
    "Portable",
    "RuntimeTables",
    "Schema",
    "Sites",
    "Size",
    "Slice",
    "Store",
    "StoreFacts",
    "TableFacts",
    "Tables",
    "Tally",
    "Upload",
    "Waiting",
    "bucket_of",
    "middle_of",
    "open_store",
    "schema_at",
    "shard_of",
    "shown_url",
]
