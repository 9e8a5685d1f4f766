"""How far the cases have come, as pieces of text: a sign for each behind the name of its file, or a line for each.

It must not print: whoever plays writes what comes out of here at once. Where to look next: `text.py` tells what failed.
"""

from __future__ import annotations

from collections.abc import Mapping

from jcli.render.ink import Ink, plain, width
from jcli.render.trials.times import seconds
from jcli.trials.verdicts import Outcome, Verdict

_NO_INK = Ink()
_SIGNS: Mapping[Outcome, str] = {Outcome.PASSED: ".", Outcome.FAILED: "F", Outcome.BROKEN: "B"}
_STYLES: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.PASSED: ("green",),
    Outcome.FAILED: ("bold", "red"),
    Outcome.BROKEN: ("bold", "red"),
}
_PERCENT = len(" [100%]")


class Progress:
    """Of `total` cases, on a terminal of so many `columns`. `verbose`: a line for each."""

    def __init__(self, total: int, ink: Ink = _NO_INK, *, columns: int = 80, verbose: bool = False) -> None:
        self._total, self._ink, self._columns, self._verbose = total, ink, columns, verbose
        self._done = 0
        self._file: str | None = None
        self._at = 0

    def of(self, verdict: Verdict) -> str:
        """What is to be written after this case."""
        self._done += 1
        if self._verbose:
            name = plain(f"{verdict.file}::{verdict.name}")
            word = self._ink(verdict.outcome.value, *_STYLES[verdict.outcome])
            return f"{name}  {word}  {self._ink(seconds(verdict.seconds), 'dim')}\n"
        text = ""
        if verdict.file != self._file:
            text = self._close(self._done - 1) + plain(verdict.file) + " "
            self._file, self._at = verdict.file, width(verdict.file) + 1
        elif self._at + _PERCENT >= self._columns:
            text = self._percent(self._done - 1) + "\n"
            self._at = 0
        self._at += 1
        return text + self._ink(_SIGNS[verdict.outcome], *_STYLES[verdict.outcome])

    def end(self) -> str:
        """What is to be written after the last case."""
        return self._close(self._done)

    def _close(self, done: int) -> str:
        if self._file is None:
            return ""
        self._file = None
        return self._percent(done) + "\n"

    def _percent(self, done: int) -> str:
        share = f"[{done * 100 // max(1, self._total):3}%]"
        return " " * max(1, self._columns - self._at - len(share)) + self._ink(share, "dim")
