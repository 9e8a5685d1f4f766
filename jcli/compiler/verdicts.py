"""What checking one file came to, and its plain form: lists, texts and numbers, for another process or another run.

A verdict holds all that the rest of a run asks of a file: what it declares, what is wrong with it, and the facts that
are compared with those of other files. It is true as long as the bytes of the file, the world in which it was judged
(`world_key`), the rules and the edition of jcli are the same; whoever keeps one answers for that. Finding a place in
the text is dear, so places that were asked for after comparing are kept with it: `placed`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from jcli.checks import Facts, Spotted, World
from jcli.checks.facts import NodeFacts, TriggerFacts
from jcli.checks.named import Named, Sort
from jcli.compiler.documents import Head, Rules, Shaped, check_references, check_shapes
from jcli.documents import Document
from jcli.findings import Finding, Fix, FixKind, Ignore, Severity, Span, has_errors
from jcli.model import Kind

Plain = list[Any]
"""The plain form of a verdict. The order of its items is known to this module alone."""

_KINDS = {kind.value: kind for kind in Kind}
_SEVERITIES = {severity.value: severity for severity in Severity}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`names` are those of the documents, as in `journey welcome`. `barred`: an error keeps one of them out of what
    follows, so that `facts` are not of all. `placed` has, by `spot`, the findings of the stage workspace."""

    names: list[str]
    heads: list[Head]
    ignores: list[Ignore]
    findings: list[Finding]
    barred: bool
    facts: list[Facts]
    placed: Mapping[str, Finding] = field(default_factory=dict)


class Opened:
    """One file on its way to a verdict: its shapes are checked, and it waits for the world."""

    __slots__ = ("_names", "_workspace", "shaped")

    def __init__(self, documents: Sequence[Document], unread: list[Finding], workspace: str) -> None:
        self.shaped: Shaped = check_shapes(documents, unread, workspace)
        self._names = [document.name or f"document {document.index + 1}" for document in documents]
        self._workspace = workspace

    def verdict(self, world: World, rules: Rules | None) -> Verdict:
        """The verdict in this world. No two documents may share a key or an id: that is not seen from here."""
        shaped = self.shaped
        referred = check_references(shaped, world, self._workspace, rules, ids=False)
        found = [*shaped.findings, *referred.early, *referred.late]
        barred = bool(shaped.barring or has_errors(referred.early))
        return Verdict(self._names, shaped.heads, shaped.ignores, found, barred, referred.facts)


def world_key(world: World) -> str:
    """What tells one world from another; the order in which things are declared counts."""
    contents = None if world.contents is None else sorted(world.contents)
    told = (world.sites, world.audiences, contents, world.content_types, world.vocabulary, world.named)
    return blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def spot(spotted: Spotted) -> str:
    """What tells a problem of one file from the others that were found by comparing it."""
    return repr((spotted.facts.index, spotted.slug, spotted.severity.value, spotted.problem))


def keepable(opened: Opened) -> bool:
    """Whether the verdict may be kept. What a vocabulary lists is for the processes of one run alone: its files are
    few, and read every time."""
    return all(head.vocabulary is None for head in opened.shaped.heads)


def plain_of(verdict: Verdict) -> Plain:
    return [
        verdict.names,
        [[h.kind.value, h.key, h.id, h.passed, h.content_type, h.vocabulary, list(h.names)] for h in verdict.heads],
        [_plain_ignore(ignore) for ignore in verdict.ignores],
        [_plain_finding(finding) for finding in verdict.findings],
        verdict.barred,
        [_plain_facts(facts) for facts in verdict.facts],
        {place: _plain_finding(finding) for place, finding in verdict.placed.items()},
    ]


def verdict_of(plain: Plain, file: str) -> Verdict:
    """The verdict of a plain form about the file; KeyError, TypeError or ValueError for what is none."""
    names, heads, ignores, findings, barred, facts, placed = plain
    return Verdict(
        names,
        [_head(head) for head in heads],
        [_ignore(one, file) for one in ignores] if ignores else [],
        [_finding(one, file) for one in findings] if findings else [],
        barred,
        [_facts(one, file) for one in facts],
        {place: _finding(one, file) for place, one in placed.items()} if placed else {},
    )


