"""The quick way to read and the slow one: where the quick one gives data, the slow one gives the same and refuses
nothing."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jcli.documents import Document, quick, read, reader
from jcli.findings import Finding

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted([*ROOT.glob("tests/cases/*/*.yaml"), *ROOT.glob("journeys/**/*.yaml")])
TEXTS = [content for content in (path.read_bytes() for path in FILES) if len(content) < 8000]

# Pieces with which a text may come to mean something else.
PIECES = [
    "true",
    "False",
    "TRUE",
    "null",
    "~",
    ".inf",
    ".nan",
    "010",
    "0o7",
    "0x1F",
    "0b1",
    "1_000",
    "01.5",
    "1e5",
    "1e400",
    "99999999999999999999",
    "-0",
    "0.5",
    "on",
    "yes",
    "2026-01-01",
    "12:30",
    "next:",
    "label:",
    "holdout:",
    "to:",
    "<<:",
    "!!str",
    "!tag",
    "&anchor",
    "*anchor",
    "%YAML",
    "---",
    "...",
    "?",
    "-",
    ":",
    ",",
    "#",
    "|",
    ">",
    "|2",
    ">-",
    "[",
    "]",
    "{",
    "}",
    '"',
    "'",
    "\\",
    "\\0",
    "\\x00",
    "\\u0000",
    "@",
    "`",
    "wow!",
    "A&B",
    " ",
    "\n",
    "\n\n",
    "  ",
    "\t",
    "\r",
    "\r\n",
    ": ",
    "- ",
    "\x00",
    "\x01",
    "\ufeff",
    "\x85",
    "\u2028",
    "é",
    "😀",
]


def slow(content: bytes) -> tuple[list[Document], list[Finding]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "plain", lambda content, text: None)
        return read(content, "file.yaml")


def judge(content: bytes) -> bool:
    """Whether the quick way took the text; fails when the slow one makes anything else of it."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return False
    data = quick.plain(content, text)
    if data is None:
        return False
    documents, findings = slow(content)
    assert not findings, content
    # repr tells 1 from True and from 1.0, 0.0 from -0.0, and one order of keys from another
    assert [(repr(document.data), document.index) for document in documents] == [(repr(data), 0)], content
    return True


def spans(document: Document) -> list[tuple[object, object]]:
    document.spans.value(())
    table = document.spans._table or {}
    return [(document.spans.key(path), document.spans.value(path)) for path in table]


def test_the_two_ways_agree_on_every_file_that_is_here() -> None:
    taken = [judge(content) for content in TEXTS]
    assert sum(taken) > len(taken) / 2, "hardly any file goes the quick way"


def test_spans_that_are_asked_for_later_are_the_same() -> None:
    for content in TEXTS:
        documents, _ = read(content, "file.yaml")
        for document, other in zip(documents, slow(content)[0], strict=True):
            assert document == other
            assert spans(document) == spans(other)


@pytest.mark.parametrize("one", ["true", "false"])
@pytest.mark.parametrize("other", ["1", "0", "1.0", "+1", "-0", "1e0", "0.", ".0"])
@pytest.mark.parametrize(
    "text", ["{{{}: a, {}: b}}", "{{{}, {}}}", "{{{}: a,\n {} }}", "\n  {}: a\n  {} : b\n", "\n  {}: a\n  ? {}"]
)
def test_a_key_that_python_takes_for_another_is_not_lost(one: str, other: str, text: str) -> None:
    for pair in ((one, other), (other, one)):
        content = f"a: {text.format(*pair)}\n".encode()
        judge(content)
        (document,) = read(content, "file.yaml")[0]
        assert list(document.data["a"]) == list(pair)


def test_every_short_plain_scalar_is_read_the_same() -> None:
    for length in (1, 2, 3):
        for letters in itertools.product("+-.0179exobEnulTF_~: ", repeat=length):
            judge(f"a: {''.join(letters)}\n".encode())
    for word in PIECES:
        for prefix in ("", "+", "-", "."):
            judge(f"a: {prefix}{word}\n".encode())
            judge(f"{prefix}{word}: a\n".encode())
            judge(f"nodes: {{a: {{next: {prefix}{word}, config: {{label: {prefix}{word}}}}}}}\n".encode())


@pytest.mark.parametrize(
    "text",
    [
        "a: {true: x, 'true': y}",
        "a: {True: x}",
        "a: 0b101",
        "a: 01.5",
        "a: .inf",
        "a: .nan",
        "a: 1e400",
        "a: 18446744073709551616",
        "a: !!str 5",
        "a: ! 5",
        "a: &here 5",
        "a: [&here 5, *here]",
        "a: {<<: {b: c}}",
        'a: "\\0"',
        'a: "\\x00"',
        "1: a",
        "~: a",
        "? [a]\n: b",
        "a: 1\n---\nb: 2",
        "---\n---\na: 1",
        "\ufeffa: 1",
        "[a]",
        "a",
        "",
        "nodes: {a: {next: 5}}",
        "nodes: {a: {next: {yes: true}}}",
        "nodes: {a: {config: {holdout: 1}}}",
        "nodes: {a: {config: {branches: [{label: no}, {label: 5}]}}}",
        "a: " + "[" * 64 + "]" * 64,
        "a: " + "[" * 5000 + "]" * 5000,
        "a: " + "{" * 500_000,
        "a:\n " + "- " * 500_000,
    ],
)
def test_what_is_doubtful_goes_the_slow_way(text: str) -> None:
    assert quick.plain(text.encode(), text) is None


def test_all_goes_the_slow_way_where_the_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"journey: a\nnodes: {b: {next: {true: c}}}\n"
    documents, _ = read(content, "file.yaml")
    monkeypatch.setattr(quick, "loads", None)
    assert quick.plain(content, content.decode()) is None
    assert read(content, "file.yaml") == (documents, [])


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join))
def test_the_two_ways_agree_on_any_value(text: str) -> None:
    for context in (
        "a: {}\n",
        "a:\n  - {}\n  - b\n",
        "{}: a\n",
        "a: {{b: {}, c: d}}\n",
        "nodes: {{a: {{next: {}}}}}\n",
    ):
        judge(context.format(text).encode("utf-8", "replace"))


@settings(max_examples=400)
@given(st.data())
def test_the_two_ways_agree_on_files_that_were_changed_anywhere(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS)).decode("utf-8", "replace")
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 4))
        text = text[:start] + data.draw(st.sampled_from(PIECES)) + text[start + length :]
    judge(text.encode("utf-8", "replace"))
