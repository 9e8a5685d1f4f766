"""Several processes on one store file: what they do at once is done one after the other, and nothing is half done."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from jcli import operations
from jcli.canonical import canonical, fingerprint, without_positions
from jcli.commands import exits
from jcli.model import Actor, AuditEntry, Kind, StoredJourney
from jcli.store import Page, Store, open_store
from tests.api.client import ROOT, end_live, start_live
from tests.sync.child import JOURNEY, SITE, now, workspace

READER = Actor("reader", "api")
GIT = Actor("ana", "sync")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    (tmp_path / ".jcli").mkdir()
    return tmp_path / ".jcli" / "journeys.db"


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    """A store with two journeys that came from git."""
    opened = open_store(f"sqlite:///{database}")
    operations.sync(opened, now, GIT, workspace(alpha="9d", beta="9d"))
    yield opened
    opened.close()


@contextmanager
def started(*children: tuple[str, ...]) -> Iterator[list[subprocess.Popen[str]]]:
    """Children that have all opened what they need and wait for the word; they are ended whatever happens."""
    running = [_child(*words) for words in children]
    try:
        for child in running:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        yield running
    finally:
        for child in running:
            child.kill()
            child.wait(20)
            for pipe in (child.stdin, child.stdout):
                if pipe is not None and not pipe.closed:
                    pipe.close()


def _child(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.sync.child", *words]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def at_once(*children: tuple[str, ...]) -> list[list[dict[str, Any]]]:
    """Let the children run at the same time; what each told."""
    with started(*children) as running:
        for child in running:
            assert child.stdin is not None
            child.stdin.write("go\n")
            child.stdin.flush()
        told = []
        for child in running:
            out, _ = child.communicate(timeout=240)
            assert child.returncode == 0
            told.append([json.loads(line) for line in out.splitlines()])
        return told


def id_of(store: Store, key: str) -> str:
    with store.read() as tables:
        return tables.marks()[Kind.JOURNEY, key].id


def log_of(store: Store, journey_id: str) -> list[AuditEntry]:
    """Oldest first."""
    found, after = [], None
    while True:
        with store.read() as tables:
            listed = tables.audit(Kind.JOURNEY, journey_id, Page(limit=100, after=after))
        found += listed.rows
        if (after := listed.next) is None:
            return found[::-1]


def duration_of(stored: StoredJourney) -> str:
    return next(str(node.config["duration"]) for node in stored.journey.nodes if "duration" in node.config)


def must_be_whole(store: Store, key: str) -> StoredJourney:
    """The rows of the journey are those of one write: its version counts them, its fingerprint is of its form."""
    stored = operations.get_journey(store, READER, id_of(store, key))
    writes = [entry for entry in log_of(store, stored.journey.id) if entry.verb != "sync-adopt"]
    assert stored.version == len(writes)
    with store.read() as tables:
        base = tables.base_of(Kind.JOURNEY, stored.journey.id)
    assert base is not None
    form = canonical(stored.journey)
    assert stored.fingerprint in {fingerprint(form), fingerprint(without_positions(form, dict(base.form)))}
    return stored


def interleaved(log: list[AuditEntry]) -> int:
    """How often the one who wrote was another than the one before."""
    return len(list(groupby(entry.actor for entry in log))) - 1


def test_two_syncs_of_one_journey_follow_one_another(store: Store, database: Path) -> None:
    """Each wants another duration every round. What a sync said that it wrote was in the store: it has a revision of
    its own, made from what the one before had left."""
    rounds = 40
    told = at_once(
        ("sync", str(database), "alpha", "1", str(rounds)), ("sync", str(database), "alpha", "2", str(rounds))
    )
    stored = must_be_whole(store, "alpha")
    wrote = {one["wrote"] for child in told for one in child}
    assert len(wrote) == 2 * rounds
    assert stored.revision == 1 + 2 * rounds
    revisions = [operations.get_revision(store, READER, stored.journey.id, n) for n in range(2, stored.revision + 1)]
    kept = [next(str(node.config["duration"]) for node in one.nodes if "duration" in node.config) for one in revisions]
    assert set(kept) == wrote
    assert duration_of(stored) in {child[-1]["wrote"] for child in told}
    for number, who in enumerate(("1", "2")):
        mine = [duration for duration, revision in zip(kept, revisions, strict=True) if revision.author == who]
        assert mine == [one["wrote"] for one in told[number]], "in the order in which they were acknowledged"
    assert interleaved(log_of(store, stored.journey.id)) > 2, "they ran one after the other; the test tells nothing"


def test_two_syncs_of_different_journeys_never_make_each_other_stale(store: Store, database: Path) -> None:
    rounds = 40
    told = at_once(
        ("sync", str(database), "alpha", "1", str(rounds)), ("sync", str(database), "beta", "2", str(rounds))
    )
    for key, child in zip(("alpha", "beta"), told, strict=True):
        stored = must_be_whole(store, key)
        assert stored.revision == 1 + rounds
        assert duration_of(stored) == child[-1]["wrote"]
        assert [one["stale"] for one in child] == [0] * rounds


def test_a_sync_while_the_api_writes_loses_nothing_of_either(store: Store, database: Path) -> None:
    """Git has the duration, the API the description: every sync is a merge, or an update when it comes first."""
    journey_id = id_of(store, "alpha")
    syncs, edits = at_once(
        ("sync", str(database), "alpha", "1", "30"), ("edit", str(database), journey_id, "front-end", "100")
    )
    stored = must_be_whole(store, "alpha")
    assert duration_of(stored) == syncs[-1]["wrote"]
    assert stored.journey.description == edits[-1]["wrote"]
    assert stored.version == 1 + len(syncs) + len(edits)
    versions = [one["version"] for one in edits]
    assert versions == sorted(set(versions)), "no two edits were given the same version"
    log = log_of(store, journey_id)
    assert {entry.verb for entry in log} <= {"sync-create", "sync-update", "sync-merge", "edit"}
    assert interleaved(log) > 2, "they ran one after the other; the test tells nothing"


# The command, beside another and beside a live server


@pytest.fixture
def folder(store: Store, tmp_path: Path) -> Path:
    """The workspace from which the store's journeys came."""
    (tmp_path / "jcli.yaml").write_text(
        "workspace: acme\npaths: [journeys]\ntarget: local\ntargets:\n  local: {url: sqlite:///.jcli/journeys.db}\n"
    )
    (tmp_path / "journeys").mkdir()
    write(tmp_path, "9d")
    synced(tmp_path)
    return tmp_path


