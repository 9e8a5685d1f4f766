"""Which warnings the comments in the files silence, and which comments silence nothing.

Asked last, when the findings of all stages and all documents are known: a pure function of them. The comments are read
by `jcli/documents/comments.py`; what is said of those without use is in `unused_ignore`. However many findings and
comments a file has, each is looked up and not compared with all others.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from jcli.checks import BARRING, CATALOGUE, Stage, adjustable_slugs, check_of, unused_ignore
from jcli.checks.nearest import Suggestions
from jcli.checks.unused_ignore import Silence
from jcli.findings import Finding, Ignore, Severity, in_source_order

_SLUG = "unused-ignore"
_ALONE = frozenset({Stage.GRAPH})
"""Stages that judge a document by itself; others may wait for a document elsewhere to be mended."""

_Lines = Mapping[tuple[str, str], Sequence[int]]
"""File and slug -> the lines on which such findings begin, in order."""


def silenced(
    findings: Iterable[Finding], ignores: Sequence[Ignore], rules: Mapping[str, Severity | None]
) -> list[Finding]:
    """The findings in source order without the warnings that a comment silences, and with those about the comments.
    `rules` are the severities of `jcli.yaml` (None: off)."""
    if not ignores:
        return in_source_order(findings)
    known = list(findings)
    reach = _reach(ignores)
    kept = [finding for finding in known if not _is_silenced(finding, reach)]
    severity = rules.get(_SLUG, Severity.WARNING)
    if severity is not None:
        kept += _unused(ignores, known, severity)
    return in_source_order(kept)


def _reach(ignores: Iterable[Ignore]) -> Mapping[tuple[str, str], tuple[list[int], list[int]]]:
    """File and slug -> the first and the last lines of where it is silenced, in order and apart from each other."""
    spans: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for ignore in ignores:
        for slug in ignore.slugs if ignore.verb == "ignore" else ():
            spans[ignore.file, slug].append((ignore.first, ignore.last))
    reach = {}
    for key, found in spans.items():
        firsts: list[int] = []
        lasts: list[int] = []
        for first, last in sorted(found):
            if lasts and first <= lasts[-1]:
                lasts[-1] = max(last, lasts[-1])
            else:
                firsts.append(first)
                lasts.append(last)
        reach[key] = firsts, lasts
    return reach


def _is_silenced(finding: Finding, reach: Mapping[tuple[str, str], tuple[list[int], list[int]]]) -> bool:
    lines = reach.get((finding.file or "", finding.code))
    if lines is None or finding.span is None or finding.severity is not Severity.WARNING:
        return False
    firsts, lasts = lines
    index = bisect_right(firsts, finding.span.line) - 1
    return index >= 0 and finding.span.line <= lasts[index]


def _unused(ignores: Iterable[Ignore], known: list[Finding], severity: Severity) -> Iterator[Finding]:
    adjustable = adjustable_slugs()
    slugs = {check.slug: check.slug in adjustable for check in CATALOGUE}
    suggestions = Suggestions()
    errors = [finding for finding in known if finding.severity is Severity.ERROR]
    wrong = _lines(errors)
    warned = _lines(finding for finding in known if finding.severity is Severity.WARNING)
    barring = {finding.file for finding in errors if (check := check_of(finding.code)) and check.stage in BARRING}
    for ignore in ignores:
        silence = Silence(
            ignore,
            silenced=[slug for slug in ignore.slugs if _stands(slug, ignore, warned)],
            errors=[slug for slug in ignore.slugs if _stands(slug, ignore, wrong)],
            open=[slug for slug in ignore.slugs if _may_come(slug, ignore.file, barring)],
            adjustable=slugs,
            suggestions=suggestions,
        )
        for problem in unused_ignore.check(silence):
            kind, _, key = (ignore.document or "").partition(" ")
            journey = key if kind == "journey" else None
            yield Finding(
                _SLUG,
                severity,
                problem.message,
                file=ignore.file,
                span=ignore.span,
                journey=journey,
                document=ignore.document,
                fix=problem.fix,
            )


def _lines(findings: Iterable[Finding]) -> _Lines:
    lines: dict[tuple[str, str], list[int]] = defaultdict(list)
    for finding in findings:
        if finding.file is not None and finding.span is not None:
            lines[finding.file, finding.code].append(finding.span.line)
    return {key: sorted(found) for key, found in lines.items()}


def _stands(slug: str, ignore: Ignore, lines: _Lines) -> bool:
    """Whether a finding of the slug begins within the reach of the comment."""
    found = lines.get((ignore.file, slug), ())
    index = bisect_left(found, ignore.first)
    return index < len(found) and found[index] <= ignore.last


def _may_come(slug: str, file: str, barring: Collection[str | None]) -> bool:
    """Whether errors that keep the later checks from looking may hide a finding of this one."""
    check = check_of(slug)
    alone = check is not None and check.stage in _ALONE
    return file in barring or bool(barring and not alone)
