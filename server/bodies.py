"""The body of a request: bytes within a limit, then JSON that means one thing only.

What is refused here has no shape yet: not JSON at all, or a name given twice. What the JSON says is judged by the
compiler, which also refuses what no store can hold: U+0000, numbers beyond 64 bits, nesting without end.
"""

from __future__ import annotations

import asyncio
import json
import zlib
from dataclasses import dataclass
from email.message import Message
from typing import Any

import orjson
from starlette.requests import Request

from jcli.findings import pointer
from server.refusals import Fault, Refusal

MOST_BYTES = 5 << 20
_PASSED_BYTES = 4 * MOST_BYTES
"""So much of a body that is too large is read and forgotten before it is refused: to a client that is still sending,
a connection that closes at once is a broken one, and the answer is lost."""
_ASIDE_BYTES = 64 << 10
"""Above this, reading the JSON would hold up other requests for milliseconds: it is done on another thread."""


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes as they came, and what they say as JSON."""

    raw: bytes
    value: Any


async def read_body(request: Request) -> Body:
    """The JSON body. Refusal: 400 malformed, 413 over 5 MiB, 415 not JSON."""
    check_type(request)
    raw = await read_bytes(request)
    if len(raw) > _ASIDE_BYTES:
        return Body(raw, await asyncio.to_thread(read_json, raw))
    return Body(raw, read_json(raw))


async def read_no_body(request: Request) -> bytes:
    """For requests that say everything with their path: nothing, or an empty object."""
    raw = await read_bytes(request)
    if raw.strip():
        check_type(request)
        value = read_json(raw)
        if value != {}:
            message = "this request takes no body, or an empty object"
            names = list(value) if isinstance(value, dict) else []
            faults = [Fault("unknown-field", message, pointer((name,))) for name in names]
            raise Refusal(422, "invalid", message, faults=faults or [Fault("wrong-type", message, "")])
    return raw


async def read_bytes(request: Request) -> bytes:
    """All of the body, whether its length was announced or not."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > _PASSED_BYTES:
        raise _too_large()
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= MOST_BYTES:
            chunks.append(chunk)
        elif size > _PASSED_BYTES:
            raise _too_large()
        else:
            chunks.clear()
    if size > MOST_BYTES:
        raise _too_large()
    return b"".join(chunks)


async def read_packed(request: Request) -> bytes:
    """All of the body, unpacked when it is `Content-Encoding: gzip`, as large batches of events are. The limit holds
    for what comes out, so that a small body cannot become a huge one."""
    raw = await read_bytes(request)
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        return raw
    if encoding != "gzip":
        raise Refusal(415, "unsupported-encoding", f"the Content-Encoding is {encoding[:100]!r}; expected gzip or none")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(raw, MOST_BYTES + 1)
    except zlib.error as error:
        raise Refusal(400, "malformed-gzip", f"the body is not gzip: {error}") from None
    if len(unpacked) > MOST_BYTES:
        raise _too_large()
    if not unpacker.eof:
        raise Refusal(400, "malformed-gzip", "the body is not gzip: it ends too soon")
    return unpacked


def read_quickly(raw: bytes) -> Any:
    """JSON read in one pass, for events: of a name given twice the last one counts, and numbers beyond 64 bits are
    rounded."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Refusal(400, "malformed-json", f"the body is not JSON: {error}") from None


def _too_large() -> Refusal:
    # The rest of the body may not have been read, so the connection cannot be used again.
    return Refusal(413, "too-large", f"a body may have {MOST_BYTES:,} bytes at most", headers={"Connection": "close"})


def check_type(request: Request) -> None:
    given = request.headers.getlist("content-type")
    message = Message()
    message["content-type"] = given[0] if len(given) == 1 else ""
    kind = message.get_content_type() if len(given) == 1 else ""
    is_json = kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
    charset = str(message.get_param("charset", "utf-8")).lower()
    if not is_json or charset not in ("utf-8", "utf8", "us-ascii"):
        shown = given[0][:100] if given else "nothing"
        raise Refusal(
            415, "unsupported-type", f"the Content-Type is {shown!r}; expected application/json, in UTF-8",
            headers={"Accept": "application/json"},
        )  # fmt: skip


def read_json(raw: bytes) -> Any:
    """The value that the text means. orjson decides whether it is JSON; a second reading finds what it lets pass:
    names given twice, and keeps whole numbers beyond 64 bits as they are, which it would round."""
    if not raw.strip():
        raise Refusal(400, "malformed-json", "the body is empty; expected JSON")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"byte 0x{raw[error.start]:02x} at offset {error.start} is not UTF-8"
        raise Refusal(400, "malformed-json", f"the body is not JSON: {found}") from None
    try:
        orjson.loads(raw)
        value = json.loads(raw, object_pairs_hook=_pairs)
    except orjson.JSONDecodeError as error:
        raise Refusal(400, "malformed-json", f"the body is not JSON: {error}") from None
    except (RecursionError, ValueError) as error:
        raise Refusal(400, "malformed-json", f"the body cannot be read: {error}") from None
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refusal(400, "duplicate-key", f"an object of the body has the name {twice!r} more than once")
    return read
