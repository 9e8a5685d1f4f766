"""A text that is no YAML: what the writer did is told in plain words, at the place where they have to look."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from jcli.documents import read

EXAMPLES = Path(__file__).resolve().parents[2] / "journeys"

SAYINGS = [
    pytest.param("a: 1\n\tb: 2", (2, 1), "a tab cannot indent `b:`", id="a tab"),
    pytest.param("a: `b`", (1, 4), "a text cannot begin with a backquote", id="a backquote"),
    pytest.param("a: **b**", (1, 4), "a text cannot begin with `*`", id="bold text"),
    pytest.param("a: & b", (1, 4), "a text cannot begin with `&`", id="an ampersand"),
    pytest.param("a: >= 5", (1, 5), "a text after `|` or `>` begins on the next line", id="a comparison"),
    pytest.param("a: - b", (1, 4), "a list with `- ` cannot begin here", id="a list behind a key"),
    pytest.param("a: 1\nb", (2, 1), "there is no `: ` here", id="a line without a colon"),
    pytest.param("a:\n  b:1\n  c: 2", (3, 3), "`c` cannot begin here", id="no space behind a colon"),
    pytest.param("a: [1, , 2]", (1, 8), "a value is missing before `,`", id="two commas"),
    pytest.param("a: 1\n...\nb", (3, 1), "the document has ended before `b`", id="after the end"),
    pytest.param("a: 'it's b'", (1, 8), "the value has ended before `s`", id="an apostrophe in quotes"),
    pytest.param("a:\n  - 1\n b: 2", (3, 2), "`b` is indented like nothing around it", id="between two depths"),
    pytest.param("a: [\n  1,\n", (3, 1), "the text ends before a bracket is closed", id="a bracket up to the end"),
    pytest.param('a: "b\n---\nc: d', (1, 4), "the quote that opens here is never closed", id="a quote over documents"),
    pytest.param("%YAML 3.0\n---\na: 1", (1, 1), "this is not YAML: found incompatible YAML document", id="a version"),
    pytest.param("a: '\x85b", (1, 4), "the quote that opens here is never closed", id="an odd line end"),
]


@pytest.mark.parametrize(("text", "place", "said"), SAYINGS)
def test_what_is_wrong_is_told_where_it_begins(text: str, place: tuple[int, int], said: str) -> None:
    _, (finding,) = read(text.encode(), "a.yaml")
    assert finding.code == "syntax"
    assert finding.span is not None
    assert (finding.span.line, finding.span.column) == place
    assert finding.message.startswith(said)


def test_a_message_stays_one_short_line_whatever_the_text_holds() -> None:
    pieces = [
        "\n",
        "\t",
        " ",
        "'",
        '"',
        "{",
        "}",
        "[",
        "]",
        ":",
        ": ",
        "- ",
        "`",
        "\\",
        "*",
        "&",
        "|",
        "\u00a0",
        "<<<<<<< a\n",
    ]
    chance = random.Random(7)
    texts = [file.read_text("utf-8") for file in sorted(EXAMPLES.glob("*.yaml"))]
    told = set()
    for _ in range(200):
        text = chance.choice(texts)[:1500]
        for _ in range(chance.randrange(1, 4)):
            place = chance.randrange(len(text))
            text = text[:place] + chance.choice(pieces) + text[place + chance.randrange(3) :]
        _, found = read(text.encode(), "a.yaml")
        for finding in found:
            told.add(finding.message.split("`")[0])
            assert len(finding.message) <= 140, finding.message
            assert finding.message.isprintable(), finding.message
            assert finding.span is not None
            assert finding.span.line <= len(text.splitlines()) + 1
    assert len(told) > 8, told
