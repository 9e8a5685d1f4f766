"""What came of a case: passed, failed at an expectation, or could not be played; with what a reader needs to see why.

Plain data without a line of text: `jcli/render/trials` shows it. A verdict can be sent between processes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from jcli.findings import Path
from jcli.model import Instant, Json


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    BROKEN = "broken"
    """It could not be played: a journey that cannot run, a step that makes no sense."""


@dataclass(frozen=True, slots=True)
class Stood:
    """A node that somebody stood on. `label` and `left` are None where they still stand. `detail` is what a CONDITION,
    SPLIT or GOAL_CHECK read there ({"traits": ...}, {"events": ...}, {"bucket": ...}, {"goalMetAt": ...})."""

    node: str
    type: str
    entered: Instant
    left: Instant | None
    label: str | None
    cause: str
    detail: Json | None
    revision: int
    due: Instant | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """An enrollment as somebody would tell it: the nodes by their keys, in order, the last being the one on which it
    stands, or ended."""

    journey: str
    status: str
    reason: str | None
    enrolled: Instant
    ended: Instant | None
    goal: Instant | None
    outcome: str | None
    revision: int
    stood: tuple[Stood, ...]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One field of an expectation: where it stands, what it says, what was seen. `note` is a sentence that explains, or
    suggests, where there is something to say."""

    path: Path
    field: str
    expected: Any
    got: Any
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was played, for the story of a failure: its number from 0, its words, when it was over, where it
    stands in its document, and the id of the message that it sent."""

    number: int
    words: str
    at: Instant
    path: Path = ()
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a case walked over, for coverage: of one journey, in the revision of its file only. Node keys; edges as
    (source, canonical label or None, target); `labels` what nodes decided as (node, canonical label), `timeouts` the
    nodes whose wait time ended; `reasons` are exit reasons, `entered` the trigger nodes by which somebody came in,
    `refused` the entering rules that kept somebody out, `goals` goal outcomes (met, not_met, deadline)."""

    nodes: frozenset[str] = frozenset()
    edges: frozenset[tuple[str, str | None, str]] = frozenset()
    labels: frozenset[tuple[str, str]] = frozenset()
    timeouts: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    entered: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    goals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one case. `step` is the number of the step after which it failed (None: it passed, or could not
    begin), `path` where that step, or else the case, stands in its document. `ways` are all enrollments of the person
    at that moment, the tested journey's first; those of cases that passed are not told. `content` is what there was
    for them to see: content id and status, the first first. `taken` is by journey key. `line`, `step_line` and
    `seconds` are for whoever plays a file to fill in: the engine knows neither lines nor clocks."""

    file: str
    line: int
    journey: str
    name: str
    outcome: Outcome
    step: int | None = None
    step_line: int | None = None
    path: Path = ()
    mismatches: tuple[Mismatch, ...] = ()
    problem: str | None = None
    hint: str | None = None
    done: tuple[Done, ...] = ()
    ways: tuple[Way, ...] = ()
    traits: Json = field(default_factory=dict)
    content: Sequence[tuple[str, str]] = ()
    now: Instant = 0
    start: Instant = 0
    person_id: str = ""
    taken: Mapping[str, Taken] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def title(self) -> str:
        return f"{self.journey}: {self.name}"
