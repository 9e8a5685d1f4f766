"""Examples of the bodies of those who keep journeys as files, and of a journey's history. `server/examples.py` has the
others, and takes these in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_JOURNEY_ID = "5d0c3f1e-0d51-4a53-b1f5-2f0f6a0f7c21"
_SITE_ID = "f1b7f8a4-6a6b-5a51-9a43-1f0a0f4f6f10"
_COMMIT = "9f3a6c1d2b7e4f50a1c8d9e6b3f27a4058c1e2d7"
_PRINT = "0f3d5a7c9b1e2d4f6a8c0b2d4e6f8a1c"
_DIGEST = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
_THEN = "2026-03-02T08:30:00Z"
_NOW = "2026-03-05T16:45:10.250Z"
_DOCUMENT = {"file": "journeys/main.yaml", "data": {"site": "main", "name": "Main app"}}
_FILES = {"workspace": "acme", "rules": {"dead-end": "error"}, "documents": [_DOCUMENT]}
_PLANNED = {
    "kind": "site",
    "key": "main",
    "id": _SITE_ID,
    "outcome": "update",
    "state": _PRINT,
    "wanted": "1a2b3c4d5e6f708192a3b4c5d6e7f809",
    "base": _PRINT,
}
_ACTION = {
    **_PLANNED,
    "name": "Main app",
    "file": "journeys/main.yaml",
    "status": None,
    "note": None,
    "changes": [{"where": "name", "sign": "~", "old": "Main", "new": "Main app"}],
    "theirs": [],
    "clashes": [],
    "people": None,
    "liveUsers": [],
    "movedBy": None,
}
_SUMMARY = {
    outcome: int(outcome == "update")
    for outcome in (
        "create",
        "update",
        "merge",
        "adopt",
        "archive",
        "release",
        "drift",
        "conflict",
        "kept",
        "nothing",
    )
}
_MOVER = {"actor": "ada", "door": "api", "verb": "edit", "at": _NOW, "commit": None}
_LIST = {"total": 1, "page": 1, "limit": 20, "totalPages": 1}

SYNC_EXAMPLES: Mapping[str, Any] = {
    "SyncDocuments": [_DOCUMENT],
    "SyncFiles": _FILES,
    "SyncPlan": {**_FILES, "keys": ["main"], "choices": {"prune": False}},
    "SyncApply": {**_FILES, "commit": _COMMIT},
    "PlanEnvelope": {
        "data": {
            "formatVersion": "1.0",
            "fingerprint": "7c1b0a9d8e7f6a5b4c3d2e1f0a9b8c7d",
            "actions": [_ACTION],
            "rails": [],
            "summary": _SUMMARY,
        }
    },
    "DocumentStatusList": {
        "data": [
            {
                "kind": "journey",
                "key": "first-project",
                "id": _JOURNEY_ID,
                "name": "First project",
                "step": "changed there",
                "status": "PUBLISHED",
                "inProgress": 41,
                "file": "journeys/first-project.yaml",
                "note": None,
                "movedBy": _MOVER,
                "protected": None,
            }
        ]
    },
    "HeldDocumentList": {
        "data": [
            {
                "kind": "journey",
                "id": _JOURNEY_ID,
                "key": "first-project",
                "file": "journeys/first-project.yaml",
                "fingerprint": _PRINT,
                "present": True,
                "siteId": "site_main",
                "status": "PUBLISHED",
            }
        ]
    },
    "BaseEnvelope": {
        "data": {
            "kind": "site",
            "key": "main",
            "id": _SITE_ID,
            "fingerprint": _PRINT,
            "form": {"id": _SITE_ID, "name": "Main app", "domains": []},
            "names": {},
            "file": "journeys/main.yaml",
            "commit": _COMMIT,
            "syncedAt": _THEN,
        }
    },
    "UploadBegin": {"parts": [_DIGEST]},
    "UploadEnvelope": {
        "data": {
            "id": "5e884898da28047151d0e56f8dc62927",
            "missing": [_DIGEST],
            "expiresAt": "2026-03-06T16:45:10.250Z",
        }
    },
    "LogList": {
        "data": [{"at": _NOW, "actor": "ada", "door": "api", "verb": "edit", "detail": {"fields": ["name"]}}],
        "meta": _LIST,
    },
    "RollbackAsk": {"to": 1},
    "ProtectionAsk": {"reason": "the launch is on Monday"},
    "ProtectionEnvelope": {
        "data": {"journeyId": _JOURNEY_ID, "reason": "the launch is on Monday", "actor": "ada", "at": _NOW}
    },
    "WorkEnvelope": {
        "data": {
            "running": [{"id": 7, "kind": "backfill", "state": "running", "done": 1200, "total": 48000}],
            "backfill": {"id": 7, "kind": "backfill", "state": "running", "done": 1200, "total": 48000},
            "people": 310,
        }
    },
}
