"""Findings, plans and tables as text and JSON, from data alone."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest

from jcli.durations import rfc3339
from jcli.findings import Finding, Severity, Span
from jcli.model import JourneyStatus, Kind
from jcli.plan import Action, Change, Outcome, Plan
from jcli.render import findings as render
from jcli.render import ink, plans
from jcli.render.ink import Ink
from jcli.render.tables import table

Golden = Callable[[str, str], None]

FILES = {
    "journeys/a.yaml": ["journey: welcome", "nodes:", "  tour:", "    next: fnish", "\tbad: x"],
    "journeys/b.yaml": ["name: 漢字 und " + "x" * 300 + " END"],
    "journeys/c.yaml": ["bell: \x1b[31mred\x07", "second: line"],
}
FINDINGS = [
    Finding("no-timeout", Severity.WARNING, "may last for ever", ("nodes",), "journeys/a.yaml", Span(2, 1, 2, 6)),
    Finding(
        "unknown-node",
        Severity.ERROR,
        "there is no node `fnish`",
        ("nodes", "tour", "next"),
        "journeys/a.yaml",
        Span(4, 11, 4, 16),
        "welcome",
        "tour",
        "finish",
        (Span(3, 3, 3, 7),),
    ),
    Finding("syntax", Severity.ERROR, "not\nYAML \x1b[2J", (), "journeys/a.yaml", Span(5, 1, 9, 1)),
    Finding("wrong-value", Severity.ERROR, "wide before it", ("name",), "journeys/b.yaml", Span(1, 7, 1, 9)),
    Finding("wrong-value", Severity.ERROR, "far out", ("name",), "journeys/b.yaml", Span(1, 314, 1, 317)),
    Finding("encoding", Severity.ERROR, "control characters", (), "journeys/c.yaml", Span(1, 7, 2, 3)),
    Finding("syntax", Severity.ERROR, "past the end", (), "journeys/c.yaml", Span(9, 1, 9, 2)),
    Finding("wrong-type", Severity.ERROR, "a request body has no lines", ("nodes", 0, "a/b"), None),
]


def test_full(golden: Golden) -> None:
    golden("findings.full.txt", render.full(FINDINGS, FILES.__getitem__))


def test_full_in_colour(golden: Golden) -> None:
    golden("findings.colour.txt", render.full(FINDINGS[:2], FILES.__getitem__, Ink(True)))


def test_concise(golden: Golden) -> None:
    text = render.concise(FINDINGS)
    assert len(text.splitlines()) == len(FINDINGS)
    golden("findings.concise.txt", text)


def test_json(golden: Golden) -> None:
    text = render.as_json(FINDINGS, files=3, documents=4)
    golden("findings.json", text)
    answer = json.loads(text)
    assert set(answer) == {"formatVersion", "findings", "summary"}
    assert answer["summary"] == {"files": 3, "documents": 4, "errors": 7, "warnings": 1}
    place = ["file", "line", "column", "endLine", "endColumn", "pointer", "journey", "node"]
    fields = ["code", "severity", "message", *place, "suggestion", "fixable", "related", "fingerprint"]
    assert all(list(finding) == fields for finding in answer["findings"])


def test_nothing_of_a_source_can_move_the_cursor() -> None:
    shown = render.full(FINDINGS, FILES.__getitem__) + render.concise(FINDINGS)
    assert not [c for c in shown if not c.isprintable() and c != "\n"]


def test_a_marker_stands_under_what_is_meant_however_wide_it_is() -> None:
    source = "key: 漢字 tour"
    finding = Finding("syntax", Severity.ERROR, "m", (), "f", Span(1, 9, 1, 13))
    _, line, marker, *_ = render.full([finding], lambda _: [source]).splitlines()
    assert ink.width(line[: line.index("tour")]) == marker.index("^")
    assert marker.count("^") == len("tour")


def test_a_very_long_line_is_cut_around_the_marker() -> None:
    source = "x" * 500_000 + "MEANT" + "y" * 500_000
    finding = Finding("syntax", Severity.ERROR, "m", (), "f", Span(1, 500_001, 1, 500_006))
    _, line, marker, *_ = render.full([finding], lambda _: [source]).splitlines()
    assert len(line) < 130
    assert line[marker.index("^") :].startswith("MEANT")


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([], "no findings in 1 document of 1 file\n"),
        (FINDINGS[:2], "1 error, 1 warning in 1 document of 1 file\n"),
    ],
)
def test_summary(findings: list[Finding], expected: str) -> None:
    assert render.summary(findings, files=1, documents=1) == expected


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "expected"),
    [
        (_Terminal(), {}, True),
        (_Terminal(), {"NO_COLOR": "1"}, False),
        (_Terminal(), {"NO_COLOR": ""}, True),
        (_Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True),
        (io.StringIO(), {"FORCE_COLOR": "0"}, False),
        (_Terminal(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_when_there_is_colour(stream: io.StringIO, environ: dict[str, str], expected: bool) -> None:
    assert ink.for_stream(stream, environ).colour is expected


PLAN = Plan(
    (
        Action(Kind.SITE, "main", "s1", "Main", Outcome.CREATE, file="journeys/site.yaml"),
        Action(Kind.AUDIENCE, "admins", "a1", "Admins", Outcome.NOTHING),
        Action(Kind.CONTENT, "flow_abc", "flow_abc", "flow_abc", Outcome.CREATE, file="journeys/content.yaml"),
        Action(
            Kind.JOURNEY,
            "welcome",
            "j1",
            "Welcome",
            Outcome.UPDATE,
            (
                Change("name", "~", "Welcome", "Welcome all"),
                Change("settings.reentry", "+", None, "always"),
                Change("nodes.rest.config.duration", "~", "1d", "2d"),
                Change("nodes.old", "-", "WAIT", None),
                Change("nodes.tour.next", "~", "completed: rest", "completed: done, dismissed: rest"),
                Change("goalConfig", "-", {"type": "event", "config": {"eventName": "a\nb"}}, None),
            ),
            file="journeys/welcome.yaml",
            status=JourneyStatus.PUBLISHED,
        ),
        Action(Kind.JOURNEY, "same", "j5", "Same", Outcome.ADOPT, note="both sides made the same change"),
        Action(Kind.JOURNEY, "moved", "j2", "Moved", Outcome.DRIFT, (Change("name", "~", "Moved", ""),), file="m.yaml"),
        Action(
            Kind.JOURNEY,
            "torn",
            "j3",
            "Torn \x1b[31m",
            Outcome.CONFLICT,
            (Change("name", "~", "Torn", "Ours"),),
            (Change("name", "~", "Torn", "Theirs " + "x" * 500),),
            "both git and the store changed since the last sync",
        ),
        Action(Kind.JOURNEY, "gone", "j4", "Gone", Outcome.KEPT, note="gone.yaml no longer has it"),
    )
)


def test_plan(golden: Golden) -> None:
    text = plans.text(PLAN)
    golden("plan.txt", text)
    assert text.splitlines()[-1] == "Plan: 2 to create, 1 to change, 0 to archive, 1 drifted, 1 in conflict"
    assert all(c.isprintable() or c == "\n" for c in text)


def test_an_empty_plan_is_its_last_line() -> None:
    assert plans.text(Plan(())) == "Plan: 0 to create, 0 to change, 0 to archive, 0 drifted, 0 in conflict\n"


def test_plan_in_colour_says_the_same() -> None:
    import re

    assert re.sub(r"\x1b\[[\d;]*m", "", plans.text(PLAN, Ink(True))) == plans.text(PLAN)
    assert "\x1b[" in plans.text(PLAN, Ink(True))


def test_plan_as_json(golden: Golden) -> None:
    golden("plan.json", plans.as_json(PLAN))


def test_table_lines_up() -> None:
    text = table(("KEY", "NAME", "N"), [("a", "漢字", 1), ("long-key", "x\ny", 100)], right=(2,))
    assert text == "KEY       NAME    N\na         漢字    1\nlong-key  x\\ny  100\n"


@pytest.mark.parametrize(
    ("instant", "text"),
    [(0, "1970-01-01T00:00:00Z"), (1_736_499_600_000, "2025-01-10T09:00:00Z"), (5, "1970-01-01T00:00:00.005Z")],
)
def test_rfc3339(instant: int, text: str) -> None:
    assert rfc3339(instant) == text
