"""`examine`: each rule finds what breaks it and nothing else does, in one sentence that names the thing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jcli import operations
from jcli.operations.examining import MOST, RULES, fault_of
from jcli.store import Fault, JobKind, Store, open_store
from jcli.store.rows.upkeep import RULES as STATEMENTS
from tests.runtime.world import START, Clock
from tests.upkeep.full import DAY, content

NOW = Clock(START + DAY)
LONG = "x" * 300
P0, P11 = (f"(SELECT row FROM people WHERE id = '{who}')" for who in ("p0", "p11"))
E1, E8 = (f"(SELECT id FROM enrollments WHERE person_id = '{who}')" for who in ("p1", "p8"))


def _state(change: str) -> str:
    """The state of p1 as text, changed."""
    return f"UPDATE people SET state = CAST({change.format('CAST(state AS TEXT)')} AS BLOB) WHERE id = 'p1'"


def _plain_state(text: str) -> str:
    """Another state for p8, who is in nothing any more."""
    return f"UPDATE people SET state = CAST('{text}' AS BLOB) WHERE id = 'p8'"


# The rules that are broken, by which statement, and something of what is said.
BREAKS: list[tuple[str, str, str]] = [
    (
        "thing-counts",
        "UPDATE thing_counts SET n = n + 1 WHERE kind = 'content'",
        "the counter says 2, counting gives 1",
    ),
    ("thing-counts", "DELETE FROM thing_counts WHERE kind = 'audience'", "the counter says 0, counting gives 1"),
    ("journey-counts", "UPDATE journey_counts SET n = 7 WHERE status = 'DRAFT'", "that are DRAFT: the counter says 7"),
    ("people-counts", "DELETE FROM people_counts", "people of the site main: the counter says 0, counting gives 13"),
    (
        "enrollment-counts",
        "UPDATE enrollment_counts SET n = n + 1 WHERE status = 'in_progress' AND node_id = 'tip'",
        "in_progress in the journey live on the node tip: the counter says 2, counting gives 1",
    ),
    ("enrollment-totals", "UPDATE enrollment_totals SET n = 0", "counting gives 12"),
    ("enrollment-revisions", "UPDATE enrollment_revisions SET n = n - 1", "the journey live on its revision 1"),
    ("step-counts", "UPDATE step_counts SET n = n + 1 WHERE node_id = 's'", "the journey live from the node s"),
    ("step-times", "UPDATE step_times SET bucket = 7 WHERE node_id = 's'", "times in the journey live on the node s"),
    ("goal-counts", "UPDATE goal_counts SET n = n + 2", "goals met in the journey live: the counter says 6"),
    ("split-counts", "UPDATE split_counts SET entered = entered + 1 WHERE label = 'a'", "journey live at half of a"),
    (
        "ledger-gap",
        f"UPDATE steps SET seq = 9 WHERE seq = 2 AND enrollment_id = {E1}",
        "has 2 steps, and their",
    ),
    (
        "ledger-end step-counts",
        f"UPDATE steps SET ended = 'exit' WHERE seq = 2 AND enrollment_id = {E1}",
        "is in_progress, and its ledger says something else",
    ),
    (
        "step-without-enrollment",
        "INSERT INTO steps (enrollment_id, seq, node_id, node_type, entered_at, left_at, cause, revision)"
        " VALUES ('nobody', 1, 's', 'TRIGGER', 1, 1, 'event', 1)",
        "the enrollment nobody, which is not there",
    ),
    (
        "people-counts enrollment-without-person delivery-without-person event-without-person outbox-without-person",
        "DELETE FROM people WHERE id = 'p8'",
        "is that of p8, who is not there",
    ),
    (
        "delivery-without-enrollment",
        f"UPDATE deliveries SET enrollment_id = 'x' WHERE person = {P0}",
        "that is not there",
    ),
    (
        "delivery-without-person",
        f"UPDATE deliveries SET person = 99 WHERE person = {P0}",
        "for somebody who is not there",
    ),
    ("event-without-person", "UPDATE events SET person = 99 WHERE row = 1", "the event in row 1"),
    ("outbox-without-person", "UPDATE outbox SET person = 99 WHERE row = 1", "for webhooks is that of somebody"),
    ("missing-revision", "UPDATE journeys SET revision = 9 WHERE id = 'other'", "other is at revision 9, which is not"),
    ("node-count", "UPDATE journeys SET node_count = 6 WHERE id = 'other'", "should have 6 nodes, and there are 5"),
    ("edge-count", "UPDATE journeys SET edge_count = 4 WHERE id = 'other'", "should have 4 edges, and there are 5"),
    ("log-gap", "UPDATE audit_log SET number = 9 WHERE number = 3", "has 3 entries, and their numbers go up to 9"),
    (
        "enrollment-without-node enrollment-counts",
        f"UPDATE enrollments SET node_id = 'gone' WHERE id = {E8}",
        "revision 1 of the journey live has no node gone; enrollments on it: 1",
    ),
    (
        "enrollment-without-revision",
        f"UPDATE enrollments SET revision = 7 WHERE id = {E8}",
        "revision 7 of the journey live is not there; enrollments on it: 1",
    ),
    (
        "enrollment-without-revision",
        "UPDATE revisions SET nodes = '[{}]' WHERE journey_id = 'live'",
        "revision 1 of the journey live cannot be read",
    ),
    ("unreadable-state", _plain_state("{"), "p8 of site main: the state cannot be read (JSONDecodeError)"),
    ("unreadable-state", "UPDATE people SET traits = '{' WHERE id = 'p8'", "cannot be read (JSONDecodeError)"),
    ("unreadable-state", _plain_state('{"version":9}'), "another version of jcli wrote the state"),
    ("unreadable-state", _plain_state('{"version":1,"late":[[1]]}'), "cannot be read (TypeError)"),
    ("state-timer", _state("""replace({}, '"dueAt":1', '"dueAt":2')"""), "is not the least of its enrollments'"),
    ("not-woken", "UPDATE people SET due_at = NULL WHERE id = 'p1'", "a timer runs, and would be looked at never"),
    ("not-woken", "UPDATE people SET due_at = due_at + 90000 WHERE id = 'p1'", "would be looked at too late"),
    ("state-enrollment", f"UPDATE enrollments SET rotation = 5 WHERE id = {E1}", "another journey or rotation by its"),
    ("state-enrollment", f"UPDATE enrollments SET due_at = 5 WHERE id = {E1}", "has another timer or goal by its row"),
    (
        "state-enrollment enrollment-counts",
        f"UPDATE enrollments SET node_id = 'tip' WHERE id = {E1}",
        "stands on another node or revision by its row",
    ),
    ("state-enrollment", _state(f"replace({{}}, {E1}, 'gone')"), "the enrollment gone has no row"),
    (
        "state-enrollment enrollment-without-person",
        f"UPDATE enrollments SET person_id = 'new' WHERE id = {E1}",
        "is somebody else's by its row",
    ),
    ("enrollment-without-state", "UPDATE people SET state = NULL, due_at = NULL WHERE id = 'p1'", "tells of: 1"),
    ("state-delivery", f"UPDATE deliveries SET status = 'shown' WHERE person = {P11}", "is shown by its row"),
    ("state-delivery", f"UPDATE deliveries SET id = 'other' WHERE person = {P11}", "has no row"),
    (
        "integrity",
        "UPDATE protections SET journey_id = 'gone'",
        "a row of protections refers to a row of journeys that is gone",
    ),
    ("integrity", "UPDATE nodes SET id = 'gone' WHERE id = 'e' AND journey_id = 'other'", "a row of edges refers to"),
]


def broken(store: Store, path: Path, statement: str) -> list[Fault]:
    """What is found after a statement that no constraint or trigger has held up."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        changed = connection.execute(statement).rowcount
        assert changed > 0, "the statement changes something"
    return operations.examine(store, NOW)


