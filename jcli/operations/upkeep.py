"""How a store is: what it holds, how large it is, what waits in it. Looking changes nothing."""

from __future__ import annotations

from jcli.operations.context import Clock
from jcli.store import Store, StoreFacts, Waiting


def store_facts(store: Store, clock: Clock) -> StoreFacts:
    """What there is to know of a store that may be older than this version, or not whole."""
    schema = store.schema()
    pause, filling = store.paused(), store.filling()
    with store.read() as tables:
        facts = tables.table_facts()
        waiting = None
        if not schema.pending:
            waiting = Waiting(tables.due_count(clock()), tables.next_due(), tables.running_jobs())
    return StoreFacts(schema, store.size(), facts, waiting, pause, filling)
