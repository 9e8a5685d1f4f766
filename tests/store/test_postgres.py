"""What is PostgreSQL's own: URLs, whose database it is, what goes wrong and how it is told, shards, and plans."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jcli.errors import ConfigError, InvalidRequest, JcliError, StoreBusy, StoreConflict, StoreError
from jcli.model import Kind, Site
from jcli.store import Page, PersonKey, Store, open_store
from jcli.store.postgres import PostgresStore, migrations
from jcli.store.postgres.session import STATEMENTS, _numbered
from jcli.store.shards import SHARDS, shard_of
from jcli.store.sqlite.migrations import NAMES as SQLITE_NAMES
from tests import postgres
from tests.beside import ask
from tests.store import samples

ROOT = Path(__file__).parents[2]


@pytest.fixture
def url() -> Iterator[str]:
    with postgres.database() as made:
        yield made


@pytest.fixture
def empty() -> Iterator[str]:
    """A database without the schema."""
    with postgres.database(migrated=False) as made:
        yield made


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    opened = open_store(url)
    assert isinstance(opened, PostgresStore)
    yield opened
    opened.close()


def name_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


# URLs


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:s3cret@host:port/journeys",
        "postgresql://ana:pass@s3cret@host/journeys",
        "postgresql://ana:12/s3cret@host/journeys",
        "postgresql://ana:12#s3cret@host/journeys",
        "postgresql://ana:s3cret@[host/journeys",
        "postgresql://ana:s3cret@host/journeys?no_such_option=1",
        "postgresql://ana:s3cret@host/journeys?pool=many",
        "postgresql://ana:s3cret@host/journeys?pool=0",
    ],
)
def test_a_url_that_nobody_understands_is_not_repeated(url: str) -> None:
    with pytest.raises(JcliError) as caught:
        open_store(url, busy_timeout=0.1)
    assert "s3cret" not in f"{caught.value.message} {caught.value.hint}"
    assert isinstance(caught.value, ConfigError)
    assert "postgresql://USER@HOST" in (caught.value.hint or "")


def test_the_url_is_shown_without_its_password(url: str) -> None:
    store = open_store(postgres.running().loopback(name_of(url)) + "?sslpassword=hidden&application_name=mine")
    assert store.url == f"postgresql://jcli@127.0.0.1:{postgres.running().port}/{name_of(url)}?application_name=mine"
    store.close()


def test_what_is_ours_in_a_url_is_not_told_to_a_tool_of_postgresqls_own(url: str) -> None:
    store = open_store(postgres.running().loopback(name_of(url)) + "?pool=3&application_name=mine", migrate=False)
    command = store.dump_command(Path("kept.dump"))
    assert command is not None
    assert command.endswith(f"@127.0.0.1:{postgres.running().port}/{name_of(url)}?application_name=mine'")
    store.close()


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}", name="psycopg")

    monkeypatch.setattr("jcli.store.opening.import_module", gone)
    with pytest.raises(ConfigError, match="not installed") as caught:
        open_store("postgresql:///journeys")
    assert caught.value.hint == "pip install 'jcli[postgres]'"


# What cannot be used is refused with a sentence


def refusal(url: str, **options: float) -> StoreError:
    with pytest.raises(StoreError) as caught:
        open_store(url, **options).close()  # type: ignore[arg-type]
    assert len(caught.value.message) <= 140 + len(url)
    assert postgres.PASSWORD not in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.hint
    return caught.value


def test_a_wrong_password(url: str) -> None:
    wrong = postgres.running().loopback(name_of(url), password="a guess")
    told = refusal(wrong)
    assert "the password or the user is wrong" in told.message
    assert "guess" not in told.message


def test_an_unknown_user(url: str) -> None:
    assert "is wrong" in refusal(postgres.running().loopback(name_of(url), user="nobody")).message


def test_a_database_that_is_not_there() -> None:
    told = refusal(postgres.running().url("nowhere"))
    assert "there is no such database" in told.message
    assert "createdb" in (told.hint or "")


def test_a_server_that_is_not_there() -> None:
    told = refusal("postgresql://jcli:secret@127.0.0.1:1/journeys")
    assert isinstance(told, StoreBusy)
    assert "cannot be reached" in told.message
    assert "secret" not in told.message


def test_a_database_without_a_store_is_refused_when_none_is_to_be_made(empty: str) -> None:
    with pytest.raises(StoreError, match="There is no store at"):
        open_store(empty, create=False)
    assert ask(empty, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == [(0,)]


def test_a_database_of_another_program_is_left_as_it_is(empty: str) -> None:
    postgres.running().ask("CREATE TABLE theirs (x int)", database=name_of(empty))
    assert "holds tables of another program" in refusal(empty).message
    assert ask(empty, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace") == [("theirs",)]


def test_another_program_may_have_a_schema_beside_ours(empty: str) -> None:
    postgres.running().ask("CREATE TABLE theirs (x int)", "CREATE SCHEMA ours", database=name_of(empty))
    beside = f"{empty}&options=-csearch_path%3Dours"
    store = open_store(beside)
    samples.save(store, samples.journey("j"))
    store.close()
    assert ask(beside, "SELECT id FROM journeys") == [("j",)]
    assert "holds tables of another program" in refusal(empty).message
    assert "is not there" in refusal(f"{empty}&options=-csearch_path%3Dnobodys").message


def test_a_store_of_a_newer_version_is_left_as_it_is(url: str) -> None:
    postgres.running().ask("INSERT INTO _jcli_migrations VALUES ('0999_later', now())", database=name_of(url))
    try:
        told = refusal(url)
        assert "a newer version of jcli (it has 0999_later)" in told.message
    finally:
        postgres.running().ask("DELETE FROM _jcli_migrations WHERE name = '0999_later'", database=name_of(url))


def test_an_older_store_is_not_ready(empty: str) -> None:
    store = open_store(empty, migrate=False)
    with pytest.raises(StoreError, match=r"0001_initial.* must be applied"):
        store.ready()
    assert store.migrate() == list(migrations.NAMES)
    assert store.migrate() == []
    store.ready()
    store.close()


def test_a_database_in_another_encoding() -> None:
    server = postgres.running()
    server.ask("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    try:
        assert "the encoding of the database is LATIN1" in refusal(server.url("latin")).message
    finally:
        server.ask("DROP DATABASE latin WITH (FORCE)")


def test_a_read_only_database(url: str) -> None:
    store = open_store(f"{url}&options=-cdefault_transaction_read_only%3Don")
    with pytest.raises(StoreError, match="it is read-only"):
        samples.save(store, samples.journey("j"))
    with store.read() as tables:
        assert tables.journey("j") is None
    store.close()


def test_a_user_without_rights(url: str) -> None:
    server = postgres.running()
    server.ask("DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN", database=name_of(url))
    assert "the user may not do this" in refusal(server.url(name_of(url), user="guest")).message


# What goes wrong on the way


def test_a_full_disk_leaves_the_store_as_it_was(store: PostgresStore, url: str) -> None:
    """The server says so in the words in which it says it of a real disk."""
    server, database = postgres.running(), name_of(url)
    server.ask(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$",
        "CREATE TRIGGER full_disk BEFORE INSERT ON revisions EXECUTE FUNCTION full_disk()",
        database=database,
    )
    try:
        with pytest.raises(StoreError, match="the disk is full") as caught:
            samples.save(store, samples.journey("j"))
        assert not isinstance(caught.value, StoreBusy)
    finally:
        server.ask("DROP FUNCTION full_disk CASCADE", database=database)
    with store.read() as tables:
        assert tables.journeys(None, Page()).total == 0
    samples.save(store, samples.journey("j"))


def _end_connections(url: str) -> None:
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    postgres.running().ask(f"SELECT pg_terminate_backend(pid) {others}", database=name_of(url))


def test_a_connection_that_is_lost_in_a_transaction_takes_it_back(store: PostgresStore, url: str) -> None:
    def broken() -> None:
        with store.write() as tables:
            tables.put_thing(Site("s", "S"), "f", 1)
            _end_connections(url)
            tables.put_thing(Site("t", "T"), "f", 1)

    with pytest.raises(StoreBusy):
        broken()
    with store.read() as tables:
        assert tables.thing(Kind.SITE, "s") is None
    samples.save(store, samples.journey("j"))


def test_a_connection_that_is_lost_before_the_commit(store: PostgresStore, url: str) -> None:
    def broken() -> None:
        with store.write() as tables:
            tables.put_thing(Site("s", "S"), "f", 1)
            _end_connections(url)

    with pytest.raises(StoreBusy) as caught:
        broken()
    assert caught.value.hint
    with store.read() as tables:
        assert tables.thing(Kind.SITE, "s") is None


def test_connections_that_broke_while_they_lay_idle_are_nobodys_business(store: PostgresStore, url: str) -> None:
    samples.save(store, samples.journey("j"))
    for _ in range(3):
        _end_connections(url)
        with store.read() as tables:
            assert tables.journey("j") is not None


def test_the_server_comes_back(tmp_path: Path) -> None:
    """While it is away everybody is told to wait; once it is there all goes on, without a restart of ours."""
    server = postgres.start()
    server.ask("CREATE DATABASE journeys")
    store = open_store(server.url("journeys"), busy_timeout=0.5)
    samples.save(store, samples.journey("before"))
    postgres.end(server)
    for _ in range(2):
        with pytest.raises(StoreBusy, match="cannot be reached"), store.read():
            pass
    with pytest.raises(StoreBusy, match="cannot be reached"):
        store.ready()
    server = postgres.restart(server, kill=True)
    for _ in range(20):
        try:
            samples.save(store, samples.journey("after"))
            break
        except StoreBusy:
            continue
    with store.read() as tables:
        assert set(tables.journey_states()) == {"before", "after"}
    store.close()
    postgres.stop(server)


def test_all_connections_in_use(url: str) -> None:
    store = open_store(f"{url}&pool=1", busy_timeout=0.2)
    failed: list[BaseException] = []

    def read() -> None:
        try:
            with store.read():
                pass
        except BaseException as error:
            failed.append(error)

    with store.write():
        thread = threading.Thread(target=read)
        thread.start()
        thread.join(10)
    assert [type(error) for error in failed] == [StoreBusy]
    read()
    assert len(failed) == 1
    store.close()


def test_two_that_wait_for_each_other_are_told_apart(store: PostgresStore) -> None:
    """One goes on, the other one gets a conflict and may try again."""
    ana, bo = (PersonKey("main", name) for name in ("ana", "bo"))
    with store.write() as tables:
        samples.put_people(tables, samples.person("ana"), samples.person("bo"))
    met, outcomes = threading.Barrier(2), []

    def lock(first: PersonKey, second: PersonKey) -> None:
        try:
            with store.write_people() as tables:
                tables.load_people([first])
                met.wait(10)
                tables.load_people([second])
            outcomes.append("done")
        except StoreConflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=lock, args=pair) for pair in ((ana, bo), (bo, ana))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["conflict", "done"]


def test_a_new_person_whom_somebody_else_has_just_made_is_a_conflict(store: PostgresStore, url: str) -> None:
    other = open_store(url)

    def late() -> None:
        with store.write_people() as tables:
            assert tables.load_people([PersonKey("main", "ana")]) == {}
            done = threading.Thread(target=_put, args=(other,))
            done.start()
            done.join(10)
            samples.insert(tables, samples.person("ana"))

    with pytest.raises(StoreConflict):
        late()
    with store.read() as tables:
        assert tables.people(None, Page()).total == 1
    other.close()


def _put(store: Store) -> None:
    with store.write_people() as tables:
        samples.put_people(tables, samples.person("ana"))


def test_work_on_people_goes_on_beside_other_work_but_not_beside_a_change_of_journeys(url: str) -> None:
    one, other, impatient = (open_store(url), open_store(url), open_store(url, busy_timeout=0.1))
    with one.write_people() as tables:
        samples.put_people(tables, samples.person("ana"))
        done = threading.Thread(target=_put_bo, args=(other,))
        done.start()
        done.join(10)
        assert ask(url, "SELECT id FROM people") == [("bo",)]
        waited: list[BaseException] = []
        thread = threading.Thread(target=_save_or_fail, args=(impatient, waited))
        thread.start()
        thread.join(10)
        assert [type(error) for error in waited] == [StoreBusy]
        with pytest.raises(RuntimeError, match="stale"), one.write():
            pass
    for store in (one, other, impatient):
        store.close()


def _put_bo(store: Store) -> None:
    with store.write_people() as tables:
        samples.put_people(tables, samples.person("bo"))


def _save_or_fail(store: Store, failed: list[BaseException]) -> None:
    try:
        samples.save(store, samples.journey("j"))
    except StoreBusy as error:
        failed.append(error)


def test_a_text_that_cannot_be_kept_is_refused(store: PostgresStore) -> None:
    with store.read() as tables, pytest.raises(InvalidRequest, match="NUL"):
        tables.journey("a\0b")


# The schema


def test_the_migrations_bear_the_names_of_sqlites() -> None:
    assert migrations.NAMES == SQLITE_NAMES
    folder = ROOT / "jcli" / "store" / "postgres" / "migrations"
    assert [path.stem for path in sorted(folder.glob("*.sql"))] == list(migrations.NAMES)


def test_a_migration_that_fails_leaves_nothing(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script = migrations.script
    monkeypatch.setattr(migrations, "script", lambda name: script(name) + b"; SELECT nothing" * (name > "0003"))
    with pytest.raises(StoreError):
        open_store(empty)
    assert ask(empty, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == [(0,)]
    monkeypatch.undo()
    open_store(empty).close()


_MIGRATE = "import sys; from jcli.store import open_store; open_store(sys.argv[1], busy_timeout=60.0).close()"


def test_processes_that_make_one_store_at_once(empty: str) -> None:
    children = [subprocess.Popen([sys.executable, "-c", _MIGRATE, empty], cwd=ROOT) for _ in range(3)]
    assert [child.wait(90) for child in children] == [0, 0, 0]
    assert ask(empty, "SELECT name FROM _jcli_migrations ORDER BY 1") == [(name,) for name in migrations.NAMES]


# Shards


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*[st.text(st.characters(exclude_characters="\0", codec="utf-8"))] * 2), max_size=50))
def test_the_database_places_people_as_we_do(store: PostgresStore, people: list[tuple[str, str]]) -> None:
    with psycopg.connect(store.url) as connection:
        found = [connection.execute("SELECT shard_of(%s, %s)", person).fetchone() for person in people]
    assert found == [(shard_of(*person),) for person in people]


def test_people_are_spread_evenly() -> None:
    counts = [0] * SHARDS
    for number in range(100 * SHARDS):
        counts[shard_of("main", f"p{number}")] += 1
    assert min(counts) > 50
    assert max(counts) < 160


def test_the_shard_of_a_person_stays_what_it_is() -> None:
    """Rows out there are placed by it."""
    assert [shard_of("main", name) for name in ("ana", "bo", "")] == [128, 137, 3]


_OF_ONE_PERSON = {
    "people.one": ("ana", False, "main"),
    "enrollments.last": ("ana", "j", False, "main"),
    "figures.deliveries_total": (1024 * 7 + 3, None),
    "figures.events_of": (1024 * 7 + 3, 0, 10),
    "running.postpone": (1, 1024 * 7 + 3),
    "running.take_steps": (3, ["e"]),
    "running.take_enrollments": (3, "ana", "main"),
    "running.take_deliveries": (3, 1024 * 7 + 3),
    "erasing.person": ("ana", False, "main"),
    "erasing.enrollments": ("ana", False, "main"),
    "erasing.delete_enrollments": ("ana", False, "main"),
    "erasing.delete_deliveries": (1024 * 7 + 3,),
    "erasing.delete_events": (1024 * 7 + 3,),
    "erasing.delete_person": (1024 * 7 + 3,),
}


@pytest.mark.parametrize("name", sorted(_OF_ONE_PERSON))
def test_a_statement_about_a_person_looks_at_one_part_only(store: PostgresStore, name: str) -> None:
    with psycopg.connect(store.url, cursor_factory=psycopg.RawCursor) as connection:
        plan = connection.execute(b"EXPLAIN " + _numbered(STATEMENTS[name]), _OF_ONE_PERSON[name]).fetchall()
    lines = [line for (line,) in plan if " on " in line and "Scan" in line]
    tables = {line.split(" on ")[1].split()[0].rstrip("0123456789") for line in lines if "Bitmap Index" not in line}
    parts = {line.split(" on ")[1].split()[0] for line in lines if "Bitmap Index" not in line}
    assert len(parts) == len(tables) == 1, "\n".join(line for (line,) in plan)
