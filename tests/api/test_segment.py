"""Segment's own libraries, unchanged, pointed at the server: a person goes through a journey, as the ledger says."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from segment.analytics.client import Client

from tests.api.client import ROOT, Live
from tests.api.visiting import PAGE, SITE
from tests.needed import missing

HERE = Path(__file__).parent / "segment"
TOOLS = ROOT / ".tools" / "segment" / "package.json"

WHEN = {"triggerType": "URL_MATCH", "triggerConfig": {"matchType": "endsWith", "pattern": "/projects"}}
JOURNEY: dict[str, Any] = {
    "name": "First project",
    "siteId": SITE,
    "allowAnonymous": True,
    "goalConfig": {"type": "event", "config": {"eventName": "project_created"}},
    "nodes": [
        {"id": "page", "type": "TRIGGER", "config": WHEN},
        {"id": "first", "type": "WAIT_FOR_EVENT", "config": {"eventName": "project_created"}},
        {"id": "pro", "type": "CONDITION", "config": {"rules": {"trait": "plan", "equals": "pro"}}},
        {"id": "met", "type": "GOAL_CHECK"},
        {"id": "done", "type": "EXIT"},
        {"id": "sorry", "type": "EXIT"},
    ],
    "edges": [
        {"sourceNodeId": "page", "targetNodeId": "first"},
        {"sourceNodeId": "first", "targetNodeId": "pro"},
        {"sourceNodeId": "pro", "targetNodeId": "met", "label": "true"},
        {"sourceNodeId": "pro", "targetNodeId": "sorry", "label": "false"},
        {"sourceNodeId": "met", "targetNodeId": "done", "label": "met"},
        {"sourceNodeId": "met", "targetNodeId": "sorry", "label": "not_met"},
    ],
}


@pytest.fixture
def client(live: Live) -> Iterator[httpx.Client]:
    with live.client() as client:
        yield client


@pytest.fixture
def key(client: httpx.Client) -> str:
    site = client.post("/api/sites", json={"id": SITE, "name": "Acme", "domains": ["app.acme.example"]})
    key: str = site.json()["data"]["writeKey"]
    return key


@pytest.fixture
def journey(client: httpx.Client, key: str) -> dict[str, Any]:
    made: dict[str, Any] = client.post("/api/journeys", json=JOURNEY).json()["data"]
    assert client.post(f"/api/journeys/{made['id']}/publish").status_code == 200
    return made


@pytest.fixture
def tools() -> dict[str, str]:
    """The environment in which node finds Segment's libraries, which `.ci/tools` installs."""
    if shutil.which("node") is None or not TOOLS.exists():
        message = "node, or Segment's libraries in .tools/segment, are missing: install npm and run .ci/tools"
        missing(message)
    return {"PATH": os.environ["PATH"], "SEGMENT_TOOLS": str(TOOLS)}


def went_all_the_way(client: httpx.Client, journey: dict[str, Any], person: str) -> dict[str, Any]:
    """The one enrollment of the journey, which went from the page view to the end by what the library sent."""
    listed = client.get(f"/api/journeys/{journey['id']}/enrollments").json()["data"]
    assert [one["endUserId"] for one in listed] == [person]
    way: dict[str, Any] = client.get(f"/api/enrollments/{listed[0]['id']}").json()["data"]
    nodes = [node["id"] for node in journey["nodes"]]
    assert [(step["nodeId"], step["label"], step["cause"]) for step in way["steps"]] == [
        (nodes[0], None, "event"),
        (nodes[1], None, "event"),
        (nodes[2], "true", "event"),
        (nodes[3], "met", "event"),
        (nodes[4], None, "event"),
    ]
    assert (way["status"], way["exitReason"], way["endUser"]["traits"]) == ("completed", "exit", {"plan": "pro"})
    assert way["goalMetAt"] is not None
    page, track = way["steps"][0]["causeRef"], way["steps"][1]["causeRef"]
    assert page != track
    return way


@pytest.mark.parametrize("gzip", [False, True])
def test_the_python_library(live: Live, client: httpx.Client, key: str, journey: dict[str, Any], gzip: bool) -> None:
    errors: list[Any] = []
    segment = Client(key, host=live.url, gzip=gzip, on_error=lambda error, _: errors.append(error), max_retries=0)

    segment.identify("user-17", {"plan": "pro"})
    segment.page("user-17", name="Projects", properties={"url": f"{PAGE}/projects"})
    segment.track("user-17", "project_created", {"template": "empty"}, message_id="message-of-the-track")
    segment.flush()
    segment.join()

    assert errors == []
    way = went_all_the_way(client, journey, "user-17")
    assert way["steps"][1]["causeRef"] == "message-of-the-track"


def test_the_python_library_tries_again_and_nothing_counts_twice(
    live: Live, client: httpx.Client, key: str, journey: dict[str, Any]
) -> None:
    for _ in range(2):
        segment = Client(key, host=live.url, sync_mode=True)
        segment.page("user-17", properties={"url": f"{PAGE}/projects"}, message_id="m-1")
        segment.identify("user-17", {"plan": "pro"}, message_id="m-2")
        segment.track("user-17", "project_created", message_id="m-3")

    went_all_the_way(client, journey, "user-17")


def test_the_python_library_hears_what_went_wrong(live: Live) -> None:
    segment = Client("no-such-key", host=live.url, sync_mode=True, max_retries=0)

    with pytest.raises(Exception, match="there is no site with this write key"):
        segment.track("user-17", "project_created")


@pytest.mark.usefixtures("key")
def test_the_node_library(
    live: Live, client: httpx.Client, key: str, journey: dict[str, Any], tools: dict[str, str]
) -> None:
    _node(tools, "node.mjs", live.url, key, "user-17")

    went_all_the_way(client, journey, "user-17")


def test_the_library_for_browsers(
    live: Live, client: httpx.Client, key: str, journey: dict[str, Any], tools: dict[str, str]
) -> None:
    """Told nothing but where the server is; the visitor who looked at the page is the person who signed in later."""
    _node(tools, "browser.mjs", live.url, key, "user-17", f"{PAGE}/projects")

    went_all_the_way(client, journey, "user-17")


def test_the_library_for_browsers_on_somebody_elses_page(
    live: Live, client: httpx.Client, key: str, tools: dict[str, str]
) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        _node(tools, "browser.mjs", live.url, key, "user-17", "https://evil.example/projects")

    assert client.get("/api/end-users").json()["meta"]["total"] == 0


def _node(tools: dict[str, str], script: str, *words: str) -> None:
    began = time.monotonic()
    done = subprocess.run(
        ["node", str(HERE / script), *words], env=tools, capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode:
        print(done.stdout, done.stderr, f"{time.monotonic() - began:.1f} s")
    done.check_returncode()
