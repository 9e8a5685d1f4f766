"""A workspace's documents -> checks -> journeys, sites, audiences and contents, with everything that is wrong.

Five stages; a document that fails one of the first three is not judged by the next, all others still are. A site that
is itself wrong still counts as declared, so that one mistake is told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from jcli.canonical import (
    Form,
    Outline,
    OutlineNode,
    Places,
    canonical,
    document_id,
    edge_ids,
    fingerprint,
    item_of_document,
    journey_of,
    node_id,
    outline_of_document,
)
from jcli.checks import (
    OFF,
    AudienceSubject,
    Declaration,
    Facts,
    Referrer,
    Spotted,
    Subject,
    Together,
    TrialSubject,
    World,
    facts_of_audience,
    facts_of_content,
    facts_of_journey,
    facts_of_trial,
    named_documents,
    run_audience,
    run_declarations,
    run_graph,
    run_references,
    run_trial,
    run_values,
    run_workspace,
    stamp,
)
from jcli.checks.shape import check_document
from jcli.checks.silencing import silenced
from jcli.checks.vocabulary import Vocabulary, add_up, vocabulary_of
from jcli.compiler.zones import is_timezone
from jcli.documents import Document
from jcli.findings import Finding, Ignore, Severity, has_errors, in_source_order
from jcli.graph import JourneyGraph
from jcli.model import Audience, Content, Item, Journey, Kind

Rules = Mapping[str, Severity | None]


@dataclass(frozen=True)
class Source:
    """A document that passed, as what it describes. Its form is made when it is first asked for, and kept: the plan
    that is shown and the sync that follows both want it."""

    kind: Kind
    key: str
    item: Item
    document: Document
    places: Places

    @cached_property
    def form(self) -> Form:
        """The canonical form."""
        return canonical(self.item)

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self.form)


@dataclass(frozen=True, slots=True)
class Compilation:
    """`sources` are the documents for a store that passed read, shape and reference checks. `findings` are all, in
    source order, `barring` those of them that bar a sync: not what is wrong with a test or whoever it is about.
    `graph_errors` are by journey key what bars publish, also of a `draft: true` journey."""

    sources: Mapping[tuple[Kind, str], Source]
    findings: list[Finding]
    graph_errors: Mapping[str, list[Finding]]
    barring: list[Finding]
    files: int
    documents: int

    @property
    def bars_sync(self) -> bool:
        return bool(self.barring)


def compile_documents(
    documents: Sequence[Document],
    read_findings: Iterable[Finding],
    workspace: str,
    rules: Rules | None = None,
    *,
    files: int | None = None,
) -> Compilation:
    """Check all documents of a workspace. `read_findings` are those of the reader, `workspace` the slug that ids are
    derived from, `rules` the severities of `jcli.yaml` (None: off)."""
    shaped = check_shapes(documents, read_findings, workspace)
    world = world_of(shaped.heads)
    referred = check_references(shaped, world, workspace, rules)
    beside = run_declarations(shaped.passed)
    early = [*shaped.findings, *beside, *referred.early]
    barring = in_source_order([*shaped.barring, *_of_stores(beside, shaped.passed), *referred.early])
    spotted = compare_documents(referred.facts, rules, complete=not barring)
    return Compilation(
        referred.sources,
        silenced([*early, *referred.late, *place(spotted, shaped.passed)], shaped.ignores, rules or {}),
        {key: found for key, found in referred.graph_errors.items() if found},
        barring,
        len({document.file for document in documents}) if files is None else files,
        len(documents),
    )


def _of_stores(findings: Iterable[Finding], declarations: Iterable[Declaration]) -> list[Finding]:
    """The findings of documents that are more than a rehearsal."""
    found = list(findings)
    if not found:
        return []
    places = {(one.document.file, one.document.index) for one in declarations if one.kind.rehearses}
    return [finding for finding in found if (finding.file, finding.index) not in places]


class Head(NamedTuple):
    """What other documents may see of a document: what it declares, and whether its shape passed. A content that did
    has its `content_type`, a vocabulary what it lists, a test the `names` of the documents that it is about."""

    kind: Kind
    key: str
    id: str
    passed: bool
    content_type: str | None = None
    vocabulary: Vocabulary | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shaped:
    """Documents after the stages that look at each alone, read and shape. `barring` are those of the findings that bar
    a sync."""

    passed: list[Declaration]
    heads: list[Head]
    findings: list[Finding]
    barring: list[Finding]
    ignores: list[Ignore]


@dataclass(frozen=True, slots=True)
class Referred:
    """Documents after the stages that look at each with the world around it. `early` are findings of the references,
    `late` of the graph; `facts` are what the stage workspace compares."""

    sources: dict[tuple[Kind, str], Source]
    early: list[Finding]
    late: list[Finding]
    graph_errors: dict[str, list[Finding]]
    facts: list[Facts]


def check_shapes(documents: Iterable[Document], read_findings: Iterable[Finding], workspace: str) -> Shaped:
    findings = list(read_findings)
    barring = list(findings)
    passed: list[Declaration] = []
    heads: list[Head] = []
    ignores: list[Ignore] = []
    for document in documents:
        ignores += document.ignores
        problems = list(_shape(document))
        if problems:
            findings += problems
            barring += () if document.kind is not None and document.kind.rehearses else problems
        if document.kind is None or document.key is None:
            continue
        pinned = document.data.get("id")
        own_id = pinned if pinned and isinstance(pinned, str) else document_id(workspace, document.kind, document.key)
        heads.append(_head(document, document.kind, document.key, own_id, not problems))
        if not problems:
            passed.append(Declaration(document, document.kind, document.key, own_id))
    return Shaped(passed, heads, findings, barring, ignores)


def _head(document: Document, kind: Kind, key: str, own_id: str, passed: bool) -> Head:
    if passed and kind is Kind.CONTENT:
        return Head(kind, key, own_id, passed, content_type=document.data["contentType"])
    if passed and kind is Kind.VOCABULARY:
        return Head(kind, key, own_id, passed, vocabulary=vocabulary_of(document.data))
    if passed and kind.rehearses:
        names = named_documents(TrialSubject(kind, document.data).named)
        return Head(kind, key, own_id, passed, names=tuple(sorted(names)))
    return Head(kind, key, own_id, passed)


def world_of(heads: Iterable[Head]) -> World:
    """What the references of a workspace can point to; a document whose shape is wrong is declared all the same. What a
    vocabulary lists whose shape is wrong is not known, so there is no vocabulary then."""
    declared: dict[Kind, dict[str, str]] = {kind: {} for kind in Kind}
    types: dict[str, str] = {}
    listed: list[Vocabulary | None] = []
    names: set[str] = set()
    for head in heads:
        declared[head.kind][head.key] = head.id
        if head.names:
            names.update(head.names)
        if head.content_type is not None:
            types[head.key] = head.content_type
        elif head.kind is Kind.VOCABULARY:
            listed.append(head.vocabulary)
    known = [vocabulary for vocabulary in listed if vocabulary is not None]
    return World(
        sites=declared[Kind.SITE] or None,
        audiences=declared[Kind.AUDIENCE],
        contents=frozenset(declared[Kind.CONTENT]) or None,
        content_types=types,
        vocabulary=add_up(known)[0] if known and len(known) == len(listed) else None,
        named={name: _is_declared(name, declared) for name in sorted(names)},
    )


def _is_declared(name: str, declared: Mapping[Kind, Mapping[str, str]]) -> bool:
    kind, _, key = name.partition(" ")
    return key in declared[Kind(kind)]


def declared_once(heads: Iterable[Head]) -> bool:
    """Whether no two documents share a key or an id, or say different things, so that there is nothing to tell of one
    beside the other."""
    passed = [head for head in heads if head.passed and head.kind is not Kind.TEST]  # tests may share a key
    keys = {(head.kind, head.key) for head in passed}
    if not len(keys) == len({(head.kind, head.id) for head in passed}) == len(passed):
        return False
    _, clashes = add_up(head.vocabulary for head in passed if head.vocabulary is not None)
    return not clashes


def check_references(
    shaped: Shaped, world: World, workspace: str, rules: Rules | None = None, *, ids: bool = True
) -> Referred:
    """The stages references and graph. Without `ids` the journeys are only fit to be judged: their nodes go by their
    keys and their edges by numbers, which spares the work of deriving ids and changes no finding. Where the document
    itself may speak of ids (`nodeMap`), they are derived all the same."""
    severities = _severities(rules)
    referred = Referred({}, [], [], {}, [])
    for declaration in shaped.passed:
        if declaration.kind.stays:  # it describes nothing that a store holds
            if declaration.kind.rehearses:
                _try(declaration, world, severities, referred)
            continue
        speaks_of_ids = "nodeMap" in declaration.document.data
        source, findings = _refer(declaration, world, workspace, ids or speaks_of_ids)
        referred.early.extend(findings)
        if source is None or (declaration.kind, declaration.key) in referred.sources:
            continue  # the second document of a key has its finding already
        referred.sources[declaration.kind, declaration.key] = source
        document, item = source.document, source.item
        if isinstance(item, Journey):
            subject = _subject(source, world)
            found = run_graph(subject, severities, document=document, key=source.key)
            referred.graph_errors[source.key] = [finding for finding in found if finding.severity is Severity.ERROR]
            referred.late.extend(_drafted(document, found))
            draft = document.data.get("draft") is True
            graph = subject.graph if world.named and f"journey {source.key}" in world.named else None
            place = (source.key, document.file, document.index)
            referred.facts.append(facts_of_journey(item, source.places, *place, draft=draft, graph=graph))
        elif isinstance(item, Audience):
            audience = AudienceSubject(item, source.key, world)
            referred.late.extend(run_audience(audience, severities, document=document))
            referred.facts.append(facts_of_audience(item, source.key, document.file, document.index))
        elif isinstance(item, Content):
            referred.facts.append(facts_of_content(item, document.file, document.index))
    return referred


def compare_documents(facts: Sequence[Facts], rules: Rules | None = None, *, complete: bool) -> list[Spotted]:
    """The stage workspace: documents beside each other, wherever they were read. `complete` says that no error of an
    earlier stage keeps anything out."""
    return run_workspace(Together(facts, complete), _severities(rules))


def place(spotted: Iterable[Spotted], declarations: Iterable[Declaration]) -> list[Finding]:
    """The findings of the stage workspace about these documents, with their places."""
    waiting = list(spotted)
    if not waiting:
        return []
    documents = {(item.document.file, item.document.index): item.document for item in declarations}
    return [found.finding(documents[found.facts.file, found.facts.index]) for found in waiting]


def _severities(rules: Rules | None) -> dict[str, str]:
    return {slug: OFF if severity is None else severity.value for slug, severity in (rules or {}).items()}


def _shape(document: Document) -> Iterator[Finding]:
    for shape in check_document(document.kind, document.data):
        journey = document.key if document.kind is Kind.JOURNEY else None
        node = _node_of(shape.problem.path)
        yield stamp(shape.slug, Severity.ERROR, shape.problem, document, journey=journey, node=node)


def _node_of(path: tuple[str | int, ...]) -> str | None:
    return str(path[1]) if len(path) > 1 and path[0] == "nodes" else None


def _refer(declaration: Declaration, world: World, workspace: str, ids: bool) -> tuple[Source | None, list[Finding]]:
    """Reference findings of a document and, when there are none that bar it, what it describes."""
    document, kind, key = declaration.document, declaration.kind, declaration.key
    outline = outline_of_document(document) if kind is Kind.JOURNEY else Outline(document.data, (), (), key)
    findings: list[Finding] = []
    if kind in (Kind.JOURNEY, Kind.AUDIENCE):
        findings = run_values(outline, kind, document=document, is_timezone=is_timezone)
        findings = findings or run_references(Referrer(outline, world, kind), document=document)
    if has_errors(findings):
        return None, findings
    site_id = _resolved(document, Kind.SITE, "siteId", world.sites, workspace)
    places = Places()
    item: Item
    if kind is Kind.JOURNEY:
        item, places = journey_of(
            outline,
            declaration.id,
            site_id=site_id or "",
            audience_id=_resolved(document, Kind.AUDIENCE, "audienceId", world.audiences, workspace),
            node_ids=(lambda node: node.pinned or node_id(declaration.id, node.ref or "")) if ids else _key_of,
            edge_ids=edge_ids if ids else _numbers,
        )
    else:
        item = item_of_document(kind, key, document.data, declaration.id, site_id)
    return Source(kind, key, item, document, places), findings


def _key_of(node: OutlineNode) -> str:
    return node.ref or ""


def _numbers(_journey_id: str, ends: Sequence[object]) -> list[str]:
    return list(map(str, range(len(ends))))


def _resolved(
    document: Document, kind: Kind, id_field: str, known: Mapping[str, str] | None, workspace: str
) -> str | None:
    """The id that a reference by key, or by id, means. The key of a site that no document declares (possible where
    none is declared at all) has the id that its document would get."""
    key = document.data.get(kind.value)
    if key is None or document.kind is kind:
        value: str | None = document.data.get(id_field)
        return value
    return (known or {}).get(key) or document_id(workspace, kind, key)


def _subject(source: Source, world: World) -> Subject:
    assert isinstance(source.item, Journey)
    moves = source.document.data.get("nodeMap") or {}
    return Subject(source.item, JourneyGraph(source.item), source.places, world, moves)


def _try(declaration: Declaration, world: World, severities: Mapping[str, str], referred: Referred) -> None:
    """A test, or a person whom tests share."""
    document = declaration.document
    subject = TrialSubject(declaration.kind, document.data, world)
    referred.late.extend(run_trial(subject, severities, document=document))
    place = (declaration.key, declaration.id, document.file, document.index)
    referred.facts.append(facts_of_trial(subject, *place))


def _drafted(document: Document, findings: list[Finding]) -> list[Finding]:
    """`draft: true` turns what bars publish into warnings."""
    if document.data.get("draft") is not True:
        return findings
    return [replace(finding, severity=Severity.WARNING) for finding in findings]
