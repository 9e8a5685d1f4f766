"""Events: from what came over the wire to what the runtime takes, each judged by itself.

The shape is Segment's: {type, event, userId, anonymousId, messageId, timestamp, properties, traits, context}. A batch
with a bad event is worked in without it. An event that a caller sends again under the same `messageId` counts once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import orjson

from jcli.durations import parse_instant
from jcli.engine import EventType
from jcli.errors import JcliError
from jcli.model import Actor, Instant
from jcli.operations.context import must_see_site
from jcli.operations.people import check_traits
from jcli.runtime import Arrival, Feeder, Verdict
from jcli.store import PersonKey

_LOG = logging.getLogger(__name__)

MOST_EVENTS = 5_000
"""Events in one batch."""

LONGEST_NAME = 255
MOST_BYTES = 32 * 1024
"""Of one event, as JSON; traits are bounded by themselves."""

_TYPES = {each.value: each for each in EventType}
_CLICK = "element_click"


@dataclass(frozen=True, slots=True)
class Rejected:
    """An event of the batch, by its place, and why it does not count; `code` is a kebab slug."""

    index: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many events were new, how many had come before, and which do not count. An `identify` whose anonymous id
    belongs to somebody else counts, but for the link: it is among the accepted and among the rejected
    (`linked-to-somebody-else`)."""

    accepted: int
    duplicates: int
    rejected: list[Rejected]


class _Bad(JcliError):
    """An event that cannot be read; never leaves this module."""


def record_events(runtime: Feeder, actor: Actor, site_id: str, batch: Sequence[Any]) -> Recorded:
    """Work the events in; they are durable when this returns. Forbidden for a site that the actor does not see,
    StoreBusy when the store cannot keep up."""
    return submit_events(runtime, actor, site_id, batch).result()


def submit_events(runtime: Feeder, actor: Actor, site_id: str, batch: Sequence[Any]) -> Future[Recorded]:
    """The same without waiting: `await asyncio.wrap_future(submit_events(...))`. Callers that wait at the same time
    share a commit."""
    must_see_site(actor, site_id)
    arrivals: list[Arrival] = []
    places: list[int] = []
    rejected: list[Rejected] = []
    for index, raw in enumerate(batch):
        try:
            if index >= MOST_EVENTS:
                raise _Bad(f"a batch holds at most {MOST_EVENTS:,} events", code="too-large")
            arrivals.append(read_event(site_id, raw, runtime.new_id))
            places.append(index)
        except JcliError as bad:
            rejected.append(Rejected(index, bad.code, bad.message))
    answer: Future[Recorded] = Future()
    answer.set_running_or_notify_cancel()
    if not arrivals:
        answer.set_result(Recorded(0, 0, rejected))
        return answer

    def done(verdicts: Future[list[Verdict]]) -> None:
        error = verdicts.exception()
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(_recorded(verdicts.result(), places, rejected))

    runtime.submit(arrivals).add_done_callback(done)
    return answer


def _recorded(verdicts: Sequence[Verdict], places: Sequence[int], rejected: Sequence[Rejected]) -> Recorded:
    refused = [
        Rejected(place, verdict.code, verdict.message)
        for place, verdict in zip(places, verdicts, strict=True)
        if verdict.code is not None
    ]
    return Recorded(
        sum(verdict.new for verdict in verdicts),
        sum(not verdict.new and verdict.code is None for verdict in verdicts),
        sorted([*rejected, *refused], key=lambda each: each.index),
    )


def read_record(raw: bytes, new_id: Callable[[], str]) -> list[Arrival]:
    """The events of a record out of a log: `{siteId, batch}`, as the API takes it. Events that cannot be read are left
    out and told in the log; JcliError when nothing of the record can be read."""
    try:
        record = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _Bad(f"the record is not JSON: {error}", code="wrong-value") from error
    match record:
        case {"siteId": str(site_id), "batch": list(batch)} if site_id:
            return list(_readable(site_id, batch, new_id))
    raise _Bad("a record is an object with `siteId` and `batch`", code="wrong-type")


def _readable(site_id: str, batch: Sequence[Any], new_id: Callable[[], str]) -> Iterator[Arrival]:
    for index, raw in enumerate(batch):
        try:
            yield read_event(site_id, raw, new_id)
        except JcliError as bad:
            _LOG.warning("event %s of a record of site %s cannot be read: %s", index, site_id, bad.message)


