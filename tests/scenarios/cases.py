"""Scenario files: given, when, then. Read here, played on any stage.

A file holds one case a YAML document. `case` names it, `meaning` is the sentence that it proves. `given` are journeys
(as in a workspace, by key), audiences, people with their traits, and statuses other than PUBLISHED. `when` is a list of
steps, one verb each; `then` is what must be seen afterwards; `later` is a list of further when / then. `content` shows
the status of a content's delivery, of several in order. Times in `then` are counted from the beginning of the case
(`2d`, `start`) or written out. Ids that begin with `~` are anonymous; `who` is `ana` where nothing else is said. The
clock begins on Monday, 2 March 2026, 09:00 UTC, and moves only by `after` and `at`; what falls due at the very instant
at which it stops happens after the steps of that instant.

Nothing here knows the engine: a `Stage` does what the verbs say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from jcli.documents import read
from jcli.durations import parse_duration, parse_instant
from jcli.model import Instant

START = parse_instant("2026-03-02T09:00:00Z")
OUTCOMES = ("shown", "completed", "dismissed")
STATUS_VERBS = {
    "publish": "PUBLISHED",
    "pause": "PAUSED",
    "unpublish": "DRAFT",
    "archive": "ARCHIVED",
    "restore": "DRAFT",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """An enrollment as anybody can see it. `path` are the nodes that were stood on, each with the label by which it was
    left where it has one, the last being the one on which it stands."""

    status: str
    reason: str | None
    at: str
    due: Instant | None
    revision: int
    enrolled: Instant
    ended: Instant | None
    goal: Instant | None
    outcome: str | None
    path: list[str]
    causes: list[str]
    details: Mapping[str, Any]


class Stage(Protocol):
    """Somewhere to play a case."""

    def given(self, given: Mapping[str, Any]) -> None: ...
    def advance(self, to: Instant) -> None: ...
    def settle(self) -> None: ...
    def event(self, who: str, step: Mapping[str, Any], now: Instant) -> None: ...
    def identify(self, who: str, traits: Mapping[str, Any], anonymous: str | None, step: Mapping[str, Any]) -> None: ...
    def outcome(self, who: str, content: str, outcome: str) -> None: ...
    def enter(self, who: str, journey: str) -> None: ...
    def stop(self, who: str, journey: str) -> None: ...
    def status(self, journey: str, status: str) -> None: ...
    def save(self, journey: str, nodes: Mapping[str, Any], node_map: Mapping[str, str]) -> None: ...
    def enrollments(self, who: str, journey: str) -> Sequence[Seen]: ...
    def content(self, who: str) -> Mapping[str, str]: ...
    def traits(self, who: str) -> Mapping[str, Any]: ...
    def refused(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Case:
    file: str
    name: str
    data: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"


def cases(folder: Path) -> Iterator[Case]:
    """All cases of all files; AssertionError for a file that cannot be read."""
    for path in sorted(folder.glob("*.yaml")):
        documents, findings = read(path.read_bytes(), path.name)
        assert not findings, findings
        for document in documents:
            yield Case(path.stem, document.data["case"], document.data)


def play(case: Case, stage: Stage) -> None:
    """Play the case to its end; AssertionError says what was seen instead of what should be."""
    stage.given(case.data.get("given", {}))
    now = START
    for part in (case.data, *case.data.get("later", ())):
        for step in part.get("when", ()):
            now = _step(stage, step, now)
        stage.settle()
        _compare(stage, part["then"])


def _step(stage: Stage, step: Mapping[str, Any], now: Instant) -> Instant:
    verb = next(iter(step))
    value, who = step[verb], step.get("who", "ana")
    if verb == "after" or verb == "at":
        now = now + parse_duration(value) if verb == "after" else parse_instant(value)
        stage.advance(now)
    elif verb in ("track", "page", "click"):
        stage.event(who, step, now)
    elif verb == "identify":
        stage.identify(who, value or {}, step.get("anonymous"), step)
    elif verb in OUTCOMES:
        stage.outcome(who, value, verb)
    elif verb == "enter":
        stage.enter(who, value)
    elif verb == "stop":
        stage.stop(who, value)
    elif verb == "save":
        stage.save(value, step["nodes"], step.get("nodeMap", {}))
    else:
        stage.status(value, STATUS_VERBS[verb])
    return now


def dated(step: Mapping[str, Any], now: Instant) -> Instant | None:
    """The client's timestamp of an event: `dated: -2h` is two hours before now, `+1h` one after."""
    text = step.get("dated")
    if text is None:
        return None
    length = parse_duration(text[1:])
    return now - length if text[0] == "-" else now + length


def _compare(stage: Stage, then: Mapping[str, Any]) -> None:
    for who, expected in then.items():
        if who == "refused":
            assert list(stage.refused()) == expected
            continue
        for subject, wanted in expected.items():
            if subject == "content":
                assert dict(stage.content(who)) == wanted
            elif subject == "traits":
                assert dict(stage.traits(who)) == wanted
            else:
                _enrollments(f"{who} in {subject}", list(stage.enrollments(who, subject)), wanted)


def _enrollments(where: str, seen: list[Seen], wanted: Any) -> None:
    expected = [] if wanted == "none" else wanted if isinstance(wanted, list) else [wanted]
    assert len(seen) == len(expected), f"{where}: {seen}"
    for one, want in zip(seen, expected, strict=True):
        shown = {key: _shown(one, key) for key in want}
        assert shown == {key: _value(key, value) for key, value in want.items()}, where


def _shown(seen: Seen, key: str) -> Any:
    if key == "ended":
        return "no" if seen.ended is None else f"{seen.status}/{seen.reason}"
    if key == "at":
        return seen.at if seen.ended is None else f"{seen.at} (ended)"
    return {
        "due": seen.due,
        "endedAt": seen.ended,
        "enrolledAt": seen.enrolled,
        "goal": seen.goal,
        "outcome": seen.outcome,
        "path": seen.path,
        "causes": seen.causes,
        "revision": seen.revision,
        "details": dict(seen.details),
    }[key]


def _value(key: str, value: Any) -> Any:
    if key in ("due", "endedAt", "enrolledAt", "goal") and isinstance(value, str):
        if value in ("never", "none"):
            return None
        if value == "start":
            return START
        return parse_instant(value) if "T" in value else START + parse_duration(value)
    return value
