"""A store from before the runtime: who was entered by hand and stood on the trigger goes on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from jcli import operations
from jcli.runtime import Runtime
from jcli.store import open_store
from jcli.store.sqlite.migrations import catalogue
from tests.runtime.world import ACTOR, START, Clock, counting, recount

_OLD = """
INSERT INTO journeys VALUES
  ('j', 'J', 'main', NULL, NULL, 0, '{}', NULL, 'shared', 'PUBLISHED', 2, 1, 'f', 'd', 3, 2, 1, 1);
INSERT INTO nodes VALUES
  ('j', 's', 0, 'TRIGGER', NULL, '{"triggerType":"MANUAL"}', 0, 0),
  ('j', 'w', 1, 'WAIT', NULL, '{"duration":"1d"}', 0, 0),
  ('j', 'e', 2, 'EXIT', NULL, '{}', 0, 0);
INSERT INTO edges VALUES ('j', 0, 'a', 's', 'w', NULL), ('j', 1, 'b', 'w', 'e', NULL);
INSERT INTO revisions VALUES ('j', 1,
  '[{"id":"s","type":"TRIGGER","config":{},"contentId":null,"position":null},
    {"id":"w","type":"WAIT","config":{},"contentId":null,"position":null},
    {"id":"e","type":"EXIT","config":{},"contentId":null,"position":null}]',
  '[]', 1, 'ana', 'api');
INSERT INTO people VALUES ('ana', 0, 'main', '{"plan":"pro"}', 1, 1), ('bo', 0, 'main', '{}', 1, 1);
INSERT INTO people_counts VALUES ('main', 2);
INSERT INTO enrollments VALUES
  ('0b5c3d0e-8f0a-4a70-9d57-0d9f5a7a1c11', 'j', 'main', 'ana', 0, 1, 'in_progress', 's', 1,
    :start, NULL, NULL, NULL, NULL);
INSERT INTO enrollment_counts VALUES ('j', 'in_progress', 's', 1);
INSERT INTO enrollment_totals VALUES ('j', 1);
INSERT INTO journey_counts VALUES ('main', 'PUBLISHED', 1);
"""


def test_enrollments_from_before_go_on(tmp_path: Path) -> None:
    path = tmp_path / "journeys.db"
    connection = sqlite3.connect(path)
    catalogue(("0001_initial",)).apply(Database(connection, execute_plugins=False))
    connection.executescript(_OLD.replace(":start", str(START)))
    connection.close()
    store, clock = open_store(f"sqlite:///{path}"), Clock(START + 60_000)
    assert Runtime(store, clock, counting("id")).run_timers() == 1
    why = operations.why(store, clock, ACTOR, "j", end_user_id="ana")
    assert [(step.node_id, step.left_at) for step in why.steps] == [("s", START), ("w", None)]
    assert [answer.rule for answer in why.answers if answer.allows is False] == ["trigger", "reentry"]
    clock.now = START + 2 * 86_400_000
    assert Runtime(store, clock, counting("id")).run_timers() == 1
    assert operations.get_enrollment(store, ACTOR, "0b5c3d0e-8f0a-4a70-9d57-0d9f5a7a1c11")[0].exit_reason == "exit"
    assert operations.get_person(store, ACTOR, "bo").traits == {}
    store.close()
    recount(path)
