"""The kinds of databases in which a store can be: a test that takes a URL from here runs in each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import postgres

DATABASES = ("sqlite", "postgres")


@contextmanager
def fresh(database: str, folder: Path, name: str = "journeys") -> Iterator[str]:
    """The URL of a store without rows; one in a file is in the folder, under the name."""
    if database == "sqlite":
        yield f"sqlite:///{folder}/{name}.db"
    else:
        with postgres.database() as url:
            yield url