def write(folder: Path, duration: str) -> None:
    texts = [SITE, *(JOURNEY.format(key=key, duration=duration) for key in ("alpha", "beta"))]
    for number, text in enumerate(texts):
        (folder / "journeys" / f"{number}.yaml").write_text(text)


def _sync(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "jcli", "-C", str(folder), "sync", "--yes"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def synced(folder: Path) -> None:
    """Sync with nobody else there."""
    running = _sync(folder)
    error = told(running)
    assert running.returncode == exits.DONE, error


def told(process: subprocess.Popen[str]) -> str:
    _, err = process.communicate(timeout=120)
    return err


def test_the_same_sync_twice_at_once_is_done_once(folder: Path, store: Store) -> None:
    """Whoever comes second has nothing to do, or is told that its plan is stale and by whom."""
    rounds = 4
    for number in range(1, rounds + 1):
        write(folder, f"{number}h")
        pair = [_sync(folder) for _ in range(2)]
        errors = [told(one) for one in pair]
        assert exits.DONE in [one.returncode for one in pair], errors
        for one, error in zip(pair, errors, strict=True):
            assert one.returncode in (exits.DONE, exits.CONFLICT), error
            if one.returncode == exits.CONFLICT:
                assert "the plan is stale: journey `alpha` was changed by " in error
        for key in ("alpha", "beta"):
            stored = must_be_whole(store, key)
            assert (duration_of(stored), stored.revision) == (f"{number}h", 1 + number)


def test_a_sync_beside_a_live_server_that_writes(folder: Path, store: Store, database: Path) -> None:
    """A front end edits with `If-Match` as fast as it can while git is synced. An edit that was answered 200 is there
    in the end; so is git's change; nobody wrote over a version that they had not seen."""
    live, answered, last = start_live(database), 0, None
    try:
        with live.client() as client:
            path = f"/api/journeys/{id_of(store, 'alpha')}"
            for number in range(1, 4):
                write(folder, f"{number}h")
                running = _sync(folder)
                while running.poll() is None:
                    seen = client.get(path)
                    wanted = {"description": f"edit {answered}"}
                    edit = client.patch(path, json=wanted, headers={"If-Match": seen.headers["ETag"]})
                    assert edit.status_code in (200, 412), edit.text
                    if edit.status_code == 200:
                        answered, last = answered + 1, wanted["description"]
                error = told(running)
                assert running.returncode in (exits.DONE, exits.CONFLICT), error
                synced(folder)
                now_there = client.get(path).json()["data"]
                assert now_there["description"] == last
                assert duration_of(must_be_whole(store, "alpha")) == f"{number}h"
    finally:
        end_live(live)
    log = log_of(store, id_of(store, "alpha"))
    assert sum(entry.verb == "edit" for entry in log) == answered
    assert answered > 10
