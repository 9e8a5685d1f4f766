"""The two sides of a comparison: each the journeys of a workspace at one time, and which journey is which on the other.

A journey is the same on both sides when its id is, whatever its key; ids follow from keys unless a document pins them.
A node is the same when its id is, or when the later document's `nodeMap` says so. What could not be published on one
side is left out of both, because its people would seem to be gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from jcli.compiler import Compilation
from jcli.engine import Catalogue, Zones
from jcli.findings import Severity
from jcli.model import Instant, JourneyStatus, Kind
from jcli.rehearsal import Live, Setting, setting_of

_TWICE = frozenset({"duplicate-journey", "duplicate-id"})
"""What is wrong with a journey that could be read, and still leaves open which one is meant."""


@dataclass(frozen=True)
class Side:
    """`name` is what people call it. `barred` are the keys of journeys that cannot be lived in, with the reason;
    `unread` are files of which nothing is known, with the reason. `site_keys` are the keys of sites by id."""

    name: str
    setting: Setting
    barred: Mapping[str, str]
    unread: Mapping[str, str]
    site_keys: Mapping[str, str]

    def catalogues(self, ids: frozenset[str], since: Instant) -> tuple[Catalogue, Catalogue]:
        """The journeys with these ids as drafts, and published."""
        keys = [key for key, live in self.setting.journeys.items() if live.journey.id in ids]
        drafts = self.setting.catalogue(keys, JourneyStatus.DRAFT)
        return drafts, self.setting.catalogue(keys, JourneyStatus.PUBLISHED, since)


def side_of(name: str, compilation: Compilation, workspace: str, zones: Zones) -> Side:
    """What a workspace's documents come to. What is wrong with them is said of each journey that suffers from it."""
    setting = setting_of(compilation, workspace, zones)
    barred: dict[str, str] = dict(setting.barred)
    unread: dict[str, str] = {}
    for finding in compilation.findings:
        if finding.severity is not Severity.ERROR or (
            (Kind.JOURNEY, finding.journey) in compilation.sources and finding.code not in _TWICE
        ):
            continue
        if finding.journey is not None:
            barred.setdefault(finding.journey, finding.message)
        elif finding.document is None and finding.file is not None:
            unread.setdefault(finding.file, finding.message)
    for key, live in setting.journeys.items():
        audience = live.journey.audience_id
        if audience is not None and audience not in setting.audiences:
            barred[key] = "its audience is not among the documents that could be read"
    site_keys = {
        live.journey.site_id: live.document.data["site"]
        for live in setting.journeys.values()
        if "site" in live.document.data
    }
    return Side(name, setting, barred, unread, site_keys)


@dataclass(frozen=True)
class Compared:
    """A journey on both sides; None where it is not. `moves` leads from the ids of nodes that are called otherwise on
    the later side to the ids that they have there."""

    id: str
    before: Live | None
    after: Live | None
    moves: Mapping[str, str]

    @property
    def key(self) -> str:
        """What it is called now."""
        live = self.after or self.before
        assert live is not None
        return live.key

    def node(self, node_id: str, *, later: bool) -> str:
        """The id under which the node is counted, on whichever side it was met."""
        return node_id if later else self.moves.get(node_id, node_id)

    def name(self, node_id: str, *, later: bool) -> str:
        """What the authors of a side call a node."""
        live = self.after if later else self.before
        return node_id if live is None else live.name_of(node_id)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What nodes are called under the ids by which they are counted, in the order of the later document, and then
        those that are gone."""
        names = (
            {} if self.after is None else {node.id: self.after.name_of(node.id) for node in self.after.journey.nodes}
        )
        for node in () if self.before is None else self.before.journey.nodes:
            assert self.before is not None
            names.setdefault(self.node(node.id, later=False), self.before.name_of(node.id))
        return names


@dataclass(frozen=True)
class Pair:
    """The two sides, with the journeys to compare by id, in the order of the later side. `left_out` are keys of
    journeys that are lived in on neither side, with the reason."""

    before: Side
    after: Side
    journeys: Mapping[str, Compared]
    left_out: Mapping[str, str]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self.journeys)

    @property
    def site_ids(self) -> list[str]:
        """The sites that any of the journeys is of."""
        lives = [live for one in self.journeys.values() for live in (one.before, one.after) if live is not None]
        return sorted({live.journey.site_id for live in lives})


def pair(before: Side, after: Side) -> Pair:
    """The two sides beside each other."""
    left_out: dict[str, str] = {}
    lost: set[str] = set()
    for side, other in ((before, after), (after, before)):
        for key, reason in side.barred.items():
            left_out.setdefault(key, f"{side.name}: {reason}")
            lost |= {one.setting.journeys[key].journey.id for one in (side, other) if key in one.setting.journeys}
        for key, live in other.setting.journeys.items():
            reason = side.unread.get(live.document.file, "")
            if reason and live.journey.id not in side.setting.by_id:
                left_out.setdefault(key, f"{side.name}: {live.document.file} cannot be read: {reason}")
                lost.add(live.journey.id)
    ids = [*after.setting.by_id, *(one for one in before.setting.by_id if one not in after.setting.by_id)]
    journeys = {one: _compared(one, before, after) for one in ids if one not in lost}
    return Pair(before, after, journeys, left_out)


def _compared(journey_id: str, before: Side, after: Side) -> Compared:
    old, new = before.setting.by_id.get(journey_id), after.setting.by_id.get(journey_id)
    moves: dict[str, str] = {}
    if old is not None and new is not None:
        for left, reached in (new.document.data.get("nodeMap") or {}).items():
            source, target = old.node_id(left) or left, new.node_id(reached) or reached
            if new.node_id(new.name_of(source)) != source:
                moves[source] = target
    return Compared(journey_id, old, new, moves)