@pytest.mark.parametrize(("expected", "statement", "said"), BREAKS, ids=[f"{b[0]}-{n}" for n, b in enumerate(BREAKS)])
def test_a_rule_finds_what_breaks_it(full: Store, tmp_path: Path, expected: str, statement: str, said: str) -> None:
    faults = broken(full, tmp_path / "full.db", statement)
    assert {fault.rule for fault in faults} == set(expected.split())
    assert any(said in fault.message for fault in faults), [fault.message for fault in faults]


def test_every_rule_is_broken_above() -> None:
    assert tuple(RULES) == STATEMENTS
    broken_above = {rule.replace("-", "_") for expected, _, _ in BREAKS for rule in expected.split()}
    assert set(RULES) <= broken_above


def test_an_index_that_lost_rows_is_found(full: Store, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "full.db")) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = 'CREATE INDEX people_due ON people (due_at)' WHERE name = 'people_due'"
        )
    full.close()
    again = open_store(f"sqlite:///{tmp_path}/full.db")
    faults = operations.examine(again, NOW)
    again.close()
    assert {fault.rule for fault in faults} == {"integrity"}
    assert any("people_due" in fault.message for fault in faults)


def test_who_is_on_the_move_is_left_to_the_job(full: Store, tmp_path: Path) -> None:
    with full.write() as tables:
        tables.start_job(JobKind.THAW, "live", 9, START, None)
    assert broken(full, tmp_path / "full.db", "UPDATE people SET due_at = NULL WHERE id = 'p1'") == []


def test_of_one_cause_a_hundred_are_told(full: Store, tmp_path: Path) -> None:
    many = "WITH RECURSIVE n (i) AS (SELECT 200 UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
    statement = f"INSERT INTO events (person, received_at, body) {many} SELECT i, 1, '{{}}' FROM n"
    faults = broken(full, tmp_path / "full.db", statement)
    assert {fault.rule for fault in faults} == {"event-without-person"}
    assert len(faults) == MOST


@pytest.mark.parametrize("rule", RULES)
def test_a_message_fits_on_a_line(rule: str) -> None:
    fault = fault_of(rule, [LONG, LONG, LONG, 10**9, 10**9])
    assert len(fault.message) <= 140
    assert "{" not in fault.message


def test_a_message_of_a_person_fits_on_a_line(full: Store, tmp_path: Path) -> None:
    for column in ("id", "site_id"):
        broken(full, tmp_path / "full.db", f"UPDATE people SET {column} = '{LONG}' || row")
    faults = operations.examine(full, NOW)
    assert {"state-enrollment", "enrollment-without-person"} <= {fault.rule for fault in faults}
    assert max(len(fault.message) for fault in faults) <= 140


def test_looking_changes_nothing_and_waits_for_nobody(full: Store, tmp_path: Path) -> None:
    before = content(full)
    with closing(sqlite3.connect(tmp_path / "full.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM people")
        assert operations.examine(full, NOW) == []
        writer.execute("ROLLBACK")
    assert content(full) == before


def test_the_progress_comes_to_its_end(full: Store) -> None:
    told: list[tuple[int, int]] = []
    operations.examine(full, NOW, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
