"""The rows of a store as they travel from one database to another: which tables, in which order, with which columns.

The form is the same whatever the database: values are text, whole numbers, floats, booleans, bytes or None, a person is
named by its key and never by the number of its row, and a count of 0 is no row. So two stores that hold the same have
the same number of rows and the same `Tally`, and a test holds the columns here against the schema. What a table is read
in the order of is the store's own business; the catalogue's token is made anew at the other end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TypeAlias

import orjson

Value: TypeAlias = str | int | float | bool | bytes | None
PortableRow: TypeAlias = tuple[Value, ...]

PERSON = ("of_site", "of_person", "of_anonymous")
"""The columns that stand for the row of a person: who it is."""
FLAGS = frozenset({"anonymous", "allow_anonymous", "of_anonymous"})
"""Columns whose values are booleans."""


@dataclass(frozen=True, slots=True)
class Portable:
    """A table on its way: `columns` in order, `key` are those that name a row, `counts` the ones of which one at least
    is not 0 in every row, `slice` is how many rows go in one transaction."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    counts: tuple[str, ...] = ()
    slice: int = 5_000


def _table(name: str, columns: str, key: str, *, counts: str = "", slice: int = 5_000) -> Portable:
    return Portable(name, tuple(columns.split()), tuple(key.split()), tuple(counts.split()), slice)


_WHO = " ".join(PERSON)
_STAMPS = "version fingerprint created_at updated_at"

TABLES: tuple[Portable, ...] = (
    _table("sites", f"id name domains {_STAMPS}", "id"),
    _table("write_keys", "site_id key", "site_id"),
    _table("audiences", f"id name rules site_id {_STAMPS}", "id", slice=1_000),
    _table("contents", f"id content_type name body {_STAMPS}", "id", slice=200),
    _table("thing_counts", "kind site_id n", "kind site_id", counts="n"),
    _table(
        "journeys",
        "id name site_id description audience_id allow_anonymous settings goal_config managed_by status revision"
        f" canvas_digest node_count edge_count live_since {_STAMPS}",
        "id",
        slice=1_000,
    ),
    _table("journey_counts", "site_id status n", "site_id status", counts="n"),
    _table("nodes", "journey_id id ordinal type content_id config x y", "journey_id id"),
    _table("edges", "journey_id ordinal id source target label", "journey_id ordinal"),
    _table(
        "revisions", "journey_id number nodes edges created_at author door node_map", "journey_id number", slice=200
    ),
    _table("protections", "journey_id reason actor at", "journey_id"),
    _table("sync_bases", "kind key id fingerprint form names file git_commit synced_at", "kind key", slice=500),
    _table("audit_log", "kind subject number at actor door verb detail", "kind subject number"),
    _table(
        "people", "site_id id anonymous traits created_at updated_at due_at state", "site_id id anonymous", slice=2_000
    ),
    _table("people_counts", "site_id n", "site_id", counts="n"),
    _table(
        "enrollments",
        "id journey_id site_id person_id anonymous rotation status node_id revision enrolled_at exit_reason ended_at"
        " goal_met_at due_at outcome",
        "id",
    ),
    _table("enrollment_counts", "journey_id status node_id n", "journey_id status node_id", counts="n"),
    _table("enrollment_totals", "journey_id n", "journey_id", counts="n"),
    _table("enrollment_revisions", "journey_id revision n", "journey_id revision", counts="n"),
    _table(
        "steps",
        "enrollment_id seq node_id node_type entered_at left_at label target cause cause_ref revision ended detail",
        "enrollment_id seq",
    ),
    _table("step_counts", "journey_id node_id label ended n", "journey_id node_id label ended", counts="n"),
    _table("step_times", "journey_id node_id bucket n", "journey_id node_id bucket", counts="n"),
    _table(
        "split_counts", "journey_id node_id label entered goals", "journey_id node_id label", counts="entered goals"
    ),
    _table("goal_counts", "journey_id n", "journey_id", counts="n"),
    _table(
        "deliveries",
        f"id journey_id enrollment_id node_id {_WHO} content_id content_type status created_at updated_at",
        "id",
    ),
    _table("messages", "id site_id received_at", "id site_id"),
    _table("events", f"{_WHO} received_at body", "", slice=1_000),
    _table("jobs", "id kind journey_id state done total at place updated_at", "id"),
    _table("outbox", f"id {_WHO} type at data", "id", slice=1_000),
    _table("answers", "principal key request status headers body created_at", "principal key", slice=100),
    _table("uploads", "owner id parts expires_at", "owner id", slice=100),
    _table("upload_parts", "owner digest content", "owner digest", slice=2),
    _table("parcels", "shard id outcome at", "shard id"),
)
"""In this order nothing comes before what it refers to."""

BY_NAME = {table.name: table for table in TABLES}


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows of a table and the place after them, which this store alone can read; None: these were the last."""

    rows: Sequence[PortableRow]
    next: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows there were, and a checksum over them that does not depend on their order: each row as JSON, its
    BLAKE2b of 16 bytes as a number, added up modulo 2^128."""

    rows: int = 0
    checksum: int = 0

    def plus(self, rows: Sequence[PortableRow]) -> Tally:
        """The tally with these rows counted in."""
        total = self.checksum
        for row in rows:
            digest = blake2b(orjson.dumps(row, default=_plain), digest_size=16).digest()
            total += int.from_bytes(digest, "big")
        return Tally(self.rows + len(rows), total % (1 << 128))

    def __str__(self) -> str:
        return f"{self.checksum:032x}"


def _plain(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(f"{type(value).__name__} is not the value of a row on its way")


@dataclass(frozen=True, slots=True)
class Filled:
    """How far a table has been filled: after which place of the source, with what; `whole`: nothing is left to come."""

    after: str | None = None
    tally: Tally = field(default_factory=Tally)
    whole: bool = False
