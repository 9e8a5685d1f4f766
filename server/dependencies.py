"""What routes read out of a request: its place in the server, ids, filters, pages, conditions.

Plain functions instead of FastAPI's injection, which costs as much for each parameter as reading a row. Each refuses
what it cannot read, by the name of the parameter or header. Parameters that nobody knows are ignored, because
proxies and browsers add their own. Bodies are read in `server/bodies.py`.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, unquote

import orjson
from starlette.requests import Request

from jcli.errors import NotFound
from jcli.model import Instant
from jcli.operations.context import Clock, NewId
from jcli.runtime import Feeder
from jcli.store import Page, Store
from server.canvases import Canvases
from server.door import RAW_PATH
from server.key_ring import KeyRing
from server.reader import Reader
from server.refusals import bad_header, bad_parameter
from server.streams import Streams
from server.writer import Writer

DEFAULT_LIMIT = 20
MOST_LIMIT = 100
MOST_PAGE = 1_000_000_000
LONGEST_ID = 255

_DIGITS = re.compile(r"[0-9]{1,10}")
_ETAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Server:
    """What every route works with."""

    store: Store
    clock: Clock
    new_id: NewId
    runtime: Feeder
    reader: Reader
    writer: Writer
    streams: Streams
    canvases: Canvases
    ring: KeyRing


class Detail(StrEnum):
    """How much of each item a list shows; without it, the summary."""

    FULL = "full"


@dataclass(frozen=True, slots=True)
class Asked:
    """The page that a list is asked for, and its number."""

    page: Page
    number: int


def server_of(request: Request) -> Server:
    server: Server = request.app.state.server
    return server


def path_id(request: Request, name: str = "id") -> str:
    """An id out of the path. One that could not exist names nothing, which the store will say; but a text with U+0000
    not every database can be asked for."""
    found = _in_path(request, name)
    if "\0" in found:
        raise NotFound(f"there is nothing by the name {found[:40]!r}")
    return found


def _in_path(request: Request, name: str) -> str:
    found: str = request.path_params[name]
    return unquote(found) if RAW_PATH in request.scope else found


def new_path_id(request: Request) -> str:
    """An id out of the path, for something that may be made by it."""
    found = _in_path(request, "id")
    if len(found) > LONGEST_ID or "\0" in found:
        raise bad_parameter("id", f"is not a text of 1 to {LONGEST_ID} characters without U+0000")
    return found


def path_number(request: Request, name: str) -> int:
    """A number out of the path, from 1. Anything else is the number of nothing: NotFound."""
    found = path_id(request, name)
    if not _DIGITS.fullmatch(found) or int(found) < 1:
        raise NotFound(f"{name} {found[:40]!r} is not a whole number from 1")
    return int(found)


class Query:
    """The parameters of a request, each at most once."""

    def __init__(self, request: Request) -> None:
        raw: bytes = request.scope["query_string"]
        self._values: dict[str, list[str]] = {}
        for name, value in parse_qsl(raw.decode("latin-1"), keep_blank_values=True) if raw else ():
            self._values.setdefault(name, []).append(value)

    def text(self, name: str, longest: int = LONGEST_ID) -> str | None:
        """The parameter as it is, None when it is not given."""
        given = self._values.get(name)
        if given is None:
            return None
        if len(given) > 1:
            raise bad_parameter(name, f"is given {len(given)} times; give it once")
        if not given[0] or len(given[0]) > longest or "\0" in given[0]:
            raise bad_parameter(name, f"is not a text of 1 to {longest:,} characters")
        return given[0]

    def number(self, name: str, default: int, most: int) -> int:
        """A decimal number from 1 to `most`."""
        given = self.text(name)
        if given is None:
            return default
        value = int(given) if _DIGITS.fullmatch(given) else 0
        if not 1 <= value <= most:
            raise bad_parameter(name, f"is not a whole number from 1 to {most:,}")
        return value

    def one_of(self, name: str, words: type[E]) -> E | None:
        given = self.text(name)
        if given is None:
            return None
        known = [word.value for word in words]
        if given not in known:
            near = {word.casefold(): word for word in known}
            meant = difflib.get_close_matches(given.casefold(), near, 1)
            expected = ", ".join(known)
            raise bad_parameter(name, f"is not one of {expected}", near[meant[0]] if meant else None)
        return words(given)

    def page(self) -> Asked:
        """`page` and `limit`, or `cursor` and `limit`."""
        limit = self.number("limit", DEFAULT_LIMIT, MOST_LIMIT)
        cursor = self.text("cursor", 2_000)
        if cursor is None:
            number = self.number("page", 1, MOST_PAGE)
            return Asked(Page(limit, offset=(number - 1) * limit), number)
        if self.text("page") is not None:
            raise bad_parameter("cursor", "and `page` exclude each other")
        after, number = _read_cursor(cursor)
        return Asked(Page(limit, after=after), number)


def write_cursor(after: tuple[Instant, str], number: int) -> str:
    """An opaque word for the page with this number, which begins after this row."""
    return base64.urlsafe_b64encode(orjson.dumps([*after, number])).rstrip(b"=").decode()


def _read_cursor(cursor: str) -> tuple[tuple[Instant, str], int]:
    try:
        read = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
    except (binascii.Error, ValueError):
        read = None
    match read:
        case [int(at), str(row_id), int(number)] if (
            abs(at) < 2**53 and len(row_id) <= LONGEST_ID and "\0" not in row_id and 1 <= number <= MOST_PAGE
        ):
            return (at, row_id), number
    raise bad_parameter("cursor", "is not one that this API gave out")


def if_match(request: Request) -> int | None:
    """The version that `If-Match` asks for; None without the header or for `*`.

    A tag that no version can have (a weak one, one of another make) is -1: it matches nothing.
    """
    given = request.headers.getlist("if-match")
    if not given or given == ["*"]:
        return None
    tag = _ETAG.fullmatch(given[0].strip())
    if len(given) > 1 or tag is None:
        raise bad_header("If-Match", 'is neither one entity tag, such as "3", nor *')
    weak, version = tag.groups()
    return int(version) if not weak and _DIGITS.fullmatch(version) else -1


def idempotency_key(request: Request) -> str | None:
    given = request.headers.getlist("idempotency-key")
    if not given:
        return None
    if len(given) > 1 or not _KEY.fullmatch(given[0]):
        raise bad_header("Idempotency-Key", "is not one word of 1 to 255 visible ASCII characters")
    return given[0]
