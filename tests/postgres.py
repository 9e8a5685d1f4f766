"""A real PostgreSQL for the tests: a server of the test's own process, and a fresh database for whoever asks.

The server is started when the first test asks, in a folder of its own below the temporary folder, and ended with the
process. It listens on a socket in that folder (everybody is trusted) and on the loopback (a password is asked for).
A database is a copy of one that was migrated once, or one that a test has left, with all rows taken away: that takes a
tenth of the time. Nothing here is a mock: it is Debian's package `postgresql`, or any
other whose programs are on the PATH or below `/usr/lib/postgresql`.
"""

from __future__ import annotations

import atexit
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg

from jcli.store import open_store
from tests.needed import missing

PARTITIONS = 4
"""Fewer than by default: a database of a test is a copy of some hundred files instead of a thousand."""
USER = "jcli"
PASSWORD = "a word of the tests"
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "log_min_messages": "fatal",
    "deadlock_timeout": "100ms",
    "jcli.partitions": str(PARTITIONS),
}
_HBA = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
_numbers = itertools.count(1)
_left: list[str] = []
"""Databases with the schema and without rows."""
_EMPTY = """
DO $$
DECLARE
  name regclass;
  filled boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    AND NOT relispartition AND relname NOT IN ('_jcli_migrations', 'catalogue')
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', name) INTO filled;
    IF filled THEN
      EXECUTE format('DELETE FROM %s', name);
    END IF;
  END LOOP;
  FOR name IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' LOOP
    PERFORM setval(name, 1, false);
  END LOOP;
END
$$
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    folder: Path
    port: int
    programs: Path
    process: subprocess.Popen[bytes]
    settings: dict[str, str] = field(default_factory=dict, hash=False)

    def url(self, database: str, **options: str) -> str:
        """By the socket; whoever may open the folder may do everything."""
        given = {"host": str(self.folder), "port": str(self.port), "user": USER, **options}
        return f"postgresql:///{database}?" + "&".join(f"{name}={quote(value)}" for name, value in given.items())

    def loopback(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        """By the network, with a password."""
        return f"postgresql://{user}:{quote(password)}@127.0.0.1:{self.port}/{database}"

    def ask(self, *statements: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run statements one by one; the rows of the last."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


@contextmanager
def database(*, migrated: bool = True) -> Iterator[str]:
    """The URL of a database of one's own, with the schema or empty."""
    server = running()
    if migrated and _left:
        name = _left.pop()
    else:
        name = f"test_{next(_numbers)}"
        template = f"TEMPLATE {_template(server)} STRATEGY file_copy" if migrated else ""
        server.ask(f"CREATE DATABASE {name} {template}")
    yield server.url(name)
    if migrated:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        server.ask(f"SELECT pg_terminate_backend(pid) {others}", _EMPTY, database=name)
        _left.append(name)
    else:
        server.ask(f"DROP DATABASE {name} WITH (FORCE)")


@cache
def _template(server: Server) -> str:
    server.ask("CREATE DATABASE migrated")
    open_store(server.url("migrated")).close()
    server.ask("CHECKPOINT")
    return "migrated"


@cache
def running() -> Server:
    """The server of this process."""
    return start()


def start(**settings: str) -> Server:
    """Another server, which is the caller's to `stop`; it is stopped with the process in any case."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="jcli-postgres-"))
    unprivileged = _unprivileged()
    if unprivileged is not None:
        os.chown(folder, *unprivileged)
    secret = folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    data, port = folder / "data", _free_port()
    words = ["-D", str(data), "-U", USER, "-E", "UTF8", "--locale=C", "--no-sync", "--auth=trust"]
    _run([str(programs / "initdb"), *words, f"--pwfile={secret}"], folder, unprivileged)
    (data / "pg_hba.conf").write_text(_HBA)
    process = _serve(programs, folder, port, settings, unprivileged)
    server = Server(folder, port, programs, process, settings)
    atexit.register(stop, server)
    _await(server)
    return server


def restart(server: Server, *, kill: bool = False) -> Server:
    """End the server, at once or orderly, and start it again on the same data."""
    _end(server.process, signal.SIGQUIT if kill else signal.SIGINT)
    process = _serve(server.programs, server.folder, server.port, server.settings, _unprivileged())
    again = replace(server, process=process)
    atexit.register(stop, again)
    _await(again)
    return again


def stop(server: Server) -> None:
    """End the server and remove what it kept."""
    _end(server.process, signal.SIGQUIT)
    shutil.rmtree(server.folder, ignore_errors=True)


def end(server: Server) -> None:
    """End the server in good order; what it keeps stays."""
    _end(server.process, signal.SIGINT)


def _end(process: subprocess.Popen[bytes], number: int) -> None:
    if process.poll() is None:
        process.send_signal(number)
        process.wait(60)


def _serve(
    programs: Path, folder: Path, port: int, settings: dict[str, str], user: tuple[int, int] | None
) -> subprocess.Popen[bytes]:
    words = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder), "-p", str(port)]
    words += ["-h", "127.0.0.1"]
    for name, value in {**_SETTINGS, **settings}.items():
        words += ["-c", f"{name}={value}"]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(words, cwd=folder, stdout=log, stderr=log, **_as(user))  # type: ignore[call-overload,no-any-return]


def _run(words: list[str], folder: Path, user: tuple[int, int] | None) -> None:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, **_as(user))  # type: ignore[call-overload]
    assert done.returncode == 0, done.stderr


def _as(user: tuple[int, int] | None) -> dict[str, object]:
    """PostgreSQL refuses to run as root, so root runs it as somebody else."""
    return {} if user is None else {"user": user[0], "group": user[1], "extra_groups": []}


def _unprivileged() -> tuple[int, int] | None:
    if os.geteuid() != 0:
        return None
    known = {user.pw_name: (user.pw_uid, user.pw_gid) for user in pwd.getpwall()}
    found = known.get("postgres") or known.get("nobody")
    if found is None:
        missing("Root cannot run PostgreSQL, and there is neither a user postgres nor a user nobody.")
    return found


def _programs() -> Path:
    """The folder with `initdb` and `postgres`, of the newest version that there is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        missing("PostgreSQL is not there: run `make tools` as root, or install the package postgresql.")
    return Path(on_path).resolve().parent


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _await(server: Server) -> None:
    give_up_at = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(server.url("postgres"), connect_timeout=10).close()
        except psycopg.OperationalError:
            assert server.process.poll() is None, (server.folder / "log").read_text()
            assert time.monotonic() < give_up_at, (server.folder / "log").read_text()
            time.sleep(0.02)
        else:
            return
