"""What a check is given: the world that references point into, and the subject whose graph is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jcli.graph import JourneyGraph

from jcli.canonical import Outline, Places
from jcli.model import Journey


@dataclass(frozen=True, slots=True)
class World:
    """What a journey's references can point to. `sites` and `audiences` map keys to ids (a workspace), the `_ids`
    are ids that a store knows; None: not asked, because none of the kind is declared."""

    sites: Mapping[str, str] | None = None
    audiences: Mapping[str, str] = field(default_factory=dict)
    contents: frozenset[str] | None = None
    site_ids: frozenset[str] | None = None
    audience_ids: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Referrer:
    """An outline with the world that its references point into."""

    outline: Outline
    world: World


@dataclass(frozen=True, slots=True)
class Subject:
    """A journey that passed the reference checks, its graph, and where its parts stand in the source."""

    journey: Journey
    graph: JourneyGraph
    places: Places
