"""What is SQLite's own: URLs, files that cannot be used, the schema and its migrations, plans of the lists."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from sqlite_utils import Database

from jcli.errors import ConfigError, StoreBusy, StoreError
from jcli.model import EnrollmentStatus, JourneyStatus, Kind, Site
from jcli.store import Page, Store, open_store
from jcli.store.sqlite import SqliteStore, migrations
from jcli.store.sqlite.connection import APPLICATION_ID
from tests.store import samples

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "jcli" / "store" / "sqlite"


def _open(path: Path, **options: float) -> SqliteStore:
    store = open_store(f"sqlite:///{path}", **options)  # type: ignore[arg-type]
    assert isinstance(store, SqliteStore)
    return store


def test_a_relative_url_is_below_the_workspace_and_folders_are_made(tmp_path: Path) -> None:
    open_store("sqlite:///.jcli/deep/journeys.db", base=tmp_path).close()
    assert (tmp_path / ".jcli" / "deep" / "journeys.db").is_file()


def test_an_absolute_url_ignores_the_workspace(tmp_path: Path) -> None:
    path = tmp_path / "a b%20é.db"
    store = open_store(f"sqlite:///{path}", base=tmp_path / "elsewhere")
    assert store.url == f"sqlite:///{path}"
    store.close()
    assert path.is_file()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://journeys.example", "https:// is not supported"),
        ("mysql://localhost/journeys", "'mysql' is not a kind of store"),
        ("journeys.db", "not a store's URL"),
        ("", "not a store's URL"),
        ("sqlite:///", "names no file"),
        ("sqlite://journeys.db", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///a.db?mode=ro", "has options"),
        ("sqlite:///a\0.db", "not a store's URL|has options"),
    ],
)
def test_other_urls_are_refused_with_what_is_supported(tmp_path: Path, url: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        open_store(url, base=tmp_path)
    assert "sqlite:///" in (caught.value.hint or "")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_store_is_not_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store at"):
        open_store("sqlite:///a/b.db", base=tmp_path, create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "store.db").mkdir()
    with pytest.raises(StoreError, match="a folder stands where the file should be"):
        _open(tmp_path / "store.db")


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="folder of the store"):
        _open(tmp_path / "file" / "store.db")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"journey: welcome\n" * 100)
    with pytest.raises(StoreError, match="not an SQLite database"):
        _open(path)
    assert path.read_bytes() == b"journey: welcome\n" * 100


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    Database(path)["cats"].insert({"name": "Cleo"}).db.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        _open(path)
    assert path.read_bytes() == before


def test_a_newer_store_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    _open(path).close()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('jcli', '9999_future', '')"
        )
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer version of jcli \\(it has 9999_future\\)"):
        _open(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["store.db"]


def test_an_open_store_that_became_newer_is_not_ready(tmp_path: Path) -> None:
    store = _open(tmp_path / "store.db")
    store.ready()
    store.session().connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('jcli', '9999_future', '')"
    )
    with pytest.raises(StoreError, match="newer version"):
        store.ready()
    store.close()


def test_an_older_store_is_not_ready_until_it_is_migrated(tmp_path: Path) -> None:
    store = open_store("sqlite:///store.db", base=tmp_path, migrate=False)
    with pytest.raises(StoreError, match=r"0001_initial.* must be applied") as caught:
        store.ready()
    assert caught.value.hint
    assert store.migrate() == list(migrations.NAMES)
    store.ready()
    store.close()


def test_a_damaged_store_is_an_error_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = _open(path)
    samples.save(store, *[samples.journey(f"j{index}") for index in range(300)])
    store.close()
    content = bytearray(path.read_bytes())
    content[4096 * 3 :] = os.urandom(1) * (len(content) - 4096 * 3)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="the file is damaged") as caught:
        _read_all(path)
    assert "backup" in (caught.value.hint or "")


def _read_all(path: Path) -> None:
    store = _open(path)
    try:
        with store.read() as tables:
            samples.by_cursor(lambda page: tables.journeys(None, page), 100)
            tables.journey_states()
            tables.journey("j1")
    finally:
        store.close()


def test_a_store_that_another_program_holds_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    _open(path).close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("DELETE FROM answers")
    with pytest.raises(StoreBusy):
        _open(path, busy_timeout=0.05)
    holder.close()
    _open(path).close()


def test_a_full_disk_is_an_error_with_a_sentence_and_changes_nothing(tmp_path: Path) -> None:
    store = _open(tmp_path / "store.db")
    samples.save(store, samples.journey("j"))
    (pages,) = store.session().connection.execute("PRAGMA page_count").fetchone()
    store.session().connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="the disk is full"):
        samples.save(store, *[samples.journey(f"k{index}") for index in range(100)])
    with store.read() as tables:
        assert set(tables.journey_states()) == {"j"}
        samples.assert_counts_hold(tables)
    store.close()


_WITHOUT_PERMISSION = """
import os, sys
from jcli.errors import StoreError
from jcli.model import Site
from jcli.store import open_store
from tests.store import samples

