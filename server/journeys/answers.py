"""What the routes of journeys answer: a journey as Get shows it, or why it was refused."""

from __future__ import annotations

from starlette.responses import Response

from jcli import operations
from jcli.errors import NotFound
from jcli.findings import Finding
from jcli.model import Kind, Stored, StoredJourney
from server.answers import answer
from server.auth import Caller
from server.canvases import Canvas
from server.dependencies import Server
from server.refusals import refused_body
from server.shapes import shown_canvas, shown_journey


def journey_answer(
    server: Server,
    caller: Caller,
    stored: StoredJourney,
    *,
    findings: list[Finding] | None = None,
    created: bool = False,
    published: bool = False,
    canvas: Canvas | None = None,
) -> Response:
    """The journey with its audience, as far as the caller sees that; with the backfill of its publication while that is
    going on, or in any case when it was `published` just now. `canvas` is for a journey read without one."""
    journey, backfill = stored.journey, stored.backfill
    if backfill is not None and backfill.state != "running" and not published:
        backfill = None
    if canvas is None:
        canvas = server.canvases.keep(journey.id, stored.revision, shown_canvas(journey.nodes, journey.edges))
    return answer(
        shown_journey(stored, _audience(server, caller, stored), canvas),
        status=201 if created else 200,
        findings=findings,
        backfill=backfill,
        version=stored.version,
        location=("api", "journeys", stored.journey.id) if created else (),
    )


def saved_answer(
    server: Server, caller: Caller, saved: operations.Saved, *, created: bool = False, published: bool = False
) -> Response:
    """The journey after a change; Refusal (422) with what the checks found when there was none."""
    if saved.stored is None:
        raise refused_body(saved.findings)
    return journey_answer(server, caller, saved.stored, findings=saved.findings, created=created, published=published)


def read_answer(server: Server, caller: Caller, journey_id: str) -> Response:
    """The journey as it is now; its canvas is read only when it is not remembered."""
    with server.store.read():
        stored = operations.get_journey(server.store, caller.actor, journey_id, canvas=False)
        canvas = server.canvases.known(stored.journey.id, stored.revision)
        if canvas is None:
            stored = operations.get_journey(server.store, caller.actor, journey_id)
        return journey_answer(server, caller, stored, canvas=canvas)


def _audience(server: Server, caller: Caller, stored: StoredJourney) -> Stored | None:
    if stored.journey.audience_id is None:
        return None
    try:
        return operations.get_thing(server.store, caller.actor, Kind.AUDIENCE, stored.journey.audience_id)
    except NotFound:
        return None