class Judged:
    """A file's verdict in its plain form, made whole when somebody asks for more than the little that most runs do.
    `digest` is of the content that it is about; None: not to be kept."""

    __slots__ = ("_verdict", "digest", "file", "plain")

    def __init__(self, digest: str | None, plain: Plain, file: str) -> None:
        self.digest, self.plain, self.file = digest, plain, file
        self._verdict: Verdict | None = None

    @property
    def names(self) -> list[str]:
        names: list[str] = self.plain[0]
        return names

    @property
    def heads(self) -> list[Head]:
        return [_head(head) for head in self.plain[1]]

    @property
    def findings(self) -> list[Finding]:
        return self.verdict.findings if self.plain[3] else []

    @property
    def ignores(self) -> list[Ignore]:
        return self.verdict.ignores if self.plain[2] else []

    @property
    def barred(self) -> bool:
        return bool(self.plain[4])

    @property
    def placed(self) -> Mapping[str, Finding]:
        return self.verdict.placed if self.plain[6] else {}

    @property
    def verdict(self) -> Verdict:
        if self._verdict is None:
            self._verdict = verdict_of(self.plain, self.file)
        return self._verdict

    @property
    def row(self) -> Plain:
        """What the next run wants of it: all, or of one that is not kept how it compares with others."""
        plain = self.plain
        return [self.digest, plain if self.digest is not None else [[], [], [], [], *plain[4:]]]

    def compares_as(self, before: Plain) -> bool:
        """Whether comparing it with others comes to what it came to before, which was nothing about this file."""
        return not before[6] and self.plain[4:6] == before[4:6]

    def note(self, placed: Mapping[str, Finding]) -> None:
        """Put these findings of the stage workspace in place of its own."""
        if placed.keys() != self.placed.keys():
            self.plain = [*self.plain[:6], {place: _plain_finding(finding) for place, finding in placed.items()}]
            self._verdict = None


def _head(plain: Plain) -> Head:
    kind, key, own_id, passed, content_type, vocabulary, names = plain
    return Head(_KINDS[kind], key, own_id, passed, content_type, vocabulary, tuple(names))


def _plain_facts(facts: Facts) -> Plain:
    return [
        facts.kind.value,
        facts.key,
        facts.id,
        facts.index,
        facts.site,
        facts.audience,
        facts.rules,
        facts.draft,
        [[trigger.node, trigger.type, trigger.config] for trigger in facts.triggers],
        list(facts.contents),
        [list(node) for node in facts.nodes],
        [[one.sort.value, one.name, list(one.path), *one[3:-1], list(one.also)] for one in facts.named],
        sorted(facts.missing),
    ]


def _facts(plain: Plain, file: str) -> Facts:
    kind, key, own_id, index, site, audience, rules, draft, triggers, contents, nodes, named, missing = plain
    return Facts(
        _KINDS[kind],
        key,
        own_id,
        file,
        index,
        site,
        audience,
        rules,
        draft,
        tuple([TriggerFacts(*trigger) for trigger in triggers]),
        tuple(contents),
        tuple([NodeFacts(node, sort, tuple(labels), content) for node, sort, labels, content in nodes]),
        tuple([_named(one) for one in named]),
        frozenset(missing),
    )


def _named(plain: Plain) -> Named:
    sort, name, path, journey, label, at_key, before, after, loose, also = plain
    return Named(Sort(sort), name, tuple(path), journey, label, at_key, before, after, loose, tuple(also))


def _plain_finding(finding: Finding) -> Plain:
    fix = finding.fix
    return [
        finding.code,
        finding.severity.value,
        finding.message,
        list(finding.path),
        _plain_span(finding.span),
        finding.journey,
        finding.node,
        finding.suggestion,
        [_plain_span(span) for span in finding.related],
        finding.document,
        None if fix is None else [fix.kind.value, fix.text],
        finding.index,
    ]


def _finding(plain: Plain, file: str) -> Finding:
    code, severity, message, path, span, journey, node, suggestion, related, document, fix, index = plain
    return Finding(
        code,
        _SEVERITIES[severity],
        message,
        tuple(path),
        file,
        None if span is None else Span(*span),
        journey,
        node,
        suggestion,
        tuple([Span(*one) for one in related]),
        document,
        fix=None if fix is None else Fix(FixKind(fix[0]), fix[1]),
        index=index,
    )


def _plain_ignore(ignore: Ignore) -> Plain:
    return [
        _plain_span(ignore.span),
        ignore.verb,
        list(ignore.slugs),
        ignore.reason,
        ignore.first,
        ignore.last,
        ignore.document,
    ]


def _ignore(plain: Plain, file: str) -> Ignore:
    span, verb, slugs, *rest = plain
    return Ignore(file, Span(*span), verb, tuple(slugs), *rest)


def _plain_span(span: Span | None) -> Plain | None:
    return None if span is None else [span.line, span.column, span.end_line, span.end_column]
