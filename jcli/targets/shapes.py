"""The JSON of the HTTP API -> the dataclasses of the model: journeys, things, people, figures.

`server/shapes.py` goes the other way. What the API does not tell, because nobody asks for it from outside, is made anew
(a fingerprint) or left at its default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jcli.canonical import canonical, fingerprint
from jcli.durations import parse_instant
from jcli.engine import Answer, EnteringRule
from jcli.model import (
    Audience,
    AuditEntry,
    Content,
    Counts,
    Edge,
    Enrollment,
    EnrollmentStatus,
    Instant,
    Journey,
    JourneyStatus,
    Kind,
    ManagedBy,
    Node,
    NodeType,
    Person,
    Position,
    Progress,
    Protection,
    Site,
    Step,
    Stored,
    StoredJourney,
    SyncBase,
    SyncMark,
)
from jcli.operations import HeldJourney, Holdings, JourneyStats, LabelStats, LongWork, NodeStats

Shown = Mapping[str, Any]
PATHS: Mapping[Kind, str] = {Kind.SITE: "sites", Kind.AUDIENCE: "audiences", Kind.CONTENT: "contents"}


def stored_journey(shown: Shown, version: int, backfill: Shown | None = None) -> StoredJourney:
    """A journey by itself or out of a list; one out of a list has no nodes and edges."""
    counts = shown["_count"]
    journey = Journey(
        id=shown["id"],
        name=shown["name"],
        site_id=shown["siteId"],
        description=shown["description"],
        audience_id=shown["audienceId"],
        allow_anonymous=shown["allowAnonymous"],
        settings=shown["settings"],
        goal_config=shown["goalConfig"],
        managed_by=ManagedBy(shown["managedBy"]),
        nodes=tuple(_node(node) for node in shown.get("nodes", ())),
        edges=tuple(
            Edge(edge["id"], edge["sourceNodeId"], edge["targetNodeId"], edge["label"])
            for edge in shown.get("edges", ())
        ),
    )
    return StoredJourney(
        journey,
        JourneyStatus(shown["status"]),
        version,
        shown["revision"],
        fingerprint(canonical(journey)),
        Counts(counts["nodes"], counts["edges"], counts["enrollments"]),
        parse_instant(shown["createdAt"]),
        parse_instant(shown["updatedAt"]),
        backfill=None if backfill is None else progress(backfill),
    )


def _node(shown: Shown) -> Node:
    place = shown["position"]
    position = None if place is None else Position(float(place["x"]), float(place["y"]))
    return Node(shown["id"], NodeType(shown["type"]), shown["config"], shown["contentId"], position)


def stored_thing(kind: Kind, shown: Shown, version: int) -> Stored:
    item = _thing(kind, shown)
    times = parse_instant(shown["createdAt"]), parse_instant(shown["updatedAt"])
    return Stored(item, version, fingerprint(canonical(item)), *times)


def _thing(kind: Kind, shown: Shown) -> Site | Audience | Content:
    if kind is Kind.SITE:
        return Site(shown["id"], shown["name"], tuple(shown["domains"]))
    if kind is Kind.AUDIENCE:
        return Audience(shown["id"], shown["name"], shown["rules"], shown["siteId"])
    return Content(shown["id"], shown["contentType"], shown["name"], shown["body"])


def progress(shown: Shown) -> Progress:
    return Progress(shown["state"], shown["done"], shown["total"])


def long_work(shown: Shown) -> LongWork:
    return LongWork(shown["id"], shown["kind"], progress(shown))


def holdings(rows: list[Shown]) -> Holdings:
    marks = [
        SyncMark(Kind(row["kind"]), row["key"], row["id"], row["fingerprint"], row["file"])
        for row in rows
        if row["key"] is not None
    ]
    there = [row for row in rows if row["present"]]
    journeys = [
        HeldJourney(row["id"], row["siteId"], JourneyStatus(row["status"]))
        for row in there
        if row["kind"] == Kind.JOURNEY
    ]
    return Holdings(
        {(mark.kind, mark.key): mark for mark in marks},
        {journey.id: journey for journey in journeys},
        {kind: frozenset(row["id"] for row in there if row["kind"] == kind) for kind in PATHS},
    )


def sync_base(shown: Shown) -> SyncBase:
    return SyncBase(
        Kind(shown["kind"]),
        shown["key"],
        shown["id"],
        shown["fingerprint"],
        shown["form"],
        shown["names"],
        shown["file"],
        shown["commit"],
        parse_instant(shown["syncedAt"]),
    )


def audit_entry(journey_id: str, shown: Shown) -> AuditEntry:
    at = parse_instant(shown["at"])
    return AuditEntry(at, shown["actor"], shown["door"], shown["verb"], Kind.JOURNEY.value, journey_id, shown["detail"])


def protection(shown: Shown) -> Protection:
    return Protection(shown["journeyId"], shown["reason"], shown["actor"], parse_instant(shown["at"]))


def enrolled(shown: Shown) -> tuple[Enrollment, Person | None]:
    """An enrollment with its person, of whom the id and the traits are known."""
    anonymous = shown["endUserId"] is None
    person_id = shown["anonymousId"] if anonymous else shown["endUserId"]
    enrollment = Enrollment(
        shown["id"],
        shown["journeyId"],
        shown["siteId"],
        person_id,
        anonymous,
        shown["rotation"],
        EnrollmentStatus(shown["status"]),
        shown["nodeId"],
        shown["revision"],
        parse_instant(shown["enrolledAt"]),
        shown["exitReason"],
        _moment(shown["endedAt"]),
        _moment(shown["goalMetAt"]),
        _moment(shown["dueAt"]),
        shown["outcome"],
    )
    known = shown["endUser"]
    person = None if known is None else Person(shown["siteId"], known["id"], anonymous, known["traits"])
    return enrollment, person


def step(shown: Shown) -> Step:
    return Step(
        shown["seq"],
        shown["nodeId"],
        NodeType(shown["type"]),
        parse_instant(shown["enteredAt"]),
        _moment(shown["leftAt"]),
        shown["label"],
        shown["target"],
        shown["cause"],
        shown["causeRef"],
        shown["revision"],
        shown["ended"],
        shown["detail"],
    )


def answer(shown: Shown) -> Answer:
    return Answer(EnteringRule(shown["rule"]), shown["allows"], shown["because"])


def journey_stats(shown: Shown) -> JourneyStats:
    statuses = {status: count for status, count in shown["enrollments"].items() if status != "total"}
    splits = {
        split["nodeId"]: [LabelStats(one["label"], one["entered"], one["goals"]) for one in split["labels"]]
        for split in shown["splits"]
    }
    return JourneyStats(
        shown["journeyId"],
        shown["enrollments"]["total"],
        statuses,
        shown["goals"],
        [_node_stats(node) for node in shown["nodes"]],
        [(one["nodeId"], one["entered"]) for one in shown["funnel"]],
        splits,
    )


def _node_stats(shown: Shown) -> NodeStats:
    median = shown["medianSeconds"]
    return NodeStats(
        shown["nodeId"],
        None if shown["type"] is None else NodeType(shown["type"]),
        shown["entered"],
        shown["here"],
        shown["left"],
        shown["ended"],
        None if median is None else round(median * 1000),
    )


def _moment(text: str | None) -> Instant | None:
    return None if text is None else parse_instant(text)
