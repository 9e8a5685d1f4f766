"""A site with its write key, a journey that shows content, and visitors who speak to `/v1` with them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import httpx
import jwt

from tests.api.client import NOON, SECRET, Api

SITE = "site_a"
PAGE = "https://app.acme.example"


def person_token(person: str, *, at: int = NOON, **claims: Any) -> str:
    """A person token, good for an hour; a claim that is given as None is left out."""
    whole = {"aud": "jcli:person", "sub": person, "sites": [SITE], "exp": at // 1000 + 3600, **claims}
    return jwt.encode({name: value for name, value in whole.items() if value is not None}, SECRET, "HS256")


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


@dataclass
class Site:
    """The site and its key."""

    api: Api
    key: str

    def v1(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """A request to `/v1` with the write key, unless it brings an Authorization of its own ("" for none)."""
        sent = {"Authorization": basic(self.key), **{name.replace("_", "-"): text for name, text in headers.items()}}
        sent = {name: text for name, text in sent.items() if text}
        if isinstance(body, bytes):
            return self.api.client.request(method, path, content=body, headers=sent)
        return self.api.client.request(method, path, json=body, headers=sent)

    def track(self, event: str, **fields: Any) -> httpx.Response:
        return self.v1("POST", "/v1/track", {"event": event, **fields})

    def events(self, *batch: Any) -> dict[str, Any]:
        taken = self.api.post("/api/events", {"siteId": SITE, "batch": list(batch)})
        assert taken.status_code == 202, taken.text
        data: dict[str, Any] = taken.json()["data"]
        return data

    def journey(self, **fields: Any) -> dict[str, Any]:
        """A published journey: `signed_up` shows the tour, which is completed, dismissed or, after a day, given up."""
        body = {
            "allowAnonymous": True,
            "nodes": [
                {
                    "id": "start",
                    "type": "TRIGGER",
                    "config": {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "signed_up"}},
                },
                {
                    "id": "tour",
                    "type": "CONTENT",
                    "contentId": "tour-1",
                    "config": {"contentType": "tour", "timeout": "1d"},
                },
                {"id": "done", "type": "EXIT"},
            ],
            "edges": [
                {"sourceNodeId": "start", "targetNodeId": "tour"},
                {"sourceNodeId": "tour", "targetNodeId": "done"},
            ],
            **fields,
        }
        return self.api.journey(publish=True, siteId=SITE, **body)

    def ways(self, journey_id: str) -> list[dict[str, Any]]:
        """The enrollments of a journey, each with its ledger, the newest first."""
        listed = self.api.get(f"/api/journeys/{journey_id}/enrollments?limit=100").json()["data"]
        return [self.api.get(f"/api/enrollments/{one['id']}").json()["data"] for one in listed]


def make_site(api: Api) -> Site:
    made = api.post("/api/sites", {"id": SITE, "name": "Acme", "domains": ["app.acme.example", "*.pages.example"]})
    assert made.status_code == 201, made.text
    return Site(api, made.json()["data"]["writeKey"])
