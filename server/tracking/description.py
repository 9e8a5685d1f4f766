"""What the OpenAPI document says of the tracking API: it takes a write key, and fails in a form of its own."""

from __future__ import annotations

from server.describe import REQUEST_ID, Object, content, operation

_NOT_TRACKED = {400: "It cannot be read, or is too much.", 401: "No site has this write key.",
                403: "The page is not of the site's domains.", 429: "Too many requests.",
                503: "The store is busy."}  # fmt: skip


def _failing(described: Object, *codes: int) -> Object:
    for code in codes:
        described["responses"][str(code)] = {
            "description": _NOT_TRACKED[code],
            "headers": {"X-Request-Id": REQUEST_ID},
            "content": content("NotTracked"),
        }
    return described


def _keyed(operation_id: str, body: str) -> Object:
    described = operation(operation_id, None, answer="Tracked", errors=())
    described["requestBody"] = {"required": True, "content": content(body)}
    described["security"] = [{"writeKey": []}, {}]
    return _failing(described, 400, 401, 403, 429, 503)


def described(kind: str) -> Object:
    """One event of this type."""
    return _keyed(f"track{kind.capitalize()}", "TrackingCall")


BATCH = _keyed("trackBatch", "TrackingBatch")
SETTINGS = _failing(
    operation("getBrowserSettings", None, answer="BrowserSettings", errors=()), 401, 403, 429, 503
)  # fmt: skip
