"""One example for each body that is taken or answered, as the OpenAPI document shows it.

Plain data. A test holds each of them against its definition in `schema/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.sync_examples import SYNC_EXAMPLES

_JOURNEY_ID = "5d0c3f1e-0d51-4a53-b1f5-2f0f6a0f7c21"
_TRIGGER = "0c7f7d3a-41a7-4f44-8a52-6c1fd7a5b001"
_TOUR = "3b0e9a6c-6a0c-4d39-9c3e-8f6b6d1f0a11"
_EDGE = "a4b2f6de-5a1b-5c07-9b1e-0d9d3f8f6e10"
_ENROLLMENT = "e1d9c2b4-77aa-4f0e-9f11-4c5b8a3d2f90"
_THEN = "2026-03-02T08:30:00Z"
_NOW = "2026-03-05T16:45:10.250Z"

_GOAL = {"type": "event", "config": {"eventName": "project_created"}, "deadline": 14}
_WHEN = {"triggerType": "URL_MATCH", "triggerConfig": {"matchType": "contains", "pattern": "/projects"}}
_NODES = [
    {
        "id": _TRIGGER,
        "type": "TRIGGER",
        "contentId": None,
        "config": _WHEN,
        "position": {"x": 0, "y": 0},
    },
    {
        "id": _TOUR,
        "type": "CONTENT",
        "contentId": "projects-tour",
        "config": {"contentType": "tour"},
        "position": {"x": 240, "y": 0},
    },
]
_EDGES = [{"id": _EDGE, "sourceNodeId": _TRIGGER, "targetNodeId": _TOUR, "label": None}]
_SUMMARY = {
    "id": _JOURNEY_ID,
    "name": "First project",
    "description": "From an empty list to the first project",
    "status": "PUBLISHED",
    "audienceId": "aud_makers",
    "siteId": "site_main",
    "settings": {"reentry": "once"},
    "goalConfig": _GOAL,
    "createdAt": _THEN,
    "updatedAt": _NOW,
    "_count": {"nodes": 2, "edges": 1, "enrollments": 41},
}
_SITE = {
    "id": "site_main",
    "name": "Main app",
    "domains": ["app.acme.example"],
    "writeKey": "c0ffee00c0ffee00c0ffee00c0ffee00",
    "createdAt": _THEN,
    "updatedAt": _THEN,
}
_AUDIENCE = {
    "id": "aud_makers",
    "name": "Makers",
    "siteId": "site_main",
    "rules": {"trait": "role", "equals": "maker"},
    "createdAt": _THEN,
    "updatedAt": _THEN,
}
_CONTENT = {
    "id": "projects-tour",
    "name": "Tour of projects",
    "contentType": "tour",
    "body": {"steps": [{"title": "This is where projects live"}]},
    "createdAt": _THEN,
    "updatedAt": _THEN,
}
_PERSON = {
    "id": "user-17",
    "siteId": "site_main",
    "anonymous": False,
    "traits": {"role": "maker", "seats": 3},
    "createdAt": _THEN,
    "updatedAt": _NOW,
}
_IN_JOURNEY = {
    "id": _ENROLLMENT,
    "journeyId": _JOURNEY_ID,
    "siteId": "site_main",
    "rotation": 1,
    "endUserId": "user-17",
    "anonymousId": None,
    "status": "in_progress",
    "exitReason": None,
    "outcome": None,
    "enrolledAt": _NOW,
    "endedAt": None,
    "goalMetAt": None,
    "revision": 1,
    "nodeId": _TRIGGER,
    "dueAt": None,
    "endUser": {"id": "user-17", "traits": {"role": "maker", "seats": 3}},
}
_STEP = {
    "seq": 1,
    "nodeId": _TRIGGER,
    "type": "TRIGGER",
    "enteredAt": _NOW,
    "leftAt": _NOW,
    "label": None,
    "target": _TOUR,
    "ended": None,
    "cause": "event",
    "causeRef": "3f1b0b8e-8a4c-4d8f-9d57-0d0a3c1f2b11",
    "revision": 1,
    "detail": None,
}
_DELIVERY = {
    "id": "2d0b7a34-3df7-5b0e-9a53-4d1d9f0d6a10",
    "journeyId": _JOURNEY_ID,
    "enrollmentId": _ENROLLMENT,
    "nodeId": _TOUR,
    "endUserId": "user-17",
    "contentId": "projects-tour",
    "contentType": "tour",
    "status": "pending",
    "createdAt": _NOW,
    "content": {"name": "Tour of projects", "body": {"steps": [{"title": "This is where projects live"}]}},
}
_EVENT = {
    "type": "track",
    "event": "project_created",
    "userId": "user-17",
    "messageId": "3f1b0b8e-8a4c-4d8f-9d57-0d0a3c1f2b11",
    "timestamp": _NOW,
    "properties": {"template": "empty"},
}
_REJECTED = {"index": 1, "code": "missing-field", "message": "a `track` event needs its name in `event`"}
_REVISION = {"journeyId": _JOURNEY_ID, "number": 1, "author": "ada", "door": "api", "createdAt": _THEN}
_FINDING = {
    "code": "dead-end",
    "severity": "warning",
    "message": "the way ends here without an EXIT; it counts as completed",
    "pointer": "/nodes/1",
    "node": _TOUR,
}


def _list(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"data": [item], "meta": {"total": 1, "page": 1, "limit": 20, "totalPages": 1}}


def _problem(status: int, code: str, title: str, detail: str, *faults: Mapping[str, str]) -> dict[str, Any]:
    shown = {
        "type": f"urn:jcli:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "requestId": "b7c1d8e0-3b52-4f0a-8f65-1f3c5a7e9d24",
    }
    return {**shown, "errors": list(faults)} if faults else shown


EXAMPLES: Mapping[str, Any] = {
    "JourneyCreate": {
        "name": "First project",
        "siteId": "site_main",
        "audienceId": "aud_makers",
        "goalConfig": _GOAL,
        "nodes": [
            {
                "id": "projects-page",
                "type": "TRIGGER",
                "config": _WHEN,
                "position": {"x": 0, "y": 0},
            },
            {
                "id": "tour",
                "type": "CONTENT",
                "contentId": "projects-tour",
                "config": {"contentType": "tour"},
                "position": {"x": 240, "y": 0},
            },
        ],
        "edges": [{"sourceNodeId": "projects-page", "targetNodeId": "tour"}],
    },
    "JourneyPatch": {"description": "From an empty list to the first project", "goalConfig": {"deadline": 21}},
    "CanvasSave": {
        "nodes": [
            {"id": _TRIGGER, "type": "TRIGGER", "config": _WHEN, "position": {"x": 0, "y": 0}},
            {"id": "done", "type": "EXIT", "position": {"x": 240, "y": 0}},
        ],
        "edges": [{"sourceNodeId": _TRIGGER, "targetNodeId": "done"}],
        "nodeMap": {},
    },
    "SiteCreate": {"id": "site_main", "name": "Main app", "domains": ["app.acme.example"]},
    "SitePatch": {"domains": ["app.acme.example", "www.acme.example"]},
    "AudienceCreate": {"name": "Makers", "siteId": "site_main", "rules": {"trait": "role", "equals": "maker"}},
    "AudiencePatch": {"rules": {"any": [{"trait": "role", "equals": "maker"}, {"trait": "seats", "gte": 5}]}},
    "ContentCreate": {"id": "projects-tour", "contentType": "tour", "name": "Tour of projects"},
    "ContentPatch": {"body": {"steps": [{"title": "This is where projects live"}]}},
    "PersonPut": {"siteId": "site_main", "traits": {"role": "maker", "seats": 3}},
    "EnrollmentCreate": {"endUserId": "user-17", "traits": {"role": "maker"}},
    "EventBatch": {"siteId": "site_main", "batch": [_EVENT, {"type": "track", "userId": "user-17"}]},
    "EventsTakenEnvelope": {"data": {"accepted": 1, "duplicates": 0, "rejected": [_REJECTED]}},
    "TrackingCall": {name: value for name, value in _EVENT.items() if name != "type"},
    "TrackingBatch": {"batch": [_EVENT]},
    "Tracked": {"success": True},
    "NotTracked": {
        "success": False,
        "code": "malformed-json",
        "message": "the body is not JSON: unexpected end of data",
    },
    "BrowserSettings": {
        "integrations": {
            "Segment.io": {
                "apiKey": "c0ffee00c0ffee00c0ffee00c0ffee00",
                "apiHost": "journeys.acme.example/v1",
                "protocol": "https",
            }
        }
    },
    "OpenDeliveries": {"data": [_DELIVERY]},
    "DeliveryEnvelope": {"data": {**_DELIVERY, "status": "completed"}},
    "DeliveryList": _list(_DELIVERY),
    "EnrollmentDetailEnvelope": {"data": {**_IN_JOURNEY, "outcome": None, "steps": [_STEP]}},
    "JourneyStatsEnvelope": {
        "data": {
            "journeyId": _JOURNEY_ID,
            "enrollments": {"in_progress": 12, "completed": 27, "stopped": 1, "abandoned": 1, "total": 41},
            "goals": 22,
            "goalRate": 0.5366,
            "funnel": [{"nodeId": _TRIGGER, "entered": 41}, {"nodeId": _TOUR, "entered": 41}],
            "nodes": [
                {
                    "nodeId": _TOUR,
                    "type": "CONTENT",
                    "entered": 41,
                    "here": 12,
                    "left": {"": 27},
                    "ended": {"archived": 1, "deadline": 1},
                    "medianSeconds": 95.2,
                }
            ],
            "splits": [],
        }
    },
    "WhyEnvelope": {
        "data": {
            "journeyId": _JOURNEY_ID,
            "endUserId": "user-18",
            "anonymousId": None,
            "known": True,
            "inside": False,
            "enrollment": None,
            "answers": [
                {"rule": "status", "allows": True, "because": "the journey is PUBLISHED"},
                {
                    "rule": "audience",
                    "allows": False,
                    "because": "the audience does not match the person's traits or past events",
                },
            ],
        }
    },
    "AudienceCountEnvelope": {"data": {"count": 120, "total": 480}},
    "JourneyEnvelope": {
        "data": {
            **_SUMMARY,
            "allowAnonymous": False,
            "managedBy": "shared",
            "revision": 1,
            "audience": _AUDIENCE,
            "nodes": _NODES,
            "edges": _EDGES,
        },
        "meta": {"findings": [_FINDING]},
    },
    "JourneyList": _list(_SUMMARY),
    **SYNC_EXAMPLES,
    "SiteEnvelope": {"data": _SITE},
    "SiteList": _list(_SITE),
    "AudienceEnvelope": {"data": _AUDIENCE},
    "AudienceList": _list(_AUDIENCE),
    "ContentEnvelope": {"data": _CONTENT},
    "ContentList": _list(_CONTENT),
    "PersonEnvelope": {"data": _PERSON},
    "PersonList": _list(_PERSON),
    "EnrollmentEnvelope": {"data": _IN_JOURNEY},
    "EnrollmentList": _list(_IN_JOURNEY),
    "RevisionEnvelope": {"data": {**_REVISION, "nodes": _NODES, "edges": _EDGES}},
    "RevisionList": _list(_REVISION),
    "FindingList": {"data": [_FINDING]},
    "Health": {"data": {"status": "ok"}},
    "Problem400": _problem(
        400, "malformed-json", "The request cannot be read", "the body is not JSON: unexpected end of data"
    ),
    "Problem401": _problem(401, "invalid-token", "Not authenticated", "the token is not valid: it has expired"),
    "Problem403": _problem(403, "missing-scope", "Not permitted", "the token does not have the scope journeys:publish"),
    "Problem404": _problem(404, "not-found", "Not found", "there is no journey 'first-project'"),
    "Problem405": _problem(405, "wrong-method", "Not a method of this path", "/api/journeys takes GET, POST, not PUT"),
    "Problem409": _problem(
        409,
        "wrong-status",
        "Not possible as things stand",
        "cannot pause a journey that is DRAFT; it must be PUBLISHED",
    ),
    "Problem412": _problem(
        412, "stale", "Changed in the meantime", "its version is 4, the request was made from 3; read it again"
    ),
    "Problem413": _problem(413, "too-large", "Body too large", "a body may have 5,242,880 bytes at most"),
    "Problem415": _problem(
        415,
        "unsupported-type",
        "Content type not supported",
        "the Content-Type is 'text/plain'; expected application/json, in UTF-8",
    ),
    "Problem422": _problem(
        422,
        "invalid",
        "Well-formed but not valid",
        "the body has 1 error; nothing was changed",
        {
            "pointer": "/nodes/1/contentid",
            "code": "unknown-field",
            "message": "there is no field `contentid` here",
            "suggestion": "contentId",
        },
    ),
    "Problem429": _problem(
        429, "too-many-requests", "Too many requests", "this caller has sent more requests than its rate limit allows"
    ),
    "Problem500": _problem(
        500,
        "internal",
        "Something went wrong here",
        "this is our fault, not yours; the log tells more under the request's id",
    ),
    "Problem503": _problem(
        503, "store-busy", "Not possible at the moment", "another writer has held the store for too long"
    ),
}
