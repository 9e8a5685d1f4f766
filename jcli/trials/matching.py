"""Which cases are meant: by a word of their names, and by an expression of such words with and, or and not.

It must not know files or folders beyond their names. Where to look next: `jcli/commands/choosing.py` also knows what
the arguments of a command name.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from jcli.errors import InvalidRequest
from jcli.trials.script import Case

Matches = Callable[[str], bool]
"""Whether a text, in small letters, is meant."""

_TOKEN = re.compile(r"""\s*(?:(?P<sign>[()])|"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<word>[^\s()"']+))""")
_OPERATORS = ("and", "or", "not")


def matcher(expression: str) -> Callable[[Case], bool]:
    """Whether a case is meant by an expression such as `admin and not "sends a mail"`: each word is looked for in
    the file, the journey's key and the name of the case, without regard to case; words beside each other are one
    phrase. InvalidRequest for what cannot be read so."""
    matches = _Reader(expression).whole()
    return lambda case: matches(f"{case.file}::{case.journey}: {case.name}".lower())


class _Reader:
    """Reads an expression from the left: `or` of `and` of `not` of words and of what stands in brackets."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens = self._split(expression)
        self._at = 0

    def whole(self) -> Matches:
        found = self._any()
        if self._at < len(self._tokens):
            raise self._wrong(f"nothing can follow before `{self._tokens[self._at][1]}`")
        return found

    def _split(self, expression: str) -> list[tuple[str, str]]:
        """(kind, text): a sign, an operator or a word."""
        tokens, at = [], 0
        while expression[at:].strip():
            found = _TOKEN.match(expression, at)
            if found is None:
                raise self._wrong("a quote is not closed")
            at = found.end()
            text = found["sign"] or found["word"] or found["double"] or found["single"] or ""
            kind = "sign" if found["sign"] else "word"
            if found["word"] and text.lower() in _OPERATORS:
                kind, text = "operator", text.lower()
            tokens.append((kind, text))
        return tokens

    def _any(self) -> Matches:
        parts = [self._all()]
        while self._take("operator", "or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else lambda text: any(part(text) for part in parts)

    def _all(self) -> Matches:
        parts = [self._one()]
        while self._take("operator", "and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda text: all(part(text) for part in parts)

    def _one(self) -> Matches:
        if self._take("operator", "not"):
            inner = self._one()
            return lambda text: not inner(text)
        if self._take("sign", "("):
            inner = self._any()
            if not self._take("sign", ")"):
                raise self._wrong("a bracket is not closed")
            return inner
        return self._phrase()

    def _phrase(self) -> Matches:
        words = []
        while self._at < len(self._tokens) and self._tokens[self._at][0] == "word":
            words.append(self._tokens[self._at][1].lower())
            self._at += 1
        if not words:
            there = f"before `{self._tokens[self._at][1]}`" if self._at < len(self._tokens) else "at the end"
            raise self._wrong(f"a word is missing {there}")
        phrase = " ".join(words)
        return lambda text: phrase in text

    def _take(self, kind: str, text: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == (kind, text):
            self._at += 1
            return True
        return False

    def _wrong(self, why: str) -> InvalidRequest:
        return InvalidRequest(
            f"the expression `{self._expression}` cannot be read: {why}",
            hint="write words with and, or, not and brackets, as in: admin and not (mail or webhook)",
        )
