"""What became of events that were sent: how many were new, and which were rejected, by line."""

from __future__ import annotations

from dataclasses import dataclass, field

import orjson

from jcli.render.findings import FORMAT_VERSION
from jcli.render.ink import Ink, plain

_NO_INK = Ink()


@dataclass(slots=True)
class Sent:
    """Counts that grow while a file is read. `rejected` is (line, code, sentence), lines from 1."""

    accepted: int = 0
    duplicates: int = 0
    rejected: list[tuple[int, str, str]] = field(default_factory=list)

    def reject(self, line: int, code: str, message: str) -> None:
        self.rejected.append((line, code, message))

    @property
    def total(self) -> int:
        return self.accepted + self.duplicates + len(self.rejected)


def text(sent: Sent, place: str | None, ink: Ink = _NO_INK) -> str:
    """A line for each event that was rejected, in order, then the counts. `place` is the name of the file; None where
    there is one event and no line to speak of."""
    lines = "".join(
        f"{_at(place, line)}{ink('rejected', 'red')} {code} {plain(message)}\n"
        for line, code, message in sorted(sent.rejected)
    )
    counts = f"{sent.accepted:,} accepted, {_duplicates(sent.duplicates)}, {len(sent.rejected):,} rejected\n"
    return lines + counts


def as_json(sent: Sent) -> str:
    answer = {
        "formatVersion": FORMAT_VERSION,
        "accepted": sent.accepted,
        "duplicates": sent.duplicates,
        "rejected": [{"line": line, "code": code, "message": message} for line, code, message in sorted(sent.rejected)],
    }
    return orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n"


def _at(place: str | None, line: int) -> str:
    return "" if place is None else f"{plain(place)}:{line}: "


def _duplicates(count: int) -> str:
    return "1 duplicate" if count == 1 else f"{count:,} duplicates"
