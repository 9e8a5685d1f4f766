"""How things look from outside: journeys, people, enrollments... as the JSON of the API.

One function a thing, plain dicts; the definitions are in `schema/api.schema.json`. The commands do not come here, they
render what the operations give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jcli.model import (
    Audience,
    Content,
    Delivery,
    Edge,
    Enrollment,
    Node,
    Person,
    Revision,
    Site,
    Step,
    Stored,
    StoredJourney,
)
from server.answers import instant, instant_or_null

Shown = dict[str, Any]


def shown_summary(stored: StoredJourney) -> Shown:
    """A journey in a list: the fields that the reference prints, no others."""
    journey, counts = stored.journey, stored.counts
    return {
        "id": journey.id,
        "name": journey.name,
        "description": journey.description,
        "status": stored.status.value,
        "audienceId": journey.audience_id,
        "siteId": journey.site_id,
        "settings": journey.settings,
        "goalConfig": journey.goal_config,
        "createdAt": instant(stored.created_at),
        "updatedAt": instant(stored.updated_at),
        "_count": {"nodes": counts.nodes, "edges": counts.edges, "enrollments": counts.enrollments},
    }


def shown_row(stored: StoredJourney) -> Shown:
    """A journey in a list of whole ones: all that is known of it but the canvas."""
    return {
        **shown_summary(stored),
        "allowAnonymous": stored.journey.allow_anonymous,
        "managedBy": stored.journey.managed_by.value,
        "revision": stored.revision,
        "version": stored.version,
    }


def shown_journey(stored: StoredJourney, audience: Stored | None, canvas: Mapping[str, Any]) -> Shown:
    """A journey by itself, with its canvas (as `shown_canvas` has it) and, when it is known, its audience."""
    journey = stored.journey
    return {
        **shown_summary(stored),
        "allowAnonymous": journey.allow_anonymous,
        "managedBy": journey.managed_by.value,
        "revision": stored.revision,
        "audience": None if audience is None else shown_thing(audience),
        **canvas,
    }


def shown_canvas(nodes: Iterable[Node], edges: Iterable[Edge]) -> Shown:
    """The part of a journey, or of a revision, that Save Canvas takes."""
    return {"nodes": [_node(node) for node in nodes], "edges": [_edge(edge) for edge in edges]}


def _node(node: Node) -> Shown:
    position = node.position
    return {
        "id": node.id,
        "type": node.type.value,
        "contentId": node.content_id,
        "config": node.config,
        "position": None if position is None else {"x": _number(position.x), "y": _number(position.y)},
    }


def _number(value: float) -> float | int:
    """200 as 200, not as 200.0: the way in which it was sent."""
    return int(value) if abs(value) < 2**53 and value == int(value) else value


def _edge(edge: Edge) -> Shown:
    return {"id": edge.id, "sourceNodeId": edge.source, "targetNodeId": edge.target, "label": edge.label}


def shown_revision_summary(revision: Revision) -> Shown:
    return {
        "journeyId": revision.journey_id,
        "number": revision.number,
        "author": revision.author,
        "door": revision.door,
        "createdAt": instant(revision.created_at),
    }


def shown_revision(revision: Revision) -> Shown:
    """A revision with its canvas."""
    return {**shown_revision_summary(revision), **shown_canvas(revision.nodes, revision.edges)}


def shown_thing(stored: Stored, write_key: str | None = None) -> Shown:
    """A site (with its write key), an audience or a content."""
    times = {"createdAt": instant(stored.created_at), "updatedAt": instant(stored.updated_at)}
    match stored.item:
        case Site() as site:
            public = {"domains": list(site.domains), "writeKey": write_key}
            return {"id": site.id, "name": site.name, **public, **times}
        case Audience() as audience:
            who = {"siteId": audience.site_id, "rules": audience.rules}
            return {"id": audience.id, "name": audience.name, **who, **times}
        case Content() as content:
            what = {"contentType": content.content_type, "body": content.body}
            return {"id": content.id, "name": content.name, **what, **times}


def shown_person(person: Person) -> Shown:
    return {
        "id": person.id,
        "siteId": person.site_id,
        "anonymous": person.anonymous,
        "traits": person.traits,
        "createdAt": instant(person.created_at),
        "updatedAt": instant(person.updated_at),
    }


def shown_delivery(delivery: Delivery, content: Content | None) -> Shown:
    """A delivery with what is known of its content."""
    return {
        "id": delivery.id,
        "journeyId": delivery.journey_id,
        "enrollmentId": delivery.enrollment_id,
        "nodeId": delivery.node_id,
        "endUserId": None if delivery.anonymous else delivery.person_id,
        "contentId": delivery.content_id,
        "contentType": delivery.content_type,
        "status": delivery.status.value,
        "createdAt": instant(delivery.created_at),
        "content": None if content is None else {"name": content.name, "body": content.body},
    }


def shown_step(step: Step) -> Shown:
    """A line of the ledger."""
    return {
        "seq": step.seq,
        "nodeId": step.node_id,
        "type": step.node_type.value,
        "enteredAt": instant(step.entered_at),
        "leftAt": instant_or_null(step.left_at),
        "label": step.label,
        "target": step.target,
        "ended": step.ended,
        "cause": step.cause,
        "causeRef": step.cause_ref,
        "revision": step.revision,
        "detail": step.detail,
    }


def shown_whole_enrollment(enrolled: tuple[Enrollment, Person | None], steps: Sequence[Step]) -> Shown:
    """An enrollment by itself, with its ledger."""
    shown = shown_enrollment(enrolled)
    return {**shown, "steps": [shown_step(step) for step in steps]}


def shown_enrollment(enrolled: tuple[Enrollment, Person | None]) -> Shown:
    """An enrollment with its person: `endUserId` for a known one, `anonymousId` for one who is not."""
    enrollment, person = enrolled
    return {
        "id": enrollment.id,
        "journeyId": enrollment.journey_id,
        "siteId": enrollment.site_id,
        "rotation": enrollment.rotation,
        "endUserId": None if enrollment.anonymous else enrollment.person_id,
        "anonymousId": enrollment.person_id if enrollment.anonymous else None,
        "status": enrollment.status.value,
        "exitReason": enrollment.exit_reason,
        "outcome": enrollment.outcome,
        "enrolledAt": instant(enrollment.enrolled_at),
        "endedAt": instant_or_null(enrollment.ended_at),
        "goalMetAt": instant_or_null(enrollment.goal_met_at),
        "revision": enrollment.revision,
        "nodeId": enrollment.node_id,
        "dueAt": instant_or_null(enrollment.due_at),
        "endUser": None if person is None else {"id": person.id, "traits": person.traits},
    }
