"""From a store's URL to a store: the one place that knows which databases there are.

It reads no `jcli.yaml`; where the workspace is, and which target is meant, is told by the caller.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from jcli.errors import ConfigError, StoreError
from jcli.store.protocol import Store
from jcli.store.sqlite import SqliteStore, sqlite_schema_at
from jcli.store.upkeep import Schema

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")
_SUPPORTED = "Use sqlite:///path/to/journeys.db (relative to the workspace), or postgresql://USER@HOST/DATABASE."


def open_store(
    url: str,
    *,
    base: Path | None = None,
    create: bool = True,
    migrate: bool = True,
    busy_timeout: float = 5.0,
    filling: bool = False,
) -> Store:
    """The store at a URL: `sqlite:///relative.db` below `base` (default: the working directory),
    `sqlite:////absolute.db`, or `postgresql://user@host:port/database`.

    `create` makes the file and its folders when they are not there; without it a missing file is a StoreError. A
    PostgreSQL database is made by its administrator; without `create` one without a schema is a StoreError.
    `migrate` brings an older schema up to date first. `busy_timeout` is in seconds. `filling` opens a store that is not
    whole, too, because another one is being copied into it. Raises ConfigError for a URL that this version does not
    know, StoreError (StoreBusy) for a store that cannot be used.
    """
    store: Store
    if url.startswith(_POSTGRES):
        store = _postgres().PostgresStore(url, busy_timeout=busy_timeout, create=create, filling=filling)
    else:
        path = (base or Path.cwd()) / _sqlite_path(url)
        if create:
            _make_folder(path.parent, url)
        elif not path.exists():
            raise StoreError(f"There is no store at {url}.", hint="`jcli sync` makes one.")
        store = SqliteStore(path, url, busy_timeout=busy_timeout, filling=filling)
    try:
        if migrate:
            store.migrate()
    except BaseException:
        store.close()
        raise
    return store


def _postgres() -> Any:
    """The PostgreSQL store, imported when it is used: its driver is an extra, and slow to import."""
    try:
        return import_module("jcli.store.postgres")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("psycopg", "psycopg_pool"):
            raise
        raise ConfigError(
            "A store in PostgreSQL needs packages that are not installed.", hint="pip install 'jcli[postgres]'"
        ) from error


def shown_url(url: str) -> str:
    """The URL for people to read, without a password."""
    return str(_postgres().shown_url(url)) if url.startswith(_POSTGRES) else url


def schema_at(url: str, *, base: Path | None = None) -> Schema:
    """The schema of the store at a URL, also of one that a newer version wrote; nothing is changed. The errors are
    those of `open_store`, StoreError when there is none."""
    if url.startswith(_POSTGRES):
        found: Schema = _postgres().schema_at(url)
        return found
    path = (base or Path.cwd()) / _sqlite_path(url)
    if not path.exists():
        raise StoreError(f"There is no store at {url}.", hint="`jcli sync` and `jcli db migrate` make one.")
    return sqlite_schema_at(path, url)


def _sqlite_path(url: str) -> str:
    scheme, separator, _ = url.partition("://")
    if not separator:
        raise ConfigError(f"{url!r} is not a store's URL.", hint=_SUPPORTED)
    if scheme in ("http", "https"):
        raise ConfigError(f"A store at {scheme}:// is not supported by this version.", hint=_SUPPORTED)
    if scheme != "sqlite":
        raise ConfigError(f"{scheme!r} is not a kind of store that jcli knows.", hint=_SUPPORTED)
    path = url.removeprefix(_SQLITE)
    if path == url or path in ("", "/") or path.startswith(":"):
        raise ConfigError(f"The store's URL {url!r} names no file.", hint=_SUPPORTED)
    if "?" in path or "\0" in path:
        raise ConfigError(f"The store's URL {url!r} has options; a store takes none.", hint=_SUPPORTED)
    return path


def _make_folder(folder: Path, url: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder of the store {url} could not be made: {error.strerror}.",
            hint="Check the path and its permissions.",
        ) from error
