"""What `validate --fix` makes of a text: `tests/fixes/<name>.before.yaml` becomes `<name>.after.yaml`."""

from __future__ import annotations

from pathlib import Path

import pytest

from jcli.checks.nearest import certain
from jcli.checks.silencing import silenced
from jcli.compiler import check_references, check_shapes, compile_documents, world_of
from jcli.compiler.fixes import fix_content
from jcli.documents import read
from jcli.findings import Finding, Fix, FixKind, Severity, Span

FIXES = Path(__file__).resolve().parents[1] / "fixes"
NAMES = sorted(file.name.removesuffix(".before.yaml") for file in FIXES.glob("*.before.yaml"))


def check(content: bytes) -> list[Finding]:
    documents, unread = read(content, "case.yaml")
    shaped = check_shapes(documents, unread, "acme")
    referred = check_references(shaped, world_of(shaped.heads), "acme", ids=False)
    return silenced([*shaped.findings, *referred.early, *referred.late], shaped.ignores, {})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_before_becomes_after_and_stays(name: str, newline: str, mark: str) -> None:
    before, after = (
        (mark + (FIXES / f"{name}.{when}.yaml").read_text("utf-8").replace("\n", newline)).encode()
        for when in ("before", "after")
    )
    fixed = fix_content(before, check)
    assert fixed.content.decode() == after.decode()
    assert fix_content(after, check).count == 0


def test_what_was_fixed_is_no_finding_any_more() -> None:
    before = (FIXES / "everything-at-once.before.yaml").read_bytes()
    fixed = fix_content(before, check)
    assert (fixed.count, fixed.left) == (9, 0)
    documents, unread = read(fixed.content, "case.yaml")
    assert compile_documents(documents, unread, "acme").findings == []


def test_a_fix_that_does_not_stand_up_is_counted_and_left() -> None:
    fixed = fix_content((FIXES / "not-by-making-another-mistake.before.yaml").read_bytes(), check)
    assert (fixed.count, fixed.left) == (0, 1)


def test_only_what_is_wanted_is_fixed() -> None:
    before = (FIXES / "everything-at-once.before.yaml").read_bytes()
    fixed = fix_content(before, check, lambda finding: finding.code == "unknown-field")
    changed = zip(before.splitlines(), fixed.content.splitlines(), strict=True)
    assert [new.strip() for old, new in changed if old != new] == [b"type: TRIGGER", b"duration: 2d"]


def test_one_bad_fix_does_not_keep_a_good_one_back() -> None:
    text = """\
journey: case
site: main
nodes:
  start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
  pause: {type: WAIT, config: {duraton: soon}, next: done}
  done: {type: EXITT}
"""
    fixed = fix_content(text.encode(), check)
    assert fixed.content.decode() == text.replace("EXITT", "EXIT")
    assert (fixed.count, fixed.left) == (1, 1)


def test_a_comment_that_goes_takes_its_line_only_when_it_is_alone_there() -> None:
    text = "\ufeffa: 1\r\n  # one\r\nb: 2 # two\r\n# three and more\r\n# four"
    marks = {"# one": 3, "# two": 6, "# three ": 1, "# four": 1}

    def judged(content: bytes) -> list[Finding]:
        lines = content.decode("utf-8-sig").splitlines()
        return [
            Finding("dead-end", Severity.WARNING, "unused", span=_span(lines, mark), fix=Fix(FixKind.COMMENT))
            for mark in marks
            if any(mark in line for line in lines)
        ]

    fixed = fix_content(text.encode(), judged)
    assert fixed.content.decode() == "\ufeffa: 1\r\nb: 2\r\nand more\r\n"
    assert fixed.count == 4


def _span(lines: list[str], mark: str) -> Span:
    number = next(number for number, line in enumerate(lines, 1) if mark in line)
    column = lines[number - 1].index(mark) + 1
    return Span(number, column, number, column + len(mark))


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("duraton", ["duration", "until"], "duration"),
        ("GOAL-CHECK", ["GOAL_CHECK", "GOAL"], "GOAL_CHECK"),
        ("triggertype", ["triggerType"], "triggerType"),
        ("mian", ["main", "shop"], "main"),
        ("ocmpleted", ["completed"], "completed"),
        ("tour", ["tour-a", "tour-b"], None),
        ("wait-1", ["wait-2"], None),
        ("step-a", ["step-b"], None),
        ("unsubscribed", ["subscribed"], None),
        ("gt", ["gte", "lt"], None),
        ("yes", ["yet"], None),
        ("welcome-emial", ["welcome-email", "welcome-mail"], None),
        ("something", ["else"], None),
    ],
)
def test_a_fix_is_certain_when_nothing_else_can_be_meant(word: str, known: list[str], meant: str | None) -> None:
    found = [name for name in known if certain(FixKind.VALUE, word, known, name)]
    assert found == ([meant] if meant else [])
