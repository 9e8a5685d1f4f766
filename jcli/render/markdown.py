"""Text from outside as Markdown that says exactly this text, on GitHub, GitLab and by CommonMark alike.

Keys, names and values come from files and from whoever uses the API. None of them may end a table, a list or a fence,
become a link or HTML, mention somebody (`@name`) or name another issue (`#1`). So a name is always code, and whatever
else comes from outside has every character that could mean something written as an entity. What is ours is written by
the callers and needs none of this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from jcli.render.ink import plain

_NOTHING = "\u200b"
"""Takes no room, and parts what would otherwise be read as one: `@` from a name, `://` from a host."""

_RUNS = re.compile(r"`+")
_SAFE = re.compile(r"[^`|\\]+\Z")
_LINKS = re.compile(r"(?<=[@#!$%&~])(?=\w)|(?<=:)(?=//)|(?<=www)(?=\.)|(?<=GH)(?=-\d)", re.IGNORECASE)
_ITEM = re.compile(r"\A(\s*\d*)([-+.)])")
"""What would begin a list at the start of a line."""

_MARKS = re.compile(r"(?<![^\W_])_|_(?![^\W_])|[^\w ,;:.?'()/=+\-%\u200b…]")
"""Characters that could mean something; an underscore within a word does not."""


def shortened(text: str, longest: int) -> str:
    """The text on one line, cut when it is longer."""
    text = plain(text)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def code(text: str, longest: int = 120) -> str:
    """The text as code on one line, also in a cell of a table."""
    text = shortened(text, longest)
    if _SAFE.match(text) and text == text.strip():
        return f"`{text}`"
    return f"<code>{_entities(text)}</code>"


def prose(text: str, longest: int = 300) -> str:
    """The text as text, with nothing in it that means anything."""
    return _escaped(shortened(text, longest))


def sentence(text: str, longest: int = 500) -> str:
    """A sentence of ours with names in backticks in it: the names as code, the rest as text."""
    text = shortened(text, longest)
    parts = text.split("`")
    if len(parts) % 2 == 0:  # somebody's name has a backtick in it, or the text was cut within a name
        return _escaped(text)
    return "".join(code(part, longest) if at % 2 and part else _escaped(part) for at, part in enumerate(parts))


def fenced(text: str, language: str = "") -> str:
    """The text in a fence that nothing in it can end."""
    longest = max((len(run) for run in _RUNS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    body = text if text.endswith("\n") else f"{text}\n"
    return f"{fence}{language}\n{body}{fence}\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """A table of cells that are Markdown already."""
    marks = ["---:" if column in right else "---" for column in range(len(head))]
    lines = [head, marks, *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _escaped(text: str) -> str:
    marked = _MARKS.sub(_entity, _LINKS.sub(_NOTHING, text))
    return _ITEM.sub(lambda found: f"{found[1]}&#{ord(found[2])};", marked)


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def _entities(text: str) -> str:
    return "".join(c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in text)
