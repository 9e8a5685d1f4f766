"""Puts right what can certainly be put right in the text of a file: findings -> edits -> text, and a second look.

A fix must make its finding go away and may add none: the text is checked again after each round, and what does not
stand up to that is left as it was written. A document that fails a stage is not judged by the next, so putting one
thing right may uncover another; that is why there are rounds. Pure: `check` says what is wrong with a content, and
`jcli/commands/fixing.py` writes the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from jcli.checks import Stage, stage_number
from jcli.documents.edits import Edit, EditError, RenameKey, Replace
from jcli.documents.layout import line_end, line_start
from jcli.documents.splices import apply
from jcli.errors import JcliError
from jcli.findings import Finding, Fix, FixKind, Path, Span

CheckContent = Callable[[bytes], list[Finding]]
Wanted = Callable[[Finding], bool]

_ROUNDS = 10
_SHAPE = list(Stage).index(Stage.SHAPE)
_Place = tuple[str, int, Path]
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A content with so many findings put right. `left` counts those whose fix did not stand up to a second look."""

    content: bytes
    count: int
    left: int


def anything(_finding: Finding) -> bool:
    """Every finding is wanted."""
    return True


def fix_content(content: bytes, check: CheckContent, wanted: Wanted = anything) -> Fixed:
    """The content with the findings of `check` fixed that are `wanted` and have a fix. A content that cannot be read
    as a whole (stage read) is left as it is."""
    found = check(content)
    count = 0
    for _ in range(_ROUNDS):
        if any(stage_number(finding.code) < _SHAPE for finding in found):
            break
        fixable = [finding for finding in found if finding.fix is not None and wanted(finding)]
        words = [finding for finding in fixable if finding.fix and finding.fix.kind is not FixKind.COMMENT]
        better = _better(content, check, found, words or fixable)
        if better is None:
            break
        content, found, done = better
        count += done
    left = sum(finding.fix is not None and wanted(finding) for finding in found)
    return Fixed(content, count, left)


def _better(
    content: bytes, check: CheckContent, found: list[Finding], fixable: Sequence[Finding]
) -> tuple[bytes, list[Finding], int] | None:
    """The content with all of the fixes made that stand up, or with the first that does when not all do together;
    what is wrong with it then, and the number of fixes. None when there is no such."""
    for tried in (fixable, *([finding] for finding in fixable if len(fixable) > 1)):
        if not tried:
            continue
        try:
            result = _with_fixes(content, tried)
        except JcliError:
            continue
        after = check(result)
        if _stands(found, after, tried):
            return result, after, len(tried)
    return None


def _with_fixes(content: bytes, findings: Sequence[Finding]) -> bytes:
    text = content.decode("utf-8")
    comments = [finding.span for finding in findings if finding.span and _kind(finding) is FixKind.COMMENT]
    if comments:
        return _without(text, comments).encode()
    edits: dict[int, list[Edit]] = {}
    for finding in findings:
        edits.setdefault(finding.index, []).append(_edit(finding.path, finding.fix))
    for index, group in edits.items():
        text = apply(text, index, group)
    return text.encode()


def _kind(finding: Finding) -> FixKind | None:
    return finding.fix.kind if finding.fix else None


def _edit(path: Path, fix: Fix | None) -> Edit:
    if fix is None:
        raise EditError("this finding has no fix")
    return RenameKey(path, fix.text) if fix.kind is FixKind.KEY else Replace(path, fix.text)


def _without(text: str, spans: Iterable[Span]) -> str:
    """The text without the comments, and without the lines on which nothing else stands."""
    bare = text.removeprefix(_MARK)
    for span in sorted(spans, reverse=True):
        line = 0
        for _ in range(span.line - 1):
            line = line_end(bare, line)[1]
        begin, end = line + span.column - 1, line + span.end_column - 1
        margin = bare[line_start(bare, begin) : begin]
        rest, following = line_end(bare, end)
        if bare[end:rest].strip():
            bare = bare[:begin] + bare[end:].lstrip(" ")
        elif margin.strip():
            bare = bare[:line] + margin.rstrip(" \t") + bare[rest:]
        else:
            bare = bare[:line] + bare[following:]
    return text[: len(text) - len(text.removeprefix(_MARK))] + bare


def _stands(before: list[Finding], after: list[Finding], fixed: Sequence[Finding]) -> bool:
    """Whether what was fixed is gone and nothing new has come of it: nothing at the places that were changed, nothing
    that an earlier stage finds, and nothing of its own stage. Only the shape of a thing may tell more once it is known
    what the thing is."""
    renamed = {
        (finding.index, finding.path): finding.fix.text
        for finding in fixed
        if finding.fix and finding.fix.kind is FixKind.KEY
    }
    was = Counter((finding.code, finding.index, _moved(finding, renamed)) for finding in before)
    now = Counter((finding.code, finding.index, finding.path) for finding in after)
    places: list[_Place] = [(finding.code, finding.index, _moved(finding, renamed)) for finding in fixed]
    if any(now[place] >= was[place] for place in places):
        return False
    first = min(stage_number(code) for code, _, _ in places)
    for code, document, path in now - was:
        if stage_number(code) < first or (stage_number(code) == first and first > _SHAPE):
            return False
        if any(document == other and path[: len(place)] == place and place for _, other, place in places):
            return False
    return True


def _moved(finding: Finding, renamed: dict[tuple[int, Path], str]) -> Path:
    """The path of a finding after keys on it have been renamed."""
    path = finding.path
    return tuple(renamed.get((finding.index, path[: depth + 1]), step) for depth, step in enumerate(path))
