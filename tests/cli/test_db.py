"""`jcli db`: what it prints, how it ends, and that nothing of it touches what it should not."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from jcli import operations
from jcli.commands import exits
from jcli.runtime import Runtime
from jcli.store import open_store
from jcli.store.sqlite import migrations
from tests import postgres
from tests.cli.conftest import NOW_NS, Answer, Run
from tests.runtime.world import ACTOR, counting
from tests.upkeep.full import content, fill

STORE = "sqlite:///.jcli/journeys.db"


@pytest.fixture
def filled(ready: Path, frozen: None) -> Path:
    """A workspace whose store has something in every table."""
    store = open_store(STORE)
    fill(store)
    store.close()
    return ready


def _older(path: Path, names: tuple[str, ...] = ("0001_initial",)) -> None:
    path.parent.mkdir(exist_ok=True)
    connection = sqlite3.connect(path)
    migrations.catalogue(names).apply(Database(connection, execute_plugins=False))
    connection.close()


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('jcli', '9999_future', '')"
        )


# status


def test_status(run: Run, lived: Path) -> None:
    answer = run("db", "status")
    assert (answer.code, answer.err) == (exits.DONE, "")
    first, schema, size, timers, outbox = answer.out.splitlines()[:5]
    assert first == f"sqlite:///{lived}/.jcli/journeys.db"
    assert schema == f"  schema  up to date ({migrations.NAMES[-1]})"
    assert size.startswith("  size    ")
    assert size.endswith(" in the log")
    assert timers == "  timers  0 people are due; the first timer is that of 2026-01-03T01:00:00Z"
    assert outbox == "  outbox  0 events wait to be sent"
    rows = {line.split()[0]: line.split()[1:] for line in answer.out.split("\n\n")[1].splitlines()}
    assert rows["TABLE"] == ["ROWS", "OLDEST", "NEWEST"]
    assert rows["people"] == ["4", "2026-01-01T00:00:00Z", "2026-01-01T03:00:00Z"]
    assert rows["enrollments"] == ["3", "2026-01-01T00:00:00Z", "2026-01-01T02:00:00Z"]
    assert rows["events"][0] == "13"
    assert rows["jobs"] == ["0"]


def test_status_as_json(run: Run, lived: Path) -> None:
    told = json.loads(run("db", "status", "--format", "json").out)
    assert told["formatVersion"] == "1.0"
    assert told["schema"] == {"applied": list(migrations.NAMES), "pending": [], "newer": []}
    assert told["waiting"] == {"due": 0, "nextDue": "2026-01-03T01:00:00Z", "jobs": []}
    assert (told["paused"], told["copy"]) == (None, None)
    assert told["bytes"]["whole"] > 100_000
    assert {"name": "jobs", "rows": 0, "oldest": None, "newest": None} in told["tables"]


def test_status_counts_what_is_due_and_the_log(run: Run, lived: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time_ns", lambda: NOW_NS + 10 * 86_400 * 1_000_000_000)
    with closing(sqlite3.connect(".jcli/journeys.db")) as open_elsewhere:
        open_elsewhere.execute("UPDATE people SET traits = '{}'")
        open_elsewhere.commit()
        told = json.loads(run("db", "status", "--format", "json").out)
    assert told["waiting"]["due"] == 1
    assert told["bytes"]["log"] > 4096


def test_status_of_an_older_store_changes_nothing(run: Run, ready: Path) -> None:
    path = ready / ".jcli" / "journeys.db"
    _older(path)
    answer = run("db", "status")
    assert answer.code == exits.DONE
    assert "to be brought up to date by `jcli db migrate`: 0002_runtime, 0003_write_keys" in answer.out
    assert "timers" not in answer.out
    told = json.loads(run("db", "status", "--format", "json").out)
    assert told["schema"]["applied"] == ["0001_initial"]
    assert told["waiting"] is None


def test_status_of_a_newer_store(run: Run, synced: Path) -> None:
    path = synced / ".jcli" / "journeys.db"
    _newer(path)
    before = path.read_bytes()
    answer = run("db", "status")
    assert answer.code == exits.DONE
    assert "written by a newer version of jcli, which knows 9999_future" in answer.out
    told = json.loads(run("db", "status", "--format", "json").out)
    assert told["schema"]["newer"] == ["9999_future"]
    assert told["tables"] is None
    assert path.read_bytes() == before
    assert run("db", "check").code == exits.FAILED


@pytest.mark.parametrize("command", [("status",), ("check",), ("migrate", "--check"), ("backup", "b.db"), ("resume",)])
def test_a_store_that_is_not_there_is_not_made(run: Run, ready: Path, command: tuple[str, ...]) -> None:
    answer = run("db", *command)
    assert (answer.code, answer.out) == (exits.FAILED, "")
    assert "There is no store at" in answer.err
    assert not (ready / ".jcli" / "journeys.db").exists()
    assert not (ready / "b.db").exists()


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("migrate",),
        ("check",),
        ("backup", "b.db"),
        ("resume",),
        ("copy", "https://journeys.example", STORE),
        ("copy", STORE, "https://journeys.example"),
    ],
)
def test_a_server_is_no_database(run: Run, synced: Path, command: tuple[str, ...]) -> None:
    answer = run("db", *command, env={"JCLI_STORE": "https://journeys.example"})
    assert (answer.code, answer.out) == (exits.USAGE, "")
    assert "needs the database itself, and the target is a server" in answer.err


# migrate


def test_migrate(run: Run, ready: Path) -> None:
    path = ready / ".jcli" / "journeys.db"
    _older(path)
    rest = list(migrations.NAMES[1:])
    answer = run("db", "migrate", "--check")
    assert (answer.code, answer.out.split()) == (exits.CHANGES, rest)
    told = json.loads(run("db", "migrate", "--check", "--format", "json").out)
    assert (told["applied"], told["schema"]["pending"]) == ([], rest)
    answer = run("db", "migrate")
    assert (answer.code, answer.out.split(), answer.err) == (exits.DONE, rest, "")
    for again in (("migrate",), ("migrate", "--check")):
        answer = run("db", *again)
        assert (answer.code, answer.out, answer.err) == (exits.DONE, "", "The schema is up to date.\n")


def test_migrate_makes_a_store(run: Run, ready: Path) -> None:
    told = json.loads(run("db", "migrate", "--format", "json").out)
    assert told == {
        "formatVersion": "1.0",
        "applied": list(migrations.NAMES),
        "schema": {"applied": list(migrations.NAMES), "pending": [], "newer": []},
    }
    assert run("db", "check", "-q").out == "Nothing is wrong.\n"


def test_an_older_store_is_not_checked(run: Run, ready: Path) -> None:
    _older(ready / ".jcli" / "journeys.db")
    answer = run("db", "check")
    assert (answer.code, answer.out) == (exits.FAILED, "")
    assert "older schema" in answer.err


# check


def test_check(run: Run, filled: Path) -> None:
    answer = run("db", "check")
    assert (answer.code, answer.out) == (exits.DONE, "Nothing is wrong.\n")
    assert "steps" in answer.err.splitlines()[-1]
    told = json.loads(run("db", "check", "--format", "json", "-q").out)
    assert told == {"formatVersion": "1.0", "findings": [], "summary": {"findings": 0}}


def test_check_finds_what_is_wrong(run: Run, filled: Path) -> None:
    with closing(sqlite3.connect(".jcli/journeys.db")) as connection, connection:
        connection.execute("UPDATE people_counts SET n = 5")
        connection.execute("UPDATE people SET due_at = NULL WHERE id = 'p1'")
    answer = run("db", "check")
    assert answer.code == exits.FINDINGS
    assert answer.out == (
        "people-counts: people of the site main: the counter says 5, counting gives 13\n"
        "not-woken: person p1 of site main: a timer runs, and would be looked at never\n"
        "\n2 faults\n"
    )
    told = json.loads(run("db", "check", "--format", "json").out)
    assert told["summary"] == {"findings": 2}
    assert told["findings"][1] == {
        "code": "not-woken",
        "table": "people",
        "subject": "main p1",
        "message": "person p1 of site main: a timer runs, and would be looked at never",
    }


def test_check_of_a_damaged_file(run: Run, filled: Path) -> None:
    path = filled / ".jcli" / "journeys.db"
    damaged = bytearray(path.read_bytes())
    damaged[4096 * 4 :] = b"\x5a" * (len(damaged) - 4096 * 4)
    path.write_bytes(damaged)
    answer = run("db", "check", "-q")
    assert answer.code in (exits.FINDINGS, exits.FAILED)
    assert "integrity: " in answer.out or "the file is damaged" in answer.err


# backup


def test_backup(run: Run, filled: Path) -> None:
    answer = run("db", "backup", "kept.db", "-q")
    assert (answer.code, answer.out, answer.err) == (exits.DONE, "", "")
    assert sorted(path.name for path in filled.iterdir() if "kept" in path.name) == ["kept.db"]
    assert stat.S_IMODE((filled / "kept.db").stat().st_mode) == 0o600
    assert run("db", "check", "-q", env={"JCLI_STORE": "sqlite:///kept.db"}).code == exits.DONE
    store, kept = open_store(STORE), open_store("sqlite:///kept.db")
    assert content(kept) == content(store)
    store.close()
    kept.close()


def test_backup_says_what_it_did(run: Run, filled: Path) -> None:
    assert run("db", "backup", "kept.db").err.splitlines()[-1].startswith("Wrote kept.db (")
    os.chdir("..")
    assert run("-C", "acme", "db", "backup", "other.db").code == exits.DONE
    assert (filled / "other.db").exists()


def test_backup_does_not_overwrite(run: Run, filled: Path) -> None:
    (filled / "kept.db").write_text("something else")
    answer = run("db", "backup", "kept.db")
    assert answer.code == exits.USAGE
    assert "--force" in answer.err
    assert (filled / "kept.db").read_text() == "something else"
    assert run("db", "backup", "kept.db", "--force").code == exits.DONE
    assert (filled / "kept.db").read_bytes()[:6] == b"SQLite"


@pytest.mark.parametrize(
    ("file", "said"),
    [(".jcli/journeys.db", "is the database itself"), ("journeys", "is a folder"), ("link.db", "the database itself")],
)
def test_backup_spares_the_database(run: Run, filled: Path, file: str, said: str) -> None:
    (filled / "link.db").symlink_to(".jcli/journeys.db")
    answer = run("db", "backup", file, "--force")
    assert answer.code == exits.USAGE
    assert said in answer.err
    assert run("db", "check", "-q").code == exits.DONE


def test_backup_into_a_folder_that_is_not_there(run: Run, filled: Path) -> None:
    answer = run("db", "backup", "nowhere/kept.db")
    assert answer.code == exits.FAILED
    assert "nowhere" in answer.err


def test_a_damaged_store_gives_no_backup(run: Run, filled: Path) -> None:
    (filled / "kept.db").write_text("the last good one")
    with closing(sqlite3.connect(".jcli/journeys.db")) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, ' WHERE due_at IS NOT NULL', '')")
    answer = run("db", "backup", "kept.db", "--force", "-q")
    assert answer.code == exits.FAILED
    assert "not sound, so none was kept" in answer.err
    assert (filled / "kept.db").read_text() == "the last good one"
    assert [path.name for path in filled.iterdir() if path.name.startswith(".kept")] == []


def test_backup_while_others_write(run: Run, filled: Path) -> None:
    """Each copy is the store as it was at one moment: sound, and with all of a transaction or none of it."""
    store = open_store(STORE)
    runtime, ended, sent = Runtime(store, lambda: NOW_NS // 1_000_000, counting("id")), threading.Event(), [0]

    def write() -> None:
        while not ended.is_set():
            batch = [
                {"type": "track", "event": "go", "userId": f"w{sent[0]}-{n}", "messageId": f"w{sent[0]}-{n}"}
                for n in range(20)
            ]
            operations.record_events(runtime, ACTOR, "main", batch)
            sent[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(4):
            until = sent[0] + 2
            while sent[0] < until:
                time.sleep(0.01)
            assert run("db", "backup", f"{number}.db", "-q").code == exits.DONE
    finally:
        ended.set()
        writer.join()
        store.close()
    people = []
    for number in range(4):
        assert run("db", "check", "-q", env={"JCLI_STORE": f"sqlite:///{number}.db"}).out == "Nothing is wrong.\n"
        with closing(sqlite3.connect(f"{number}.db")) as connection:
            people.append(connection.execute("SELECT count(*) FROM people WHERE id GLOB 'w*'").fetchone()[0])
    assert all(count % 20 == 0 for count in people)
    assert people == sorted(people)
    assert people[-1] > people[0] > 0


def test_a_backup_that_is_killed_leaves_nothing_under_the_name(run: Run, filled: Path) -> None:
    for _ in range(5):
        command = [sys.executable, "-m", "jcli", "db", "backup", "kept.db"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while not list(filled.glob(".kept.db.*")) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if (filled / "kept.db").exists():
            assert run("db", "check", "-q", env={"JCLI_STORE": "sqlite:///kept.db"}).code == exits.DONE
            (filled / "kept.db").unlink()
    assert run("db", "backup", "kept.db").code == exits.DONE


# copy and resume


def test_copy(run: Run, filled: Path) -> None:
    (filled / "jcli.yaml").write_text(
        f"workspace: acme\ntargets:\n  local: {{url: '{STORE}'}}\n  next: {{url: 'sqlite:///next/journeys.db'}}\n"
    )
    answer = run("db", "copy", "local", "next")
    assert answer.code == exits.DONE
    assert answer.out.startswith("Copied ")
    assert answer.out.endswith(" rows to next, and compared them\n")
    assert "stays paused" in answer.err
    refused = run("send", "--user", "ana", "--event", "go")
    assert refused.code == exits.FAILED
    assert "paused" in refused.err
    assert "jcli db resume" in refused.err
    assert run("list").code == exits.DONE
    assert "paused  copied to" in run("db", "status").out
    assert json.loads(run("db", "status", "--format", "json").out)["paused"]["reason"].startswith("copied to")
    assert "all of it came from" in run("--target", "next", "db", "status").out
    assert run("--target", "next", "db", "check", "-q").out == "Nothing is wrong.\n"
    assert run("--target", "next", "send", "--user", "ana", "--event", "go").code == exits.DONE


def test_copy_as_json_and_once_more(run: Run, filled: Path) -> None:
    told = json.loads(run("db", "copy", STORE, "sqlite:///b.db", "--format", "json").out)
    assert told["formatVersion"] == "1.0"
    steps = next(table for table in told["tables"] if table["name"] == "steps")
    assert steps["rows"] > 0
    assert len(steps["checksum"]) == 32
    again = run("db", "copy", STORE, "sqlite:///b.db")
    assert (again.code, "nothing was done" in again.out) == (exits.DONE, True)
    told = json.loads(run("db", "copy", STORE, "sqlite:///b.db", "--format", "json", "--resume").out)
    assert told["tables"] is None
    assert run("send", "--user", "ana", "--event", "go").code == exits.DONE


def test_resume(run: Run, filled: Path) -> None:
    assert "was not paused" in run("db", "resume").out
    run("db", "copy", STORE, "sqlite:///b.db")
    assert "can be written again" in run("db", "resume").out
    assert run("send", "--user", "ana", "--event", "go").code == exits.DONE


def test_a_copy_that_is_not_whole(run: Run, filled: Path) -> None:
    source, target = open_store(STORE), open_store("sqlite:///b.db", filling=True)
    operations.copy_rows(source, target, lambda: 1, counting("token"))
    source.close()
    target.close()
    env = {"JCLI_STORE": "sqlite:///b.db"}
    for command in (("list",), ("db", "check"), ("db", "backup", "c.db"), ("worker",), ("db", "migrate")):
        refused = run(*command, env=env)
        assert (refused.code, refused.out) == (exits.FAILED, "")
        assert "not whole" in refused.err
    assert "not whole yet" in run("db", "status", env=env).out
    assert run("db", "copy", STORE, "sqlite:///b.db").code == exits.DONE
    assert run("db", "check", env=env).code == exits.DONE


def test_copy_refuses(run: Run, filled: Path) -> None:
    same = run("db", "copy", STORE, f"sqlite:///{filled}/.jcli/journeys.db")
    assert (same.code, "the same database" in same.err) == (exits.USAGE, True)
    missing = run("db", "copy", "sqlite:///none.db", "sqlite:///b.db")
    assert (missing.code, (filled / "b.db").exists()) == (exits.FAILED, False)
    assert run("db", "copy", "nowhere", STORE).code == exits.USAGE
    assert run("db", "migrate", env={"JCLI_STORE": "sqlite:///b.db"}).code == exits.DONE
    with closing(sqlite3.connect("b.db")) as connection, connection:
        connection.execute("INSERT INTO messages (id, site_id, received_at) VALUES ('m', 'main', 1)")
    taken = run("db", "copy", STORE, "sqlite:///b.db")
    assert taken.code == exits.CONFLICT
    assert "is not empty" in taken.err
    assert run("send", "--user", "ana", "--event", "go").code == exits.DONE


def test_db_alone_lists_what_there_is(run: Run) -> None:
    answer = run("db", "--help")
    assert answer.code == exits.DONE
    for name in ("status", "migrate", "check", "backup", "copy", "resume"):
        assert f"  {name} " in answer.out
        assert run("db", name, "--help").code == exits.DONE


# PostgreSQL


@pytest.fixture
def database() -> Iterator[str]:
    """The url of an empty database, with a password."""
    with postgres.database(migrated=False) as url:
        name = url.removeprefix("postgresql:///").partition("?")[0]
        yield postgres.running().loopback(name)


def _secret_of(url: str) -> str:
    return url.partition("@")[0].rpartition(":")[2]


def test_a_postgresql_database_is_looked_after_alike(run: Run, filled: Path, database: str) -> None:
    env, said = {"JCLI_STORE": database}, []

    def ask(*command: str) -> Answer:
        answer = run("db", *command, env=env)
        said.append(answer.out + answer.err)
        return answer

    assert ask("status").code == exits.FAILED
    assert ask("migrate", "--check").code == exits.FAILED
    assert ask("migrate").out.split() == list(migrations.NAMES)
    assert ask("migrate", "--check").code == exits.DONE
    copied = ask("copy", STORE, database)
    assert copied.code == exits.DONE, copied.err
    assert copied.out.startswith("Copied ")
    told = json.loads(ask("status", "--format", "json").out)
    assert told["url"].startswith("postgresql://jcli@127.0.0.1:")
    assert told["copy"]["whole"] is True
    assert {"name": "sites", "rows": 1, "oldest": None, "newest": None} in told["tables"]
    assert "people are due" in ask("status").out
    assert ask("check", "-q").out == "Nothing is wrong.\n"
    backup = ask("backup", "kept.dump")
    assert (backup.code, backup.out) == (exits.USAGE, "")
    assert "pg_dump --format=custom --file=kept.dump postgresql://jcli@127.0.0.1:" in backup.err
    assert not (filled / "kept.dump").exists()
    assert ask("copy", database, "sqlite:///back.db", "--resume").code == exits.DONE
    assert ask("resume").out == "The database was not paused\n"
    assert not any(_secret_of(database) in text for text in said)
    back, store = open_store("sqlite:///back.db"), open_store(STORE)
    assert content(back) == content(store)
    back.close()
    store.close()


def test_who_stops_a_copy_is_told_that_the_source_stays_paused(
    run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("jcli.operations.compare_copy", stopped)
        answer = run("db", "copy", STORE, "sqlite:///next.db")
    assert answer.code == exits.INTERRUPTED
    assert f"{STORE} stays paused. Copy again to go on; `jcli db resume` lets it be written instead." in answer.err
    assert run("db", "copy", STORE, "sqlite:///next.db", "--resume").code == exits.DONE


def test_a_password_among_the_options_of_a_url_is_not_shown(run: Run, filled: Path, database: str) -> None:
    address, place = database.split("@")
    spelled = f"postgresql://{place}?user=jcli&password={address.rpartition(':')[2]}"
    there = run("db", "copy", STORE, spelled, "--resume")
    back = run("db", "copy", spelled, "sqlite:///back.db")
    assert (there.code, back.code) == (exits.DONE, exits.DONE), there.err + back.err
    for answer in (there, back):
        assert f"postgresql://{place}?user=jcli" in answer.out + answer.err
        assert _secret_of(database) not in answer.out + answer.err


def test_a_database_is_not_copied_into_itself_however_it_is_spelled(run: Run, filled: Path, database: str) -> None:
    env = {"JCLI_STORE": database}
    assert run("db", "migrate", env=env).code == exits.DONE
    answer = run("db", "copy", database, f"{database}?pool=3")
    assert (answer.code, "SRC and DST are the same database" in answer.err) == (exits.USAGE, True)
    assert run("db", "resume", env=env).out == "The database was not paused\n"


def test_what_cannot_be_reached_is_told_without_the_password(run: Run, ready: Path, database: str) -> None:
    wrong = database.replace(_secret_of(database), "another-word")
    for command in (("status",), ("migrate",), ("check",), ("backup", "b"), ("resume",), ("copy", wrong, STORE)):
        answer = run("db", *command, env={"JCLI_STORE": wrong})
        assert (answer.code, answer.out) == (exits.FAILED, "")
        assert "password" in answer.err
        assert "another-word" not in answer.err
