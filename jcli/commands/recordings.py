"""What was recorded, read from a file, from stdin or from the store of the target into logs, one for each site.

A line that cannot be read is told with its number and bars none of the others, unless the user asks for strictness. No
line is ever held that is longer than an event can be, and what is packed (gzip) is unpacked as it is read.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, cast

from jcli.errors import ConfigError, JcliError, StoreError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from jcli.backtest import Happening, Log
    from jcli.commands.session import Session
    from jcli.model import Instant

MOST_BYTES = 1_000_000
"""Of a line. An event has 64 KiB at most; Segment's own exports come with more around it."""

MOST_TOLD = 100
_BOM, _GZIP = b"\xef\xbb\xbf", b"\x1f\x8b"
_A_WHILE = 5_000
Moved = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that does not count; `code` is a kebab slug."""

    line: int
    code: str
    message: str


@dataclass(slots=True)
class Recordings:
    """`logs` are by site. `bad` are the first lines that could not be read, `passed_over` is how many there were.
    `source` is what people call it."""

    source: str
    logs: Mapping[str, Log]
    bad: list[Bad] = field(default_factory=list)
    passed_over: int = 0

    @property
    def events(self) -> int:
        return sum(log.events for log in self.logs.values())

    @property
    def replied(self) -> bool:
        """Whether it was recorded what came of content."""
        return any(log.replied for log in self.logs.values())

    @property
    def ends(self) -> tuple[Instant, Instant] | None:
        """Between which instants it all came in."""
        first = [log.first for log in self.logs.values() if log.first is not None]
        last = [log.last for log in self.logs.values() if log.last is not None]
        return (min(first), max(last)) if first and last else None

    def pass_over(self, bad: Bad, *, strict: bool) -> None:
        if strict:
            raise ConfigError(
                f"line {bad.line} of {self.source}: {bad.message}", hint="without --strict it is passed over"
            )
        self.passed_over += 1
        if len(self.bad) < MOST_TOLD:
            self.bad.append(bad)


def read_events(
    session: Session, into: Recordings, name: str, site_id: str, until: Instant | None, *, strict: bool, moved: Moved
) -> None:
    """The events of a file (`-`: of stdin) that came in before `until`."""
    from jcli.operations.recorded import read_recorded

    log = into.logs[site_id]

    def take(line: bytes) -> None:
        happening = read_recorded(site_id, line)
        if _before(happening, until):
            log.add(happening)

    _read(session, into, name, take, strict=strict, moved=moved)


def read_people(session: Session, into: Recordings, name: str, site_id: str, *, strict: bool, moved: Moved) -> None:
    """What is known of people beforehand."""
    from jcli.operations.recorded import read_person

    log = into.logs[site_id]
    _read(session, into, name, lambda line: log.know(*read_person(site_id, line)), strict=strict, moved=moved)


def read_store(session: Session, into: Recordings, until: Instant | None, moved: Moved) -> None:
    """The events that the store of the target has kept, and what came of the content there."""
    from jcli.operations.recorded import kept_events, kept_replies

    with _else_a_file(), session.store() as store, store.read() as tables:
        for number, (site_id, happening) in enumerate(kept_events(tables), 1):
            if site_id in into.logs and _before(happening, until):
                into.logs[site_id].add(happening)
            if number % _A_WHILE == 0:
                moved(number, 0)
        for replied in kept_replies(tables):
            if replied.site_id in into.logs:
                into.logs[replied.site_id].reply(replied.who, replied.got_at, replied.reply)


@contextmanager
def _else_a_file() -> Iterator[None]:
    """Of a store that cannot be read, that events need not come from one."""
    try:
        yield
    except StoreError as error:
        error.hint = " ".join(filter(None, (error.hint, "Or `--events FILE` takes events from a file.")))
        raise


def _before(happening: Happening, until: Instant | None) -> bool:
    return until is None or happening.at < until


def _read(
    session: Session, into: Recordings, name: str, take: Callable[[bytes], None], *, strict: bool, moved: Moved
) -> None:
    with _opened(session, name) as source:
        for number, line in enumerate(_lines(source, name), 1):
            content = (line.removeprefix(_BOM) if number == 1 else line).strip()
            if not content:
                continue
            try:
                if len(line) > MOST_BYTES:
                    raise JcliError(f"the line takes more than {MOST_BYTES:,} bytes", code="too-large")
                take(content)
            except JcliError as error:
                into.pass_over(Bad(number, error.code, error.message), strict=strict)
            if number % _A_WHILE == 0:
                moved(number, 0)


def _lines(source: IO[bytes], name: str) -> Iterator[bytes]:
    """The lines; of one that is too long only its beginning, and never more of it in memory."""
    import zlib

    try:
        while line := source.readline(MOST_BYTES + 1):
            rest = line
            while len(rest) > MOST_BYTES and not rest.endswith(b"\n"):
                rest = source.readline(MOST_BYTES + 1)
            yield line
    except (EOFError, zlib.error) as error:
        raise ConfigError(f"{name} cannot be unpacked: {error}", hint="is the file whole?") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise ConfigError(f"{name} cannot be unpacked: {error}", hint="is the file whole?") from None


@contextmanager
def _opened(session: Session, name: str) -> Iterator[IO[bytes]]:
    if name == "-":
        yield _unpacked(sys.stdin.buffer)
        return
    with session.path(name).open("rb") as source:
        yield _unpacked(source)


def _unpacked(source: IO[bytes]) -> IO[bytes]:
    """The source, read through gzip where its first bytes say so."""
    head = source.read(len(_GZIP))
    whole = io.BufferedReader(_Whole(head, source))
    if head != _GZIP:
        return whole
    import gzip

    return cast(IO[bytes], gzip.open(whole))


class _Whole(io.RawIOBase):
    """A source whose first bytes were read already, with these bytes."""

    def __init__(self, head: bytes, source: IO[bytes]) -> None:
        self._head, self._source = head, source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer).cast("B")
        data = self._head[: len(room)] or self._source.read(len(room))
        self._head = self._head[len(room) :]
        room[: len(data)] = data
        return len(data)
