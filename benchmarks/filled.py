"""Stores that are filled for `api_at_scale.py`: twenty journeys, one of which has nearly all enrollments.

The rows are written as they lie in the tables, in SQLite by statements of its own and in PostgreSQL by one that makes
them there; the counters are what the tables say then.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.crowd import START
from jcli.model import Edge, Journey, Node, NodeType
from jcli.store import JourneySave, Store, open_store
from tests.postgres import Server

_STEP = 50_000

_PEOPLE = """
INSERT INTO people (shard, row, id, anonymous, site_id, traits, created_at, updated_at)
SELECT shard_of('main', id), n * 1024 + shard_of('main', id), id, false, 'main', '{"plan": "pro"}', $1 + n, 0
FROM (SELECT n, 'person-' || lpad(n::text, 9, '0') AS id FROM generate_series($2::bigint, $3::bigint) AS n) AS made
"""
_ENROLLMENTS = """
INSERT INTO enrollments (shard, id, journey_id, site_id, person_id, anonymous, rotation, status, node_id, revision,
  enrolled_at)
SELECT shard_of('main', id), lpad(to_hex(n), 32, '0'), 'j0', 'main', id, false, 0,
  CASE WHEN n % 3 = 0 THEN 'in_progress' ELSE 'completed' END, CASE WHEN n % 3 = 0 THEN 'wait' ELSE 'end' END, 1, $1 + n
FROM (SELECT n, 'person-' || lpad(n::text, 9, '0') AS id FROM generate_series($2::bigint, $3::bigint) AS n) AS made
"""


def sqlite(path: Path, enrollments: int) -> Store:
    """A store in a file."""
    store = _with_journeys(f"sqlite:///{path}")
    connection = store.session().connection  # type: ignore[attr-defined]
    for first in range(0, enrollments, _STEP):
        count = min(_STEP, enrollments - first)
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO people (id, anonymous, site_id, traits, created_at, updated_at)"
            " VALUES (?, 0, 'main', ?, ?, 0)",
            [(f"person-{n:09}", json.dumps({"plan": "pro"}), START + n) for n in range(first, first + count)],
        )
        connection.executemany(
            "INSERT INTO enrollments (id, journey_id, site_id, person_id, anonymous, rotation, status, node_id,"
            " revision, enrolled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            _rows(first, count),
        )
        connection.execute("COMMIT")
        _tell(first + count)
    _tell(None)
    connection.execute(
        "INSERT INTO enrollment_counts SELECT journey_id, status, node_id, count(*) FROM enrollments GROUP BY 1, 2, 3"
    )
    connection.execute("INSERT INTO enrollment_totals SELECT journey_id, count(*) FROM enrollments GROUP BY 1")
    connection.execute(
        "INSERT INTO step_counts VALUES ('j0', 'start', '', '', ?), ('j0', 'wait', '', '', ?)", (enrollments,) * 2
    )
    connection.executemany(
        "INSERT INTO step_times VALUES ('j0', 'wait', ?, ?)", [(n, enrollments // 200) for n in range(200)]
    )
    connection.execute("ANALYZE")
    return store


def postgres(server: Server, name: str, enrollments: int) -> Store:
    """A store in a database of this name, which is made."""
    server.ask(f"CREATE DATABASE {name}")
    store = _with_journeys(server.url(name))
    with psycopg.connect(server.url(name), autocommit=True, cursor_factory=psycopg.RawCursor) as connection:
        for first in range(0, enrollments, _STEP):
            last = min(first + _STEP, enrollments) - 1
            connection.execute(_PEOPLE.encode(), (START, first, last))
            connection.execute(_ENROLLMENTS.encode(), (START, first, last))
            _tell(last + 1)
        _tell(None)
        connection.execute(
            b"INSERT INTO enrollment_counts SELECT journey_id, status, node_id, 0, count(*) FROM enrollments"
            b" GROUP BY 1, 2, 3"
        )
        connection.execute(
            b"INSERT INTO enrollment_totals SELECT journey_id, 0, count(*) FROM enrollments GROUP BY 1"
        )  # fmt: skip
        for node in ("start", "wait"):
            connection.execute(b"INSERT INTO step_counts VALUES ('j0', $1, '', '', 0, $2)", (node, enrollments))
        connection.execute(
            b"INSERT INTO step_times SELECT 'j0', 'wait', n, 0, $1 FROM generate_series(0, 199) AS n",
            (enrollments // 200,),
        )
        connection.execute(b"VACUUM ANALYZE")
    return store


def _with_journeys(url: str) -> Store:
    store = open_store(url)
    saves = [JourneySave(_journey(number), "f") for number in range(20)]
    with store.write() as tables:
        tables.save_journeys(saves, author="benchmark", door="cli", now=START)
    return store


def _journey(number: int) -> Journey:
    nodes = (
        Node("start", NodeType.TRIGGER, {"triggerType": "MANUAL"}),
        Node("wait", NodeType.WAIT, {"duration": "7d"}),
        Node("end", NodeType.EXIT),
    )
    edges = (Edge("a", "start", "wait"), Edge("b", "wait", "end"))
    return Journey(f"j{number}", f"Journey {number}", "main", nodes=nodes, edges=edges)


def _rows(first: int, count: int) -> Iterator[tuple[Any, ...]]:
    for number in range(first, first + count):
        person = f"person-{number:09}"
        status = "completed" if number % 3 else "in_progress"
        node = "end" if number % 3 else "wait"
        yield (f"{number:032x}", "j0", "main", person, 0, 1, status, node, 1, START + number)


def _tell(enrollments: int | None) -> None:
    text = "\r" + " " * 30 + "\r" if enrollments is None else f"\r  {enrollments:,} enrollments"
    print(text, end="", file=sys.stderr, flush=True)