if os.geteuid() == 0:
    os.setgroups([])
    os.setuid(65534)
try:
    samples.save(open_store(sys.argv[1]), samples.journey("j"))
except StoreError as error:
    sys.stdout.write(f"{error.message} {error.hint}")
"""


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "said"),
    [(0o000, 0o755, "opened|permission"), (0o444, 0o755, "written|opened|permission"), (None, 0o555, "opened|written")],
    ids=["unreadable-file", "read-only-file", "read-only-folder"],
)
def test_no_permission_is_an_error_with_a_sentence(
    tmp_path: Path, file_mode: int | None, folder_mode: int, said: str
) -> None:
    """In a process that has given up root's rights, which ignore modes."""
    folder = tmp_path / "folder"
    folder.mkdir()
    temporary = Path(tempfile.gettempdir()).resolve()
    for parent in (folder, *folder.parents):
        if parent.is_relative_to(temporary) and parent != temporary:
            parent.chmod(parent.stat().st_mode | 0o055)  # the child must come as far as the folder
    path = folder / "store.db"
    if file_mode is not None:
        _open(path).close()
        path.chmod(file_mode)
    folder.chmod(folder_mode)
    command = [sys.executable, "-c", _WITHOUT_PERMISSION, f"sqlite:///{path}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    folder.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert re.search(said, done.stdout)
    assert "None" not in done.stdout


def test_pragmas(tmp_path: Path) -> None:
    store = _open(tmp_path / "store.db", busy_timeout=1.5)
    ask = store.session().connection.execute
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 1500,
        "application_id": APPLICATION_ID,
        "trusted_schema": 0,
    }
    assert {name: ask(f"PRAGMA {name}").fetchone()[0] for name in expected} == expected
    store.close()


