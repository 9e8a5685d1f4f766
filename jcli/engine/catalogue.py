"""All journeys as the engine sees them: compiled, with their statuses, and indexed by what could concern anybody.

A catalogue is a value: `with_journey` answers a new one in which the index of one site is made anew. Most events
concern no journey; the index of a site says so with one look-up. Older revisions are here as long as somebody is pinned
to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jcli.engine.calendar import Zones, utc_only
from jcli.engine.canvas import Canvas, Trigger
from jcli.engine.compile import CompiledJourney
from jcli.engine.rules import compile_rule
from jcli.errors import JcliError
from jcli.model import Audience, Instant, JourneyStatus

_RUNNING = frozenset({JourneyStatus.PUBLISHED, JourneyStatus.PAUSED})


class MissingRevision(JcliError):
    """Somebody stands on a revision that the catalogue was not given."""

    code = "missing-revision"


@dataclass(frozen=True, slots=True)
class Listed:
    """A journey in the catalogue. `live_since` is when it was last published from DRAFT: what fell due before that was
    frozen and falls due then. `pinned` are older revisions by number, `node_maps` what saves said about moved nodes
    ({revision: {old node id: new node id}})."""

    journey: CompiledJourney
    status: JourneyStatus
    live_since: Instant = 0
    pinned: Mapping[int, Canvas] = field(default_factory=dict)
    node_maps: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        """Whether enrollments in progress move. Those of a DRAFT are frozen; those of an ARCHIVED journey are about to
        be stopped."""
        return self.status in _RUNNING

    def canvas(self, revision: int) -> Canvas:
        """MissingRevision when the catalogue was not given this revision."""
        newest = self.journey.canvas
        canvas = newest if revision == newest.revision else self.pinned.get(revision)
        if canvas is None:
            raise MissingRevision(
                f"revision {revision} of journey {self.journey.id} is needed and not in the catalogue"
            )
        return canvas


@dataclass(frozen=True, slots=True)
class SiteIndex:
    """What could concern a person of one site, by what happens. Journey ids stand in the order of the catalogue.

    `names` are all track events that any published or paused journey listens to, and those that are remembered.
    """

    triggers: Mapping[str, tuple[tuple[Listed, Trigger], ...]]
    page_triggers: tuple[tuple[Listed, Trigger], ...]
    waits: frozenset[str]
    event_goals: frozenset[str]
    page_goals: bool
    trait_goals: bool
    by_audience: tuple[Listed, ...]
    audience_events: frozenset[str]
    remembered: frozenset[str]
    names: frozenset[str]
    pages: bool


class Catalogue:
    """The journeys by id and an index for each site. Given to `react`; nobody changes it."""

    __slots__ = ("_audiences", "_elsewhere", "_sites", "journeys", "zones")

    def __init__(
        self, listed: Iterable[Listed] = (), audiences: Iterable[Audience] = (), zones: Zones = utc_only
    ) -> None:
        self.journeys: Mapping[str, Listed] = {item.journey.id: item for item in listed}
        self.zones = zones
        self._audiences = _asked_by_audiences(audiences)
        by_site: dict[str, list[Listed]] = {}
        for item in self.journeys.values():
            by_site.setdefault(item.journey.site_id, []).append(item)
        for site_id in self._audiences:
            if site_id is not None:
                by_site.setdefault(site_id, [])
        self._sites: Mapping[str, SiteIndex] = {site: self._index(site, items) for site, items in by_site.items()}
        self._elsewhere = self._index(None, [])

    def site(self, site_id: str) -> SiteIndex:
        """The index of a site; of one without journeys and audiences, what audiences of no site ask about."""
        return self._sites.get(site_id, self._elsewhere)

    def with_journey(self, listed: Listed) -> Catalogue:
        """The catalogue with this journey put in, or in the place of the one with its id."""
        old = self.journeys.get(listed.journey.id)
        journeys = {**self.journeys, listed.journey.id: listed}
        return self._changed(journeys, {listed.journey.site_id, *([old.journey.site_id] if old else [])})

    def _changed(self, journeys: Mapping[str, Listed], site_ids: set[str]) -> Catalogue:
        new = Catalogue.__new__(Catalogue)
        new.journeys, new.zones = journeys, self.zones
        new._audiences, new._elsewhere = self._audiences, self._elsewhere
        sites = dict(self._sites)
        for site_id in site_ids:
            sites[site_id] = new._index(
                site_id, [item for item in journeys.values() if item.journey.site_id == site_id]
            )
        new._sites = sites
        return new

    def _index(self, site_id: str | None, listed: list[Listed]) -> SiteIndex:
        live = [item for item in listed if item.status is JourneyStatus.PUBLISHED]
        running = [item for item in listed if item.running]
        goals = [item.journey.goal for item in running if item.journey.goal is not None]
        triggers: dict[str, list[tuple[Listed, Trigger]]] = {}
        pages: list[tuple[Listed, Trigger]] = []
        for item in live:
            for trigger in item.journey.canvas.triggers:
                if trigger.event is None:
                    pages.append((item, trigger))
                else:
                    triggers.setdefault(trigger.event, []).append((item, trigger))
        by_audience = tuple(item for item in live if item.journey.by_audience)
        remembered = self._remembered(site_id, listed)
        waits = frozenset(name for item in running for canvas in _canvases(item) for name in canvas.waits)
        event_goals = frozenset(goal.event for goal in goals if goal.event is not None)
        page_goals = any(goal.page is not None for goal in goals)
        return SiteIndex(
            triggers={name: tuple(found) for name, found in triggers.items()},
            page_triggers=tuple(pages),
            waits=waits,
            event_goals=event_goals,
            page_goals=page_goals,
            trait_goals=any(goal.traits is not None for goal in goals),
            by_audience=by_audience,
            audience_events=frozenset(name for item in by_audience for name in _audience_events(item)),
            remembered=remembered,
            names=waits | event_goals | remembered | triggers.keys(),
            pages=page_goals or bool(pages),
        )

    def _remembered(self, site_id: str | None, listed: list[Listed]) -> frozenset[str]:
        """The event names that a journey of the site, or an audience, asks about; archived journeys ask nothing."""
        names: set[str] = set()
        for item in listed:
            if item.status is not JourneyStatus.ARCHIVED:
                names.update(item.journey.asks, *(canvas.asks for canvas in item.pinned.values()))
        return frozenset(names.union(self._audiences.get(site_id, ()), self._audiences.get(None, ())))


def _canvases(listed: Listed) -> Iterable[Canvas]:
    return (listed.journey.canvas, *listed.pinned.values())


def _audience_events(listed: Listed) -> tuple[str, ...]:
    return () if listed.journey.audience is None else listed.journey.audience.events


def _asked_by_audiences(audiences: Iterable[Audience]) -> dict[str | None, frozenset[str]]:
    """Site id (None: every site) -> event names that its audiences ask about."""
    asked: dict[str | None, frozenset[str]] = {}
    for audience in audiences:
        events = compile_rule(audience.rules).events
        asked[audience.site_id] = asked.get(audience.site_id, frozenset()).union(events)
    return asked