def read_event(site_id: str, raw: Any, new_id: Callable[[], str]) -> Arrival:
    """One event. JcliError with a kebab code and a sentence when it cannot be read."""
    if not isinstance(raw, dict):
        raise _Bad("an event is an object", code="wrong-type")
    kind = raw.get("type")
    if kind is None:
        raise _Bad("`type` is missing", code="missing-field")
    if not isinstance(kind, str) or (kind != "alias" and kind not in _TYPES):
        raise _Bad(f"`type` is one of {', '.join(_TYPES)} and alias", code="wrong-value")
    user, anonymous = _id(raw, "userId"), _id(raw, "anonymousId")
    if kind == "alias":
        user, anonymous = user or anonymous, _id(raw, "previousId")
        if user is None or anonymous is None:
            raise _Bad("an alias needs `userId` and `previousId`", code="missing-field")
    elif user is None and anonymous is None:
        raise _Bad("`userId` or `anonymousId` is missing", code="missing-field")
    key = PersonKey(site_id, anonymous or "", True) if user is None else PersonKey(site_id, user)
    links = anonymous if user is not None and kind in ("identify", "alias") else None
    message_id = _text(raw, "messageId", LONGEST_NAME)
    properties, context = _object(raw, "properties"), _object(raw, "context")
    traits = _object(raw, "traits") if kind == "identify" else {}
    if traits:
        check_traits(traits)
    name = _name(raw) if kind == "track" else None
    return Arrival(
        key,
        _TYPES.get(kind),
        message_id or new_id(),
        _body(raw),
        name,
        _timestamp(raw),
        properties,
        traits,
        _url(properties, context),
        _string(properties.get("selector")) if name == _CLICK else None,
        links,
        message_id is not None,
    )


def _body(raw: Mapping[str, Any]) -> str:
    """The event as JSON, as it will be kept."""
    try:
        body = orjson.dumps(raw)
    except (TypeError, ValueError) as error:
        raise _Bad(f"the event is not JSON: {error}", code="wrong-value") from error
    if len(body) > MOST_BYTES * 2:
        raise _Bad(f"the event takes {len(body):,} bytes; the limit is {MOST_BYTES * 2:,}", code="too-large")
    if b"\\u0000" in body and _holds_nul(raw):
        raise _Bad("the event holds U+0000, which no text may", code="wrong-value")
    return body.decode()


def _holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(each) for key, each in value.items())
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\0" in value


def _name(raw: Mapping[str, Any]) -> str:
    name = _text(raw, "event", LONGEST_NAME)
    if name is None:
        raise _Bad("a track event needs its name in `event`", code="missing-field")
    return name


def _id(raw: Mapping[str, Any], field: str) -> str | None:
    """An id: a text, or a whole number as some clients send it."""
    value = raw.get(field)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _text(raw, field, LONGEST_NAME)


def _text(raw: Mapping[str, Any], field: str, longest: int) -> str | None:
    """A text, None where it is absent, null or empty."""
    value = raw.get(field)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise _Bad(f"`{field}` is not a text", code="wrong-type")
    if len(value) > longest or "\0" in value:
        raise _Bad(f"`{field}` is not a text of 1 to {longest} characters without U+0000", code="wrong-value")
    return value


def _object(raw: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    value = raw.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _Bad(f"`{field}` is not an object", code="wrong-type")
    return value


def _timestamp(raw: Mapping[str, Any]) -> Instant | None:
    value = raw.get("timestamp")
    if value is None:
        return None
    if not isinstance(value, str):
        raise _Bad("`timestamp` is not a text", code="wrong-type")
    try:
        return parse_instant(value)
    except ValueError as error:
        raise _Bad(f"`timestamp` cannot be read: {error}", code="wrong-value") from error


def _url(properties: Mapping[str, Any], context: Mapping[str, Any]) -> str | None:
    """Where it happened: `properties.url`, else `context.page.url`."""
    url = properties.get("url")
    if not isinstance(url, str):
        page = context.get("page")
        url = page.get("url") if isinstance(page, dict) else None
    return _string(url)


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None
