"""Comments that silence: where they are found, what they reach, and that no text is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcli.checks.silencing import silenced
from jcli.compiler import compile_documents
from jcli.documents import read
from jcli.findings import Finding, Ignore, Severity, Span

JOURNEY = """\
journey: welcome
site: main
nodes:
  start:
    type: TRIGGER
    config:
      triggerType: MANUAL
    next:
      - to: tour
  empty:
  tour:
    type: CONDITION
    config:
      {rules: {trait: plan,
        equals: pro}}
    next: {true: done,
      false: done}
  done: {type: EXIT}

"""
LINES = JOURNEY.splitlines()


def ignores_of(text: str) -> list[Ignore]:
    documents, _ = read(text.encode(), "f.yaml")
    return [ignore for document in documents for ignore in document.ignores]


def reach(text: str) -> list[tuple[int, int]]:
    return [(ignore.first, ignore.last) for ignore in ignores_of(text)]


@pytest.mark.parametrize("line", [number for number, line in enumerate(LINES, 1) if line])
def test_after_something_a_comment_reaches_its_line(line: int) -> None:
    lines = [f"{text} # jcli: ignore[x]" if number == line else text for number, text in enumerate(LINES, 1)]
    assert reach("\n".join(lines)) == [(line, line)]


@pytest.mark.parametrize(
    ("above", "last"),
    [
        ("journey", 18),
        ("site", 2),
        ("nodes", 18),
        ("  start", 9),
        ("    type", 5),
        ("    config:", 7),
        ("      triggerType", 7),
        ("    next:", 9),
        ("      - to", 9),
        ("  empty", 10),
        ("  tour", 17),
        ("      {rules", 15),
        ("        equals", 15),
        ("    next: {", 17),
        ("      false", 17),
        ("  done", 18),
    ],
)
def test_alone_a_comment_reaches_the_entry_below_it(above: str, last: int) -> None:
    line = next(number for number, text in enumerate(LINES, 1) if text.startswith(above))
    comment = ["  # jcli: ignore[x]", "", "# more"]
    assert reach("\n".join([*LINES[: line - 1], *comment, *LINES[line - 1 :]])) == [(line + 3, last + 3)]


@pytest.mark.parametrize("text", ["a: {\n b: c\n # jcli: ignore[x]\n}\n", "site: main\n# jcli: ignore[x]\n"])
def test_above_nothing_a_comment_reaches_itself_alone(text: str) -> None:
    (ignore,) = ignores_of(text)
    assert ignore.first == ignore.last == ignore.span.line


def test_each_document_has_its_own_comments() -> None:
    one = "# jcli: ignore[x]\nsite: one\nname: One # jcli: ignore[y]\n"
    documents, _ = read(f"{one}---\n{one}...\n---\n{one}".encode(), "f.yaml")
    assert [[i.slugs[0] for i in document.ignores] for document in documents] == [["x", "y"]] * 3
    assert [(i.first, i.last) for document in documents for i in document.ignores][2:4] == [(6, 7), (7, 7)]
    assert {i.document for document in documents for i in document.ignores} == {"site one"}


def test_a_document_that_breaks_off_leaves_the_comments_before_it() -> None:
    documents, found = read(b"site: main # jcli: ignore[x]\n---\na: 'b\n # jcli: ignore[y]\n", "f.yaml")
    assert [finding.code for finding in found] == ["syntax"]
    assert [ignore.slugs for document in documents for ignore in document.ignores] == [("x",)]


@pytest.mark.parametrize(
    ("comment", "verb", "slugs", "reason"),
    [
        ("# jcli: ignore[dead-end] they come back", "ignore", ("dead-end",), "they come back"),
        ("#jcli:ignore[ a ,b,,a ]", "ignore", ("a", "b"), ""),
        ("# jcli: ignore", "ignore", (), ""),
        ("# jcli: ignore[]", "ignore", (), ""),
        ("# jcli: ignore [a]: b", "ignore", ("a",), ": b"),
        ("# jcli: ignored[a]", "ignored", ("a",), ""),
        ("# jcli: ignore[a", "ignore", ("a",), ""),
        ("# why? # jcli: ignore[a] so", "ignore", ("a",), "so"),
    ],
)
def test_what_a_comment_says(comment: str, verb: str, slugs: tuple[str, ...], reason: str) -> None:
    (ignore,) = ignores_of(f"site: main {comment}\n")
    assert (ignore.verb, ignore.slugs, ignore.reason) == (verb, slugs, reason)


def test_the_place_of_a_comment_is_the_comment() -> None:
    line = "name: 漢字 # why # jcli: ignore[a] x  # jcli: ignore[b] y "
    found = ignores_of(f"site: main\r\n{line}\r\n")
    assert [line[i.span.column - 1 : i.span.end_column - 1] for i in found] == [
        "# jcli: ignore[a] x",
        "# jcli: ignore[b] y",
    ]
    assert {i.span.line for i in found} == {2}


@pytest.mark.parametrize("comment", ["# jcli: the tool", "# see jcli: ignore[a]", "# jcli ignore[a]", "# ignore[a]"])
def test_other_comments_are_left_alone(comment: str) -> None:
    assert ignores_of(f"site: main {comment}\n") == []


ASK = "# jcli: ignore[x]"


@pytest.mark.parametrize(
    "value",
    [f'"{ASK}"', f"'a {ASK}'", f"|\n  a {ASK}\n  {ASK}", f">-\n\n  {ASK}\n", f"a{ASK}", f'"a\n  {ASK}\n  b"'],
    ids=["double", "single", "literal", "folded", "plain", "lines"],
)
def test_a_text_is_no_comment(value: str) -> None:
    assert ignores_of(f"site: main\nname: {value}\n") == []


PIECES = st.sampled_from(["a", " ", "\n", "#", "\t", '"', "'", ":", "\u2028", "é", ASK])
TEXTS = st.lists(PIECES, max_size=20).map("".join)
STYLES = st.sampled_from(['"', "'", "|", ">"])


def _value(text: str, style: str) -> str:
    if style in "|>":
        return f"{style}2\n" + "".join(f"    {line}\n" for line in text.replace("\u2028", "\n").split("\n"))
    body = text.replace("'", "''") if style == "'" else text.replace('"', '\\"')
    return f"{style}{body.replace(chr(10), chr(10) + '    ')}{style}\n"


@given(st.lists(st.tuples(TEXTS, STYLES), max_size=4))
def test_exactly_the_comments_are_found_whatever_the_texts_are(texts: list[tuple[str, str]]) -> None:
    entries = "".join(f"  k{n}: {_value(*text)}  {ASK}\n  l{n}: x {ASK}\n" for n, text in enumerate(texts))
    documents, found = read(f"site: main\nbody:\n{entries}  z: 1\n".encode(), "f.yaml")
    if not found:
        ignores = documents[0].ignores
        assert len(ignores) == 2 * len(texts)
        assert {ignore.slugs for ignore in ignores} <= {("x",)}


def test_only_a_file_with_such_a_comment_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jcli.documents.reader.ignores_of", lambda *_: pytest.fail("searched"))
    assert read(b"site: main # a comment\nname: 'x' # ignore\n", "f.yaml")[1] == []


def test_a_comment_changes_nothing_of_what_is_read() -> None:
    plain, marked = (
        read(text.encode(), "f.yaml")[0][0] for text in (JOURNEY, JOURNEY.replace("site: main", f"site: main {ASK}"))
    )
    assert plain == marked
    for path in ((), ("nodes",), ("nodes", "tour", "next", "true"), ("nodes", "start", "next", 0)):
        assert plain.spans.value(path) == marked.spans.value(path)


# What is silenced


def warning(line: int, code: str = "dead-end", severity: Severity = Severity.WARNING) -> Finding:
    return Finding(code, severity, "m", file="f.yaml", span=Span(line, 1, line, 2))


def ignore(first: int, last: int, *slugs: str) -> Ignore:
    return Ignore("f.yaml", Span(first, 1, first, 9), "ignore", slugs or ("dead-end",), "", first, last)


def test_warnings_within_reach_are_silenced_and_no_others() -> None:
    found = [warning(line) for line in (1, 2, 4, 5, 9)] + [warning(3, "no-such"), warning(3, severity=Severity.ERROR)]
    kept = silenced(found, [ignore(2, 4), ignore(3, 5)], {})
    assert [(f.span and f.span.line, f.code) for f in kept if f.severity is Severity.WARNING] == [
        (1, "dead-end"),
        (3, "no-such"),
        (9, "dead-end"),
    ]


def test_a_comment_for_something_else_or_in_another_file_silences_nothing() -> None:
    found = [warning(2)]
    others = [ignore(2, 2, "missing-way"), Ignore("g.yaml", Span(2, 1, 2, 2), "ignore", ("dead-end",), "", 1, 9)]
    assert [f.code for f in silenced(found, others, {})] == ["dead-end", "unused-ignore", "unused-ignore"]


@pytest.mark.parametrize(("rule", "severities"), [(Severity.ERROR, [Severity.ERROR]), (None, [])])
def test_the_severity_of_an_unused_comment_can_be_changed(rule: Severity | None, severities: list[Severity]) -> None:
    assert [f.severity for f in silenced([], [ignore(1, 1)], {"unused-ignore": rule})] == severities


def test_an_error_made_so_by_rules_is_not_silenced() -> None:
    node = "  start: {type: TRIGGER, config: {triggerType: MANUAL}} # jcli: ignore[dead-end]\n"
    text = f"journey: j\nsite: main\nnodes:\n{node}"
    documents, early = read(text.encode(), "f.yaml")
    found = compile_documents(documents, early, "acme", {"dead-end": Severity.ERROR})
    assert [(f.code, f.severity) for f in found.findings] == [
        ("dead-end", Severity.ERROR),
        ("unused-ignore", Severity.WARNING),
    ]
    assert "is an error here" in found.findings[1].message
    assert not found.bars_sync


def test_nothing_is_said_of_a_comment_while_errors_keep_the_checks_from_looking() -> None:
    node = "  start: {type: TRIGGER, config: {triggerType: MANUAL}%s} # jcli: ignore[dead-end]\n"
    head = "journey: j\nsite: main\nnodes:\n"
    documents, early = read((head + node % ", typo: 1").encode(), "f.yaml")
    assert [f.code for f in compile_documents(documents, early, "acme").findings] == ["unknown-field"]


def test_a_hundred_thousand_comments_and_findings_are_matched_at_once() -> None:
    count = 100_000
    found = [warning(line) for line in range(count)]
    ignores = [ignore(line, count) for line in range(0, count, 2)]
    assert len(silenced(found, ignores, {})) == 0
