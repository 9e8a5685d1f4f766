"""The SQL of the stores: what all databases are told alike, and what one of them is told in words of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from jcli.store.postgres.session import STATEMENTS as POSTGRES
from jcli.store.rows.queries import HERE, read
from jcli.store.sqlite.session import STATEMENTS as SQLITE

STORES = Path(__file__).parents[2] / "jcli" / "store"
DATABASES = {"postgres": POSTGRES, "sqlite": SQLITE}


def _source(database: str) -> str:
    return "\n".join(path.read_text("utf-8") for room in ("rows", database) for path in (STORES / room).glob("*.py"))


@pytest.mark.parametrize("database", sorted(DATABASES))
def test_every_statement_is_used_and_none_is_missing(database: str) -> None:
    known, source = DATABASES[database], _source(database)
    named = set(re.findall(r"""["']([a-z_]+\.[a-z_]+)["']""", source))
    groups = {name.partition(".")[0] for name in known}
    assert {name for name in named if name.partition(".")[0] in groups} <= known.keys()
    raw = "\n".join(sql for room in (HERE, STORES / database / "queries") for sql in _statements(room).values())
    words = set(re.findall(r"""["']([a-z_]+)["']""", source)) | set(re.findall(r"{([a-z_]+)}", raw))
    assert {name for name in known if name not in named and name.partition(".")[2] not in words} == set()


@pytest.mark.parametrize("database", sorted(DATABASES))
def test_no_gap_is_left_in_a_statement(database: str) -> None:
    assert [name for name, sql in DATABASES[database].items() if re.search(r"{[a-z]", sql)] == []


@pytest.mark.parametrize("database", sorted(DATABASES))
def test_a_database_words_a_statement_only_where_its_words_differ(database: str) -> None:
    own, shared = _statements(STORES / database / "queries"), _statements(HERE)
    assert [name for name in own if own[name] == shared.get(name)] == []


def _statements(room: Path) -> Mapping[str, str]:
    return {name: sql for path in room.glob("*.sql") for name, sql in read(path).items()}
