"""Stores with something in every table, and what a store holds, told by rows that travel."""

from __future__ import annotations

from typing import Any

from jcli import operations
from jcli.model import Audience, AuditEntry, Content, Kind, Protection, Site, SyncBase
from jcli.runtime import Runtime, RuntimeSettings
from jcli.store import TABLES, Answer, JobKind, Page, Store, Tally, Upload
from tests.runtime.world import ACTOR, SITE, START, Clock, add, counting

DAY = 86_400_000
LIVE: dict[str, Any] = {
    "goalConfig": {"type": "event", "config": {"eventName": "paid"}},
    "nodes": {
        "s": {
            "type": "TRIGGER",
            "config": {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "go"}},
            "next": "half",
        },
        "half": {"type": "SPLIT", "config": {"weights": {"a": 50, "b": 50}}, "next": {"a": "wait", "b": "tip"}},
        "wait": {"type": "WAIT", "config": {"duration": "2d"}, "next": "tip"},
        "tip": {"type": "CONTENT", "contentId": "tip", "next": "e"},
        "e": {"type": "EXIT"},
    },
}


def fill(store: Store, people: int = 12) -> None:
    """Things, a live journey, people everywhere in it, one of whom turned out to be another, and something in all other
    tables. Nobody has content whose body or name is plain."""
    clock = Clock(START)
    with store.write() as tables:
        tables.put_thing(Site(SITE, "Main ünïcode \U0001f600", ("a.example",)), "f", START)
        tables.put_thing(Audience("pros", "Pros", {"trait": "plan", "equals": "pro"}, SITE), "f", START)
        tables.put_thing(Content("tip", "flow", None, {"b": [1, 2.5, None], "a": "ä"}), "f", START)
    add(store, "live", LIVE, START, live=True)
    add(store, "other", LIVE, START)
    runtime = Runtime(store, clock, counting("id"), settings=RuntimeSettings(outbox=True))
    tell(runtime, *[(f"p{number}", "go") for number in range(people)], ("~v", "go"))
    clock.now += DAY
    tell(runtime, *[(f"p{number}", "paid") for number in range(0, people, 3)])
    operations.record_events(runtime, ACTOR, SITE, [{"type": "identify", "userId": "p0", "anonymousId": "v"}])
    for number in range(0, people, 2):
        for delivery in operations.list_deliveries(store, ACTOR, SITE, f"p{number}", Page()).rows:
            operations.report_outcome(runtime, ACTOR, delivery.id, "completed")
    _beside(store)


def tell(runtime: Runtime, *told: tuple[str, str]) -> None:
    """(who, event); `~` begins an anonymous id."""
    batch = [
        {
            "type": "track",
            "event": what,
            "messageId": f"{who} {what}",
            **({"anonymousId": who[1:]} if who.startswith("~") else {"userId": who}),
        }
        for who, what in told
    ]
    assert operations.record_events(runtime, ACTOR, SITE, batch).accepted == len(told)


def _beside(store: Store) -> None:
    """The rows that no life of a person writes."""
    with store.write() as tables:
        tables.protect(Protection("live", "the launch is on Monday", "ana", START))
        tables.put_bases([SyncBase(Kind.JOURNEY, "live", "live", "f", {"a": 1}, {"s": "s"}, "a.yaml", None, START)])
        tables.log([AuditEntry(START + n, "ana", "cli", "sync", "journey", "live", {"n": n}) for n in range(3)])
        tables.remember("ana", "key", Answer("digest", 201, {"etag": '"1"'}, b"\x00\xff body", START))
        tables.put_upload(Upload("ana", "u", ("d1", "d1"), START + DAY))
        tables.put_part("ana", "d1", bytes(range(256)))
        tables.keep_parcel(7, "parcel", b"\x00outcome", START)
        job = tables.start_job(JobKind.THAW, "other", 0, START, None)
        tables.cancel_jobs(job.journey_id, [JobKind.THAW], START)


def content(store: Store, limit: int = 7) -> dict[str, list[tuple[Any, ...]]]:
    """All portable rows by table, sorted, read in slices."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with store.read() as tables:
        for table in TABLES:
            rows: list[tuple[Any, ...]] = []
            part = tables.export_rows(table.name, None, limit)
            rows += part.rows
            while part.next is not None:
                part = tables.export_rows(table.name, part.next, limit)
                rows += part.rows
            found[table.name] = sorted(rows, key=repr)
    return found


def tallies(store: Store) -> dict[str, Tally]:
    return {name: Tally().plus(rows) for name, rows in content(store).items()}
