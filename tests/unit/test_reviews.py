"""The comment of a plan, read by a real Markdown reader: hostile texts stay texts, and it always fits.

GitHub's own reader is not at hand; markdown-it follows CommonMark and reads tables and bare links as GitHub does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from jcli.findings import Finding, Severity, Span
from jcli.model import Edge, Journey, JourneyStatus, Kind, Node, NodeType
from jcli.plan import Action, Change, Clash, Fate, Mover, Outcome, People, Plan, Rail, Rename, Standing
from jcli.render.graphs import compared
from jcli.render.ink import plain
from jcli.render.markdown import code, fenced, prose, sentence, table
from jcli.render.reviews import Material, Review, comment, marker
from jcli.render.reviews.around import around
from tests.graphs.samples import HOSTILE

NAMES = [
    *HOSTILE,
    "@everyone please look",
    "see #123 and GH-7 and acme/app#9",
    "a | b || c",
    "\\| \\\\| \\",
    "`` ` ``",
    "```\n# out\n```",
    "one\r\n\r\n# two",
    "--> <!-- jcli-plan:x:y --> </details>",
    "</code></td></table><img src=x onerror=alert(1)>",
    "[link](https://evil.example) ![img](https://evil.example/a.png)",
    "https://evil.example/path www.evil.example mail@evil.example",
    "\u202etxt.exe \u200b",
    "| --- |",
    "~~~",
    " leading and trailing ",
    "x" * 255,
    "😀 漢字 é",
    "_a_ __b__ snake_case",
    "1) one",
    "+ plus",
    "$a$ $$b$$",
    "&lt;b&gt; &#64;user",
]
READER = MarkdownIt("gfm-like", {"html": True})


def journey(word: str) -> Journey:
    nodes = (
        Node("n1", NodeType.TRIGGER, {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": word}}),
        Node("n2", NodeType.CONTENT, {"contentType": word}, content_id=word),
        Node("n3", NodeType.EXIT, {"outcome": word}),
    )
    return Journey("j", word, "s", nodes=nodes, edges=(Edge("e1", "n1", "n2"), Edge("e2", "n2", "n3", word)))


def review(word: str) -> Review:
    """A review in which everything that comes from outside is the word."""
    finding = Finding("dead-end", Severity.WARNING, f"no way out of `{word}`", file=word, span=Span(3, 1, 3, 2))
    people = People(
        12,
        (
            Standing(word, 7, "gone", Fate.END, type=NodeType.WAIT),
            Standing(word, 5, "gone", Fate.MOVE, word, NodeType.WAIT),
        ),
        (Rename(word, word, word),),
        (f"nodes.{word}", "audienceId"),
    )
    changes = (
        Change("name", "~", "old", word),
        Change(f"nodes.{word}", "+", None, "WAIT"),
        Change(f"nodes.{word}.next", "~", word, word),
        Change(f"nodes.{word}.config.where", "+", None, {word: word}),
        Change("audienceId", "~", "a1", "a2"),
    )
    mover = Mover(word, word, word, 0)
    one = Action(Kind.JOURNEY, word, "j", f"{word} ", Outcome.UPDATE, changes, file=word, people=people, note=word)
    torn = replace(
        one,
        outcome=Outcome.CONFLICT,
        mover=mover,
        people=None,
        clashes=(Clash(f"nodes.{word}.next", word, None, word),),
    )
    drifted = replace(one, outcome=Outcome.DRIFT, mover=mover, people=None)
    audience = Action(Kind.AUDIENCE, word, "a", word, Outcome.UPDATE, live_users=(word, word))
    rails = (Rail(f"remove={word}/{word}", f"people stand on `{word}`: {word}"), Rail(f"protected={word}", word))
    found = [replace(finding, document=f"journey {word}"), finding]
    rules = {"all": [{"trait": word, "equals": word}]}
    drawing = compared(journey("before"), journey(word), word, ({"n1": word}, {"n1": word}), since=word)
    material = Material({word: drawing}, {word: (rules, rules)}, {"a1": word, "a2": word})
    live = tuple(replace(action, status=JourneyStatus.PUBLISHED) for action in (one, torn, drifted))
    return Review(word, word, Plan((*live, audience), rails), found, material, "0" * 40, word)


def skeleton(text: str) -> list[Any]:
    """The structure of a text: its blocks, and what stands in each line, without the words."""
    return [(token.type, token.tag, token.info, *_inline(token.children or ())) for token in READER.parse(text)]


def _inline(tokens: Any) -> Iterator[str]:
    """What a line is made of. Code is code, whether it is written with backticks or with a tag; neighbours that are
    both text are one."""
    last, inside = None, False
    for token in tokens:
        kind = token.type
        if kind == "html_inline":
            inside = token.content == "<code>"
            assert token.content in ("<code>", "</code>"), token.content
            kind = "code_inline"
            if not inside:
                continue
        elif inside:
            assert kind == "text", token
            continue
        if kind == "text" and (last == "text" or not token.content.strip()):
            continue
        last = kind
        yield kind


def tokens(text: str) -> Iterator[Token]:
    for block in READER.parse(text):
        yield block
        yield from block.children or ()


@pytest.mark.parametrize("word", NAMES, ids=lambda name: repr(name[:20]))
def test_hostile_texts_change_nothing_of_the_structure(word: str) -> None:
    tame, wild = comment(review("w")), comment(review(word))
    assert [kind for kind, *_ in skeleton(wild)] == [kind for kind, *_ in skeleton(tame)]
    tags = [token.content for token in tokens(wild) if token.type == "html_block"]
    assert tags == [
        marker(word, word),
        "<details><summary>1 finding in documents that do not change</summary>\n",
        "</details>\n",
    ]
    for token in tokens(wild):
        assert token.type not in ("link_open", "image", "math_inline"), token
        if token.type == "html_inline":
            assert token.content in ("<code>", "</code>")
    fences = [token for token in tokens(wild) if token.type == "fence"]
    assert [token.info for token in fences] == ["mermaid"] * 3


@pytest.mark.parametrize("word", NAMES, ids=lambda name: repr(name[:20]))
def test_nobody_is_mentioned_and_no_issue_is_named(word: str) -> None:
    """GitHub looks for both in the text of the page, outside of code."""
    inside = False
    for token in tokens(comment(review(word))):
        if token.type == "html_inline":
            inside = token.content == "<code>"
        if token.type == "text" and not inside:
            assert not re.search(r"@\w|#\d|GH-\d|://|www\.", token.content), token.content


@pytest.mark.parametrize("word", NAMES, ids=lambda name: repr(name[:20]))
def test_code_says_exactly_the_text(word: str) -> None:
    line = [token for token in READER.parse(table(("a",), [(code(word, 5_000),)])) if token.type == "inline"][-1]
    shown = "".join(token.content for token in line.children or () if token.type in ("text", "code_inline"))
    assert shown == plain(word)


@pytest.mark.parametrize("word", NAMES, ids=lambda name: repr(name[:20]))
def test_prose_says_exactly_the_text_but_for_what_takes_no_room(word: str) -> None:
    shown = [
        t for t in tokens(f"So: {prose(word, 5_000)}") if t.type not in ("inline", "paragraph_open", "paragraph_close")
    ]
    assert {token.type for token in shown} <= {"text", "text_special"}
    said = "".join(token.content for token in shown).replace("\u200b", "")
    assert said == f"So: {plain(word)}".rstrip().replace("\u200b", "")


def test_a_sentence_shows_the_names_in_it_as_code() -> None:
    assert sentence("no way leads to `a|b` of `c`") == "no way leads to <code>a&#124;b</code> of `c`"
    assert sentence("one ` alone @me") == "one &#96; alone &#64;\u200bme"


def test_a_fence_is_longer_than_any_in_it() -> None:
    (fence,) = READER.parse(fenced("````\n# not a title\n````", "text"))
    assert (fence.type, fence.content) == ("fence", "````\n# not a title\n````\n")


def many(count: int, **more: Any) -> Plan:
    changes = tuple(Change(f"nodes.step-{n}.config.duration", "~", "1d", "2d") for n in range(20))
    standing = tuple(Standing(f"step-{n}", 3, "changed", Fate.FOLLOW, type=NodeType.WAIT) for n in range(20))
    return Plan(
        tuple(
            Action(
                Kind.JOURNEY, f"journey-{n:03}", str(n), "x" * 200, Outcome.UPDATE, changes,
                status=JourneyStatus.PUBLISHED, people=People(count - n, standing), **more,
            )
            for n in range(count)
        )
    )  # fmt: skip


@pytest.mark.parametrize("limit", [65_000, 20_000, 14_000])
def test_a_comment_that_is_too_long_loses_whole_sections_and_says_which(limit: int) -> None:
    big = Journey("j", "j", "s", nodes=tuple(Node(f"n{n}", NodeType.WAIT, {"duration": "1d"}) for n in range(30)))
    other = replace(big, nodes=tuple(replace(node, config={"duration": "2d"}) for node in big.nodes))
    drawing = compared(big, other, "j", ({}, {}), since="production")
    plan = many(300)
    material = Material({action.key: drawing for action in plan.actions})
    text = comment(Review("acme", "production", plan, (), material, kept="plan.json"), limit)
    assert len(text) <= limit
    assert "**This comment is cut.**" in text
    assert text.startswith("<!-- jcli-plan:acme:production -->\n")
    assert "**Plan: 0 to create, 300 to change" in text
    assert text.rstrip().endswith(
        "The whole plan is kept in `plan.json`: `jcli sync --plan` carries out what is shown here and no more."
    )
    kinds = [token.type for token in READER.parse(text)]
    assert kinds.count("table_open") == kinds.count("table_close")
    for token in READER.parse(text):
        if token.type == "fence":
            assert token.content.startswith("---\ntitle:")
            assert "class" in token.content.splitlines()[-1]
    shown = re.findall(r"^### \*\*~\*\* changes: journey `(journey-\d+)`", text, re.MULTILINE)
    assert shown == sorted(shown)
    assert "journey-000" in shown


def test_a_comment_within_the_limit_is_whole() -> None:
    text = comment(Review("acme", "production", many(3)))
    assert "This comment is cut" not in text
    assert text.count("### ") == 3


def test_what_bars_every_sync_is_the_whole_comment() -> None:
    error = Finding("unknown-node", Severity.ERROR, "there is no node `a`", file="j.yaml", span=Span(4, 1, 4, 2))
    text = comment(Review("acme", "production", None, [error]))
    assert "**Nothing can be synced before 1 error is put right.**" in text
    assert "- **error** `unknown-node` `j.yaml:4`: there is no node `a`\n" in text


def test_the_marker_is_one_line_whatever_the_names_are() -> None:
    assert marker("acme", "production") == "<!-- jcli-plan:acme:production -->\n"
    assert marker("a\n-->", "x y") == "<!-- jcli-plan:a----:x-y -->\n"


def test_rails_without_end_leave_room_for_the_rest() -> None:
    rails = tuple(Rail(f"remove=journey-000/{'*' * 60}{n}", "[`" * 250) for n in range(400))
    text = comment(Review("acme", "production", replace(many(60), rails=rails)))
    assert len(text) <= 65_000
    assert "more; `jcli plan` lists them" in text
    assert "### **~** changes: journey `journey-000`" in text


def test_a_large_picture_is_cut_to_what_changes_and_what_is_next_to_it() -> None:
    nodes = tuple(Node(f"n{n}", NodeType.WAIT, {"duration": "1d"}) for n in range(60))
    before = Journey("j", "j", "s", nodes=nodes, edges=tuple(Edge(f"e{n}", f"n{n}", f"n{n + 1}") for n in range(59)))
    after = replace(before, nodes=(*nodes[:30], replace(nodes[30], config={"duration": "2d"}), *nodes[31:]))
    whole = compared(before, after, "j", ({}, {}), since="production")
    cut = around(whole)
    assert [node.id for node in cut.nodes] == ["n29", "n30", "n31"]
    assert [(edge.source, edge.target) for edge in cut.edges] == [("n29", "n30"), ("n30", "n31")]
    assert around(whole, most=60) is whole
    action = Action(Kind.JOURNEY, "j", "j", "j", Outcome.UPDATE, status=JourneyStatus.PUBLISHED)
    text = comment(Review("acme", "production", Plan((action,)), (), Material({"j": whole})))
    assert "`~` changed; 57 nodes that are further away are left out." in text
