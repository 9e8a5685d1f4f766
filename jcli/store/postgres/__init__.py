"""The store in a PostgreSQL database: for several processes and machines that write at the same time.

`store.py` hands out transactions, `session.py` is one thread's part in them and says which locks each kind takes,
`connecting.py` reads URLs and makes connections, `failures.py` puts errors into words, `shards.py` says where a person
is placed, `migrations/` makes the schema, `queries/` holds what PostgreSQL is told in words of its own. The rows are
those of `jcli/store/rows`; what only PostgreSQL does with them is in `running.py` and `portable.py`. `words.py` lets
processes hear of each other, `upkeep.py` is for `jcli db`. Needs the extra `postgres`; nothing but
`jcli/store/opening.py` imports this package. See `docs/store.md`.
"""

from jcli.store.postgres.store import PostgresStore
from jcli.store.postgres.upkeep import schema_at, shown_url

__all__ = ["PostgresStore", "schema_at", "shown_url"]