def test_the_schema_is_the_sum_of_the_migrations(tmp_path: Path) -> None:
    """Run `python -m jcli.store.sqlite.migrations > jcli/store/sqlite/schema.sql` after a new migration."""
    store = _open(tmp_path / "store.db")
    schema = migrations.schema_of(Database(store.session().connection, recursive_triggers=False))
    store.close()
    assert schema == (PACKAGE / "schema.sql").read_text(encoding="utf-8")
    printed = subprocess.run(
        [sys.executable, "-m", "jcli.store.sqlite.migrations"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert printed.stdout == schema


def test_every_migration_has_its_file_and_every_file_its_migration() -> None:
    assert [path.stem for path in sorted((PACKAGE / "migrations").glob("*.sql"))] == list(migrations.NAMES)


def test_every_table_is_strict(tmp_path: Path) -> None:
    store = _open(tmp_path / "store.db")
    database = Database(store.session().connection, recursive_triggers=False)
    loose = [table.name for table in database.tables if not table.strict]
    store.close()
    assert loose == ["_sqlite_migrations"]


def test_a_migration_that_fails_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.db"
    store = _open(path)
    samples.save(store, samples.journey("j"))

    def broken(database: Database) -> None:
        database.execute("CREATE TABLE half_done (x)")
        database.execute("INSERT INTO nowhere VALUES (1)")

    def catalogue() -> migrations.Migrations:
        found = migrations.Migrations(migrations.SET)
        for name in migrations.NAMES:
            found(name=name)(broken)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "NAMES", (*migrations.NAMES, "0002_broken"))
        patch.setattr(migrations, "catalogue", catalogue)
        with pytest.raises(StoreError, match="no such table: nowhere"):
            store.migrate()
    store.ready()
    tables = Database(store.session().connection, recursive_triggers=False).table_names()
    assert "half_done" not in tables
    assert store.migrate() == []
    store.close()


def test_sites_of_an_older_store_get_their_write_keys(tmp_path: Path) -> None:
    store = open_store("sqlite:///store.db", base=tmp_path, migrate=False)
    connection = store.session().connection  # type: ignore[attr-defined]
    migrations.catalogue(("0001_initial",)).apply(Database(connection, recursive_triggers=False))
    columns = "id, name, domains, version, fingerprint, created_at, updated_at"
    connection.executemany(f"INSERT INTO sites ({columns}) VALUES (?, '', '[]', 1, '', 0, 0)", [("a",), ("b",)])

    store.migrate()

    with store.read() as tables:
        keys = tables.write_keys(["a", "b"])
        assert len(set(keys.values())) == 2
        assert [tables.site_of_key(keys[name]) for name in ("a", "b")] == [Site("a", ""), Site("b", "")]
    store.close()


_MIGRATE = """
import sys, time
from jcli.model import Site
from jcli.store import open_store
from tests.store import samples

url, number, begin = sys.argv[1:]
time.sleep(max(0.0, float(begin) - time.time()))
samples.save(open_store(url), samples.journey(f"j{number}"))
"""


def test_processes_that_make_one_store_at_once(tmp_path: Path) -> None:
    for attempt in range(3):
        url = f"sqlite:///{tmp_path}/{attempt}.db"
        begin = str(time.time() + 0.6)
        children = [
            subprocess.Popen([sys.executable, "-c", _MIGRATE, url, str(number), begin], cwd=ROOT) for number in range(3)
        ]
        assert [child.wait(60) for child in children] == [0, 0, 0]
        store = open_store(url)
        store.ready()
        with store.read() as tables:
            assert set(tables.journey_states()) == {"j0", "j1", "j2"}
        store.close()


@pytest.mark.parametrize("statement", ["UPDATE revisions SET author = 'eve'", "DELETE FROM revisions"])
def test_the_database_itself_keeps_revisions(tmp_path: Path, statement: str) -> None:
    store = _open(tmp_path / "store.db")
    samples.save(store, samples.journey("j"))
    with pytest.raises(sqlite3.IntegrityError, match="a revision is"):
        store.session().connection.execute(statement)
    with pytest.raises(sqlite3.IntegrityError, match="a revision is"):
        store.session().connection.execute(
            "INSERT OR REPLACE INTO revisions"
            " SELECT journey_id, number, '[]', '[]', 0, 'eve', 'api', '{}' FROM revisions"
        )
    store.close()


def test_a_store_that_was_closed_stays_closed(tmp_path: Path) -> None:
    store = _open(tmp_path / "store.db")
    store.close()
    store.close()
    with pytest.raises(StoreError, match="was closed"):
        store.read()


def test_a_transaction_left_open_by_an_interrupt_is_taken_back(tmp_path: Path) -> None:
    store = _open(tmp_path / "store.db")
    store.session().connection.execute("BEGIN IMMEDIATE")
    store.session().connection.execute("INSERT INTO people_counts VALUES ('main', 1)")
    samples.save(store, samples.journey("j"))
    with store.read() as tables:
        samples.assert_counts_hold(tables)
        assert tables.people(None, Page()).total == 0
    store.close()


def _lists(store: Store) -> None:
    """Every list in every combination of filters, from its beginning and after a row."""
    for page in (Page(20), Page(20, offset=40), Page(20, after=(5, "x"))):
        with store.read() as tables:
            for sites in (None, frozenset({"main"}), frozenset({"main", "other"})):
                for status in (None, JourneyStatus.DRAFT):
                    tables.journeys(sites, page, status=status)
                for kind in (Kind.AUDIENCE, Kind.CONTENT, Kind.SITE):
                    tables.things(kind, sites, page)
                tables.people(sites, page if page.after is None else Page(20, after=(5, '["x","main",0]')))
            for enrolled in (None, EnrollmentStatus.COMPLETED):
                for node in (None, "j/n1"):
                    tables.enrollments("j", page, status=enrolled, node_id=node)
            tables.revisions("j", page)
            tables.audit(Kind.JOURNEY, "j", page)


def test_no_list_sorts_or_reads_a_whole_table(tmp_path: Path) -> None:
    """The plan of each page: rows come out of an index in order, so its cost is that of the page."""
    store = _open(tmp_path / "store.db")
    connection, asked = store.session().connection, []
    connection.set_trace_callback(asked.append)
    _lists(store)
    connection.set_trace_callback(None)
    pages = {statement for statement in asked if " LIMIT " in statement}
    assert len(pages) > 40
    for statement in pages:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert not [step for step in plan if step.startswith("SCAN") or "TEMP B-TREE" in step], (statement, plan)
    store.close()
