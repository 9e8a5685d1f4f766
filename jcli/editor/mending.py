"""Edits: what to write where. A finding that knows the right word gives one; a rename is many of the same kind."""

from __future__ import annotations

import json
from dataclasses import dataclass

from jcli.documents import read
from jcli.editor.ruler import Ruler
from jcli.findings import Finding, Span


@dataclass(frozen=True, slots=True)
class Edit:
    """The characters from `start` to `end` of a file's text give way to `text`."""

    file: str
    start: int
    end: int
    text: str


def mend(finding: Finding, ruler: Ruler, content: str) -> Edit | None:
    """The edit that puts the suggested word in the place of the wrong one; None where the finding knows none, or is
    about more than a word."""
    if finding.suggestion is None or finding.file is None or finding.span is None:
        return None
    return reword(finding.file, finding.span, finding.suggestion, ruler, content)


def reword(file: str, span: Span, word: str, ruler: Ruler, content: str) -> Edit | None:
    """The edit that replaces the scalar at the span, in the quotes that it has; None when it is not a scalar on one
    line."""
    start, end = ruler.start(span), ruler.end(span)
    old = content[start:end]
    if not old.strip() or "\n" in old or old[0] in "{[|>":
        return None
    return Edit(file, start, end, _written(word, old[0]))


def _written(word: str, first: str) -> str:
    """The word as YAML, quoted as the old one was, and where it must be."""
    if first == "'":
        return "'" + word.replace("'", "''") + "'"
    if first == '"' or not _is_plain(word):
        return json.dumps(word, ensure_ascii=False)
    return word


def _is_plain(word: str) -> bool:
    """Whether the bare word is read as this text wherever it may stand, as a value, as a key and in a list."""
    documents, findings = read(f"a: {word}\nb: [{word}]\n{word}: {{c: {word}}}\n".encode(), "")
    return not findings and documents[0].data == {"a": word, "b": [word], word: {"c": word}}
