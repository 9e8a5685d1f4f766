"""Arrays as PostgreSQL reads them: whatever goes in comes back."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jcli.store.postgres.arrays import array
from tests import postgres

_TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8")) | st.sampled_from(['"', "\\", "NULL", "{}", ""])
_COLUMNS = st.one_of(
    st.tuples(st.just("text"), st.lists(st.none() | _TEXTS)),
    st.tuples(st.just("bigint"), st.lists(st.none() | st.integers(-(2**63), 2**63 - 1))),
    st.tuples(st.just("boolean"), st.lists(st.none() | st.booleans())),
    st.tuples(st.just("bytea"), st.lists(st.none() | st.binary())),
    st.tuples(st.just("float8"), st.lists(st.none() | st.floats(allow_nan=False))),
)


@pytest.fixture(scope="module")
def connection() -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.running().url("postgres"), cursor_factory=psycopg.RawCursor) as made:
        yield made


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_COLUMNS)
def test_what_goes_in_comes_back(connection: psycopg.Connection, column: tuple[str, list[object]]) -> None:
    kind, values = column
    found = connection.execute(f"SELECT $1::{kind}[]".encode(), (array(values),)).fetchone()
    assert found == (values,)
