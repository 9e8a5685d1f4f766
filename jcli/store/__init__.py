"""Where journeys, people and enrollments are kept. All SQL of the project lives below this package.

`open_store(url)` is the one way to get a store: `sqlite:///relative/or/absolute/path.db`. The protocol says what
each call does.
"""

from jcli.store.opening import open_store
from jcli.store.protocol import Answer, JourneySave, JourneyState, Listing, Page, Sites, Store, Tables

__all__ = [
    "Answer",
    "JourneySave",
    "JourneyState",
    "Listing",
    "Page",
    "Sites",
    "Store",
    "Tables",
    "open_store",
]
