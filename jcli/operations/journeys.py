"""Create, read and edit journeys through the API: the same compiler as the files, one transaction each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from jcli.canonical import canonical, fingerprint, is_uuid, with_fields
from jcli.compiler import CompiledBody, check_body, compile_canvas, findings_of_journey
from jcli.errors import NotFound
from jcli.findings import Finding, Severity, has_errors
from jcli.model import (
    Actor,
    Journey,
    JourneyStatus,
    Kind,
    Revision,
    StoredJourney,
)
from jcli.operations.carry import LIVE, carry_over
from jcli.operations.context import (
    Clock,
    NewId,
    entry,
    must_be_editable,
    must_match,
    must_see_site,
    visible_journey,
)
from jcli.operations.placing import placed
from jcli.operations.world import world_for
from jcli.runtime import open_work
from jcli.store import JourneySave, Listing, Page, Store, Tables


@dataclass(frozen=True, slots=True)
class Saved:
    """`stored` is the journey as it is now, None when `refused`: then nothing was written and `findings` say why.
    Findings of an accepted journey are what publishing would find."""

    stored: StoredJourney | None
    findings: list[Finding]
    refused: bool = False


def get_journey(store: Store, actor: Actor, journey_id: str, *, canvas: bool = True) -> StoredJourney:
    """The journey, with its canvas unless that is not wanted; NotFound."""
    with store.read() as tables:
        return visible_journey(tables, actor, journey_id, canvas=canvas)


def list_journeys(
    store: Store, actor: Actor, page: Page, *, status: JourneyStatus | None = None, site_id: str | None = None
) -> Listing[StoredJourney]:
    """Journeys of the actor's sites without canvases, newest first."""
    with store.read() as tables:
        return tables.journeys(actor.sites, page, status=status, site_id=site_id)


def journey_findings(store: Store, actor: Actor, journey_id: str) -> list[Finding]:
    """What publishing the journey would find."""
    with store.read() as tables:
        stored = visible_journey(tables, actor, journey_id)
        return findings_of_journey(stored.journey, world_for(tables, actor, stored.journey))


def get_revision(store: Store, actor: Actor, journey_id: str, number: int) -> Revision:
    with store.read() as tables:
        visible_journey(tables, actor, journey_id)
        revision = tables.revision(journey_id, number)
    if revision is None:
        raise NotFound(f"the journey {journey_id!r} has no revision {number}")
    return revision


def list_revisions(store: Store, actor: Actor, journey_id: str, page: Page) -> Listing[Revision]:
    """Revisions without their canvases, newest first."""
    with store.read() as tables:
        visible_journey(tables, actor, journey_id)
        return tables.revisions(journey_id, page)


def create_journey(store: Store, clock: Clock, actor: Actor, body: Any, *, new_id: NewId) -> Saved:
    """A new DRAFT journey. An incomplete canvas is accepted; what is missing comes back as findings."""
    findings = check_body("JourneyCreate", body)
    if findings:
        return Saved(None, findings, refused=True)
    must_see_site(actor, body["siteId"])
    journey_id = new_id()
    with store.write() as tables:
        compiled = compile_canvas(
            body,
            body,
            journey_id,
            world_for(tables, actor, body),
            lambda node: _kept(node.pinned or node.ref, (), new_id),
        )
        if compiled.journey is None:
            return Saved(None, compiled.findings, refused=True)
        _write(tables, compiled.journey, actor, clock)
        tables.log([entry(actor, clock(), "create", Kind.JOURNEY, journey_id)])
        return Saved(tables.journey(journey_id), compiled.findings)


def _kept(client_id: str | None, known: Mapping[str, object] | tuple[()], new_id: NewId) -> str:
    """A UUID, or an id that the journey already has, is kept; any other was a reference within the request."""
    return client_id if client_id is not None and (client_id in known or is_uuid(client_id)) else new_id()


def _write(
    tables: Tables, journey: Journey, actor: Actor, clock: Clock, node_map: Mapping[str, str] | None = None
) -> None:
    whole = placed(journey)
    save = JourneySave(whole, fingerprint(canonical(whole)), node_map=node_map or {})
    tables.save_journeys([save], author=actor.name, door=actor.door, now=clock())


