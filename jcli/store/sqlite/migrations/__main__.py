"""`python -m jcli.store.sqlite.migrations` prints the schema that the migrations add up to, for `../schema.sql`."""

from __future__ import annotations

import sys

from sqlite_utils import Database

from jcli.store.sqlite.migrations import catalogue, schema_of

if __name__ == "__main__":
    database = Database(memory=True, execute_plugins=False)
    catalogue().apply(database)
    sys.stdout.write(schema_of(database))
