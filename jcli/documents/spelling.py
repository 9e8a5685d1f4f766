"""How a value is spelt in YAML: one scalar or one key as text that `reader` reads back as the very same value.

Quotes stand only where they are needed: where the plain word would be read as something else, here or by a reader of
YAML 1.1 (`yes`, `010`, `12:30`), or would break the syntax. Texts of several lines become block literals. What a
reviewer could not see (control characters, separators of lines, characters that turn the direction of writing) is
escaped. Knows nothing of layout: `writer` puts values into lines, `edits` into a file that is there already.
"""

from __future__ import annotations

import re
from math import isfinite

from jcli.documents import scalars
from jcli.errors import JcliError

LONGEST_KEY = 1000
"""A longer key must be marked with `?`: libyaml looks 1,024 characters ahead for the colon."""

_RESOLVERS = scalars.implicit_resolvers()
_ELSEWHERE = re.compile(
    r"(?i:y|n|yes|no|on|off|[-+]?\.(?:inf|nan))|<<|=|[-+.]?[0-9][0-9_:.]*|[-+]?0[box][0-9a-fA-F_]+", re.ASCII
)
"""What is text here, and something else to a reader of YAML 1.1."""

_HIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]")
"""Characters that are escaped; `\\n` and `\\t` are judged by themselves."""

_NO_START = re.compile(r"[\s,\[\]{}#&*!|>'\"%@`]|[-?:](?:[\s,\[\]{}]|$)|---|\.\.\.")
_NO_PART = re.compile(r"[\n\t]|:\s|\s#|:$|\s$")
_FLOW_SIGNS = re.compile(r"[,\[\]{}]|:$|^[?:]|:\?|[?:][\"']")
_NAMED = {"\0": "0", "\t": "t", "\n": "n", "\r": "r", '"': '"', "\\": "\\"}
_ESCAPED = re.compile(_HIDDEN.pattern[:-1] + '\t\n"\\\\]')


class Unwritable(JcliError):
    """A value that no document can hold."""

    code = "unwritable"


def spelt(value: object, *, flow: bool = False, style: str | None = None) -> str:
    """The scalar (None, bool, int, float or str) on one line. `flow`: it stands within brackets. `style`: the quotes
    that were there before (`'`, `"`); they are kept around a text. Unwritable for what JSON has no word for."""
    if isinstance(value, str):
        return _text(value, flow, style)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return str(int(value))
    if isinstance(value, float) and isfinite(value):
        return repr(value)
    raise Unwritable(f"{str(value)[:40]} is not a value that a document can hold")


def spelt_key(key: str, *, flow: bool = False, style: str | None = None) -> str:
    """The key on one line. A key is text whatever YAML makes of the word, so `true` and `1` need no quotes."""
    _storable(key)
    if style not in ("'", '"') and key != "<<" and _is_plain(key, flow):
        return key
    return _quoted(key, style)


def literal(text: str) -> tuple[str, list[str]] | None:
    """The text as a block literal: its sign (`|` or `|-`) and its lines without indentation. None where a literal
    would not say clearly what the text is: one line, something hidden in it, blanks at the end of a line."""
    body = text.removesuffix("\n")
    if "\n" not in body or _HIDDEN.search(text):
        return None
    lines = body.split("\n")
    if lines[0][:1] in ("", " ", "\t") or not lines[-1] or any(line[-1:] in (" ", "\t") for line in lines):
        return None
    return "|" if text != body else "|-", lines


def _text(text: str, flow: bool, style: str | None) -> str:
    _storable(text)
    if style not in ("'", '"') and _is_plain(text, flow) and _stays_text(text):
        return text
    return _quoted(text, style)


def _storable(text: str) -> None:
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Unwritable("U+0000 and half of a surrogate pair cannot be written into a document")


def _stays_text(text: str) -> bool:
    return not _ELSEWHERE.fullmatch(text) and not any(
        pattern.match(text) for _, pattern in _RESOLVERS.get(text[:1], ())
    )


def _is_plain(text: str, flow: bool) -> bool:
    """Whether the text can stand without quotes as far as the syntax goes. Errs on the side of quotes."""
    if not text or _NO_START.match(text) or _NO_PART.search(text) or _HIDDEN.search(text):
        return False
    return not (flow and _FLOW_SIGNS.search(text))


def _quoted(text: str, style: str | None) -> str:
    visible = not _HIDDEN.search(text) and "\n" not in text and "\t" not in text
    single = style == "'" or (style != '"' and ('"' in text or "\\" in text))
    if visible and single:
        return "'" + text.replace("'", "''") + "'"
    return '"' + _ESCAPED.sub(lambda found: _escape(found.group()), text) + '"'


def _escape(character: str) -> str:
    if character in _NAMED:
        return "\\" + _NAMED[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
