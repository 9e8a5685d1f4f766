"""A writer that is killed between any two statements leaves the store as it was before or as it is after."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from jcli.store.sqlite import SqliteStore
from tests.runtime.world import recount
from tests.store import samples
from tests.store.kill_child import NAMES, OPERATIONS, prepare

ROOT = Path(__file__).parents[2]


def _open(path: Path) -> SqliteStore:
    store = SqliteStore(path, f"sqlite:///{path}")
    store.migrate()
    return store


def _prepare(path: Path) -> None:
    store = _open(path)
    prepare(store)
    store.close()


def _content(path: Path) -> dict[str, object]:
    """Every row of every table, by its name, after the checks that must hold for any store."""
    store = _open(path)
    store.ready()
    with store.read() as tables:
        samples.assert_counts_hold(tables)
        for journey_id in tables.journey_states():
            stored = tables.journey(journey_id)
            assert stored is not None
            revision = tables.revision(journey_id, stored.revision)
            assert revision is not None
            assert (revision.nodes, revision.edges) == (stored.journey.nodes, stored.journey.edges)
    store.close()
    recount(path)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    content: dict[str, object] = {
        name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in names
    }
    connection.close()
    return content


@pytest.mark.parametrize("operation", sorted(NAMES))
def test_a_writer_killed_at_any_statement_leaves_before_or_after(tmp_path: Path, operation: str) -> None:
    source, folder = tmp_path / "source.db", tmp_path / "killed"
    _prepare(source)
    folder.mkdir()
    before = _content(source)
    script = [sys.executable, "-m", "tests.store.kill_child", operation, str(source), str(folder)]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=True)
    killed = int(done.stdout)
    after = _content(folder / f"{killed + 1}.db")
    same = {name for name, rows in after.items() if rows == before[name]}
    assert same.isdisjoint(OPERATIONS[NAMES[operation]])
    outcomes = [_content(folder / f"{number}.db") for number in range(1, killed + 1)]
    assert all(outcome in (before, after) for outcome in outcomes)
    assert outcomes[-1] == before, "the last statement of all is the commit"
    assert killed >= 6, "BEGIN, at least four statements, COMMIT"


def test_a_store_that_was_killed_goes_on(tmp_path: Path) -> None:
    """A write after the crash needs no repair, though the dead writer's log lies beside the file."""
    source, folder = tmp_path / "source.db", tmp_path / "killed"
    _prepare(source)
    folder.mkdir()
    script = [sys.executable, "-m", "tests.store.kill_child", "save_journeys", str(source), str(folder)]
    subprocess.run(script, cwd=ROOT, capture_output=True, check=True)
    store = _open(folder / "9.db")
    samples.save(store, samples.journey("next"), now=3_000)
    with store.read() as tables:
        assert set(tables.journey_states()) == {"j", "k", "live", "next"}
        samples.assert_counts_hold(tables)
    store.close()
