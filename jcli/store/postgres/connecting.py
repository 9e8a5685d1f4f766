"""From a URL to connections: what the URL says, what every connection is told first, and whose database it is.

The settings of a connection are made here and nowhere else; `docs/store.md` says why each. Looking at a database
(`inspect`) changes nothing, so one that is not ours or that a newer version wrote is refused as it was found.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, quote, urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.numeric import Int8Dumper
from psycopg_pool import ConnectionPool

from jcli.errors import ConfigError, StoreError
from jcli.store.postgres.failures import refused, translated

Connection: TypeAlias = "psycopg.Connection[tuple[Any, ...]]"

_LOG = logging.getLogger(__name__)
OLDEST_SERVER = 14
_POOL, _MOST = "pool", 10
_SECRETS = frozenset({"password", "sslpassword"})
_CONNECT_SECONDS = 5
_PATIENCE_WHEN_AWAY = 0.5

_SETTINGS: Mapping[str, str] = {
    "client_encoding": "UTF8",
    "default_transaction_isolation": "read committed",
    "idle_in_transaction_session_timeout": "5min",
    "jit": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
}


@dataclass(frozen=True, slots=True)
class Place:
    """`conninfo` is for libpq and may hold a password, `url` is for people and holds none; `most` connections."""

    conninfo: str
    url: str
    most: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a database holds: `new` says nothing at all, `applied` names the migrations that made its schema, `filling`
    that the rows of another store are on their way into it."""

    new: bool
    applied: tuple[str, ...]
    filling: bool = False


def place_of(url: str) -> Place:
    """What a URL says. ConfigError for one that says nothing that libpq understands; it may hold a password, so no
    part of it is repeated."""
    try:
        parts = urlsplit(url)
        options = parse_qsl(parts.query, keep_blank_values=True)
        most = int(dict(options).get(_POOL, _MOST))
        conninfo = _put_together(parts.netloc, parts.path, [each for each in options if each[0] != _POOL])
        conninfo_to_dict(conninfo)
        if "," not in parts.netloc:
            _ = parts.port  # ValueError for one that is no number: libpq would cite it, and it may be a password
    except (psycopg.ProgrammingError, ValueError):
        raise _unreadable() from None
    if most < 1 or parts.fragment or "@" in f"{parts.netloc.partition('@')[2]}{parts.path}":
        raise _unreadable()  # what follows an @, a / or a # in a password would be taken for a host or a database
    host = re.sub(r":.*@", "@", parts.netloc)
    shown = _put_together(host, parts.path, [each for each in options if each[0] not in _SECRETS])
    return Place(conninfo, shown, most)


def for_libpq(url: str) -> str:
    """The URL for a tool of PostgreSQL's own: without the password, and without what only we understand."""
    parts = urlsplit(place_of(url).url)
    options = [each for each in parse_qsl(parts.query, keep_blank_values=True) if each[0] != _POOL]
    return _put_together(parts.netloc, parts.path, options)


def _put_together(host: str, path: str, options: Sequence[tuple[str, str]]) -> str:
    """By hand, because `urlunsplit` leaves out the slashes of an empty host."""
    query = "&".join(f"{name}={quote(value)}" for name, value in options)
    return f"postgresql://{host}{path}{'?' * bool(query)}{query}"


def _unreadable() -> ConfigError:
    return ConfigError(
        "The store's URL is not one that PostgreSQL understands.",
        hint="It reads postgresql://USER@HOST:PORT/DATABASE?pool=10; in a password, @ is %40, : is %3A and / is %2F.",
    )


def connect(place: Place, busy_timeout: float) -> Connection:
    """A connection of its own; StoreError or StoreBusy that tells why there is none."""
    try:
        connection: Connection = psycopg.connect(place.conninfo, **_arguments())
    except psycopg.Error as error:
        raise refused(error, place.url) from None
    try:
        prepare(connection, busy_timeout)
    except psycopg.Error as error:
        connection.close()
        raise translated(error, place.url) from error
    return connection


