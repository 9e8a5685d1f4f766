"""Request bodies (and stored journeys) -> checks -> Journey. Findings carry paths, no files or lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jcli.canonical import (
    Outline,
    OutlineNode,
    Places,
    body_of,
    journey_of,
    outline_of_body,
    places_of,
)
from jcli.checks import Referrer, Subject, World, run_graph, run_references, run_values, stamp
from jcli.checks.shape import check_definition
from jcli.compiler.zones import is_timezone
from jcli.findings import Finding, Path, Severity, has_errors
from jcli.graph import JourneyGraph
from jcli.model import Journey, Json, Kind


@dataclass(frozen=True, slots=True)
class CompiledBody:
    """`journey` is None when a finding of the stages up to references refuses the body. `findings` are all there
    are: those, or else the warnings about references and what publishing would find."""

    journey: Journey | None
    findings: list[Finding]
    places: Places


def check_body(definition: str, body: Any, at: Path = ()) -> list[Finding]:
    """Shape findings of a value by a definition of `schema/` (`JourneyCreate`, `CanvasSave`, `Settings`...), then
    what a schema cannot decide of rules, settings and goals. `at` is where the value stands in the request."""
    findings = [
        stamp(shape.slug, Severity.ERROR, replace(shape.problem, path=(*at, *shape.problem.path)), None)
        for shape in check_definition(definition, body)
    ]
    if findings or not isinstance(body, dict):
        return findings
    if "rules" in body:
        return run_values(Outline(body, (), ()), Kind.AUDIENCE, is_timezone=is_timezone)
    return _values_at(definition, body)


def _values_at(definition: str, body: Json) -> list[Finding]:
    if definition in ("JourneyCreate", "CanvasSave"):
        return run_values(outline_of_body(body), is_timezone=is_timezone)
    if definition == "Settings":
        return run_values(Outline({"settings": body}, (), ()), is_timezone=is_timezone)
    if definition == "GoalConfig":
        return run_values(Outline({"goalConfig": body}, (), ()), is_timezone=is_timezone)
    return []


def compile_canvas(
    canvas: Json, fields: Json | Journey, journey_id: str, world: World, node_ids: Callable[[OutlineNode], str]
) -> CompiledBody:
    """A canvas of nodes and edges that passed `check_body`, with the journey's other fields from a request body or
    from the journey that it belongs to."""
    around = body_of(fields) if isinstance(fields, Journey) else fields
    outline = outline_of_body({**around, "nodes": canvas.get("nodes") or [], "edges": canvas.get("edges") or []})
    findings = run_references(Referrer(outline, world))
    if has_errors(findings):
        return CompiledBody(None, findings, Places())
    journey, places = journey_of(
        outline,
        journey_id,
        site_id=around["siteId"],
        audience_id=around.get("audienceId"),
        node_ids=node_ids,
    )
    findings += run_graph(Subject(journey, JourneyGraph(journey), places, world))
    return CompiledBody(journey, findings, places)


def findings_of_journey(journey: Journey, world: World, names: Mapping[str, str] | None = None) -> list[Finding]:
    """What publishing a journey out of the store would find: warnings about references, and the graph checks. Paths
    are those of the body that Get Journey answers; nodes go by their `names` (id -> key), or by their ids."""
    findings = run_references(Referrer(outline_of_body(body_of(journey)), world))
    places = places_of(journey)
    if names:
        places = replace(places, names={**places.names, **names})
    return findings + run_graph(Subject(journey, JourneyGraph(journey), places, world))