def patch_journey(
    store: Store, clock: Clock, actor: Actor, journey_id: str, body: Any, *, if_match: int | None = None
) -> Saved:
    """JSON merge patch over the journey's metadata: absent is untouched, null clears. Writes nothing, and keeps the
    version, when nothing changes."""
    with open_work(store, clock) as work:
        tables = work.tables
        stored = visible_journey(tables, actor, journey_id)
        findings = check_body("JourneyPatch", body)
        if findings:
            return Saved(None, findings, refused=True)
        must_match(stored.version, if_match, "the journey")
        must_be_editable(tables, stored)
        must_see_site(actor, body.get("siteId"))
        patched = with_fields(stored.journey, body)
        findings = check_body("Settings", patched.settings, ("settings",))
        if patched.goal_config is not None:
            findings += check_body("GoalConfig", patched.goal_config, ("goalConfig",))
        if findings:
            return Saved(None, findings, refused=True)
        findings = findings_of_journey(patched, world_for(tables, actor, patched))
        if _bars(stored, findings):
            return Saved(None, findings, refused=True)
        if fingerprint(canonical(patched)) != fingerprint(canonical(stored.journey)):
            _write(tables, patched, actor, clock)
            if _lets_follow(stored.journey, patched):
                carry_over(work, patched, stored.status)
            tables.log([entry(actor, clock(), "edit", Kind.JOURNEY, journey_id, {"fields": sorted(body)})])
        return Saved(tables.journey(journey_id), findings)


def _lets_follow(old: Journey, new: Journey) -> bool:
    """Whether people who were to finish where they entered are to follow the newest canvas from now on."""
    return old.settings.get("onEdit") == "pin" and new.settings.get("onEdit") != "pin"


def _bars(stored: StoredJourney, findings: list[Finding]) -> bool:
    return stored.status in LIVE and has_errors(findings)


def save_canvas(
    store: Store,
    clock: Clock,
    actor: Actor,
    journey_id: str,
    body: Any,
    *,
    new_id: NewId,
    if_match: int | None = None,
) -> Saved:
    """Replace all nodes and edges in one transaction and keep the old canvas as a revision. On a DRAFT an incomplete
    canvas is accepted with findings; on a PUBLISHED or PAUSED journey one with errors is refused whole."""
    with open_work(store, clock) as work:
        tables = work.tables
        stored = visible_journey(tables, actor, journey_id)
        findings = check_body("CanvasSave", body)
        if findings:
            return Saved(None, findings, refused=True)
        must_match(stored.version, if_match, "the journey")
        must_be_editable(tables, stored)
        compiled = _compile_save(tables, actor, stored.journey, body, new_id)
        if compiled.journey is None or _bars(stored, compiled.findings):
            return Saved(None, compiled.findings, refused=True)
        refused, node_map = _node_map(stored.journey, compiled, body)
        if refused:
            return Saved(None, refused, refused=True)
        gone = {node.id for node in stored.journey.nodes} - {node.id for node in compiled.journey.nodes}
        moves = {source: target for source, target in node_map.items() if source in gone}
        _write(tables, compiled.journey, actor, clock, moves)
        moved = carry_over(work, compiled.journey, stored.status)
        tables.log([entry(actor, clock(), "canvas", Kind.JOURNEY, journey_id, moved)])
        return Saved(tables.journey(journey_id), compiled.findings)


def _compile_save(tables: Tables, actor: Actor, old: Journey, body: Any, new_id: NewId) -> CompiledBody:
    known = {node.id: node for node in old.nodes}
    canvas = {"nodes": body["nodes"], "edges": body["edges"]}
    asked = {**canvas, "siteId": old.site_id, "audienceId": old.audience_id}
    compiled = compile_canvas(
        canvas, old, old.id, world_for(tables, actor, asked), lambda node: _kept(node.pinned or node.ref, known, new_id)
    )
    if compiled.journey is None:
        return compiled
    kept = replace(old, nodes=compiled.journey.nodes, edges=compiled.journey.edges)
    return replace(compiled, journey=kept)


def _node_map(old: Journey, compiled: CompiledBody, body: Any) -> tuple[list[Finding], dict[str, str]]:
    """The request's `nodeMap` by stored ids: from nodes that the journey has to nodes of the new canvas."""
    assert compiled.journey is not None
    by_ref: dict[str, str] = {compiled.places.name(node.id): node.id for node in compiled.journey.nodes}
    olds = {node.id for node in old.nodes}
    findings, node_map = [], {}
    for source, target in (body.get("nodeMap") or {}).items():
        if source not in olds:
            findings.append(_unknown(("nodeMap", source), f"the journey has no node {source!r} to map from"))
        elif target not in by_ref:
            findings.append(_unknown(("nodeMap", source), f"the new canvas has no node {target!r} to map to"))
        else:
            node_map[source] = by_ref[target]
    return findings, node_map


def _unknown(path: tuple[str | int, ...], message: str) -> Finding:
    return Finding("unknown-node", Severity.ERROR, message, path)