class Reach:
    """How long to wait for a connection, in seconds: while the database is known to be away hardly at all, so that
    whoever asks is told so at once and does not stand in a row behind others who wait in vain. The log hears of it once
    and once when the database is back; the pool itself would write a line for each of its attempts."""

    def __init__(self, busy_timeout: float, url: str) -> None:
        self._usual = busy_timeout
        self._url = url
        self._away = False
        self.patience = busy_timeout
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)

    def lost(self) -> None:
        if not self._away:
            _LOG.warning("The store %s cannot be reached; it is tried again and again.", self._url)
        self._away = True
        self.patience = min(self._usual, _PATIENCE_WHEN_AWAY)

    def found(self) -> None:
        if self._away:
            _LOG.warning("The store %s is reached again.", self._url)
        self._away = False
        self.patience = self._usual


def pool_of(place: Place, busy_timeout: float, reach: Reach) -> ConnectionPool[Connection]:
    """Connections for all threads, made as they are needed."""

    def made(connection: Connection) -> None:
        prepare(connection, busy_timeout)
        reach.found()

    return ConnectionPool(
        place.conninfo,
        kwargs=_arguments(),
        configure=made,
        reconnect_failed=lambda _: reach.lost(),
        min_size=0,
        max_size=place.most,
        timeout=busy_timeout,
        reconnect_timeout=busy_timeout,
        num_workers=1,
        name="jcli",
        open=True,
    )


def _arguments() -> dict[str, Any]:
    """Transactions are begun and ended by statements of our own, so the driver's are off (`autocommit`)."""
    return {
        "autocommit": True,
        "cursor_factory": psycopg.RawCursor,
        "prepare_threshold": 1,
        "connect_timeout": _CONNECT_SECONDS,
        "application_name": "jcli",
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
    }


def prepare(connection: Connection, busy_timeout: float) -> None:
    """Make the settings, and whole numbers to be of one width, so that a statement is prepared once."""
    settings = {**_SETTINGS, "lock_timeout": f"{max(int(busy_timeout * 1000), 1)}ms"}
    asked = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in settings.items())
    connection.execute(f"SELECT {asked}".encode(), prepare=False)
    connection.adapters.register_dumper(int, Int8Dumper)
    connection.prepared_max = 1_000


def inspect(connection: Connection, url: str) -> Inspection:
    """What the database holds. StoreError when it is another program's, or none that can hold a store."""
    try:
        found = connection.execute(_INSPECT, prepare=False).fetchone()
        assert found is not None
        schema, version, encoding, ours, others, filling = found
        _must_do(url, schema, version, encoding)
        if not ours:
            if others:
                raise StoreError(
                    f"The store {url} cannot be used: the schema {schema} holds tables of another program.",
                    hint="Name an empty database; this one was left as it is.",
                )
            return Inspection(True, ())
        applied = connection.execute(b"SELECT name FROM _jcli_migrations ORDER BY name", prepare=False).fetchall()
    except psycopg.Error as error:
        raise translated(error, url) from error
    return Inspection(False, tuple(name for (name,) in applied), filling)


def _must_do(url: str, schema: str | None, version: int, encoding: str) -> None:
    if schema is None:
        raise StoreError(
            f"The store {url} cannot be used: the schema of its search_path is not there.",
            hint="Make it with CREATE SCHEMA, or leave search_path out of the URL.",
        )
    if version // 10_000 < OLDEST_SERVER:
        raise StoreError(
            f"The store {url} cannot be used: the server is PostgreSQL {version // 10_000}.",
            hint=f"PostgreSQL {OLDEST_SERVER} or newer is needed.",
        )
    if encoding != "UTF8":
        raise StoreError(
            f"The store {url} cannot be used: the encoding of the database is {encoding}.",
            hint="Make one with `createdb --encoding=UTF8 --template=template0 NAME`.",
        )


_INSPECT = b"""
SELECT current_schema()::text, current_setting('server_version_num')::int, current_setting('server_encoding'),
  to_regclass(format('%I._jcli_migrations', coalesce(current_schema(), 'public'))) IS NOT NULL,
  EXISTS (
    SELECT 1 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
  ),
  to_regclass(format('%I._filled', coalesce(current_schema(), 'public'))) IS NOT NULL
"""
