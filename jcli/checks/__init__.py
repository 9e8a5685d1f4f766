"""The checks: one catalogue, one module a check, and the runners that put slug and severity on what they yield.

A check is a module: its name is its slug (`dead_end` is `dead-end`), its docstring its documentation, with samples
that run as tests. Those of the stages `read` and `shape` only document: `jcli/documents/reader.py` and
`jcli/checks/shape.py` find them. Checks are pure and yield `Problem`s; nothing registers itself. To add one, write
the module, add its line to `CATALOGUE`, its folder to `tests/cases`, and run `docs/generate_checks.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import ModuleType

from jcli.canonical import Outline
from jcli.checks import (
    alias,
    ambiguous_way,
    conflicting_type,
    content_type_mismatch,
    cycle_without_wait,
    dead_end,
    duplicate_case,
    duplicate_id,
    duplicate_journey,
    duplicate_key,
    edge_into_trigger,
    edge_out_of_exit,
    encoding,
    expects_nothing,
    goal_missing,
    holdout_content,
    idle_node_map,
    idle_setting,
    idle_trigger,
    impossible_rule,
    late_deadline,
    missing_field,
    missing_way,
    no_timeout,
    no_trigger,
    no_way_to_end,
    past_deadline,
    repeated_content,
    same_trigger,
    same_ways,
    settled_goal_check,
    shadowed_branch,
    split_weights,
    syntax,
    too_large,
    unknown_audience,
    unknown_content,
    unknown_event,
    unknown_field,
    unknown_journey,
    unknown_node,
    unknown_parameter,
    unknown_person,
    unknown_property,
    unknown_site,
    unknown_trait,
    unknown_way,
    unreachable_node,
    unused_audience,
    unused_content,
    unused_ignore,
    unused_parameter,
    wrong_trait_type,
    wrong_type,
    wrong_value,
)
from jcli.checks.facts import (
    Facts,
    Together,
    facts_of_audience,
    facts_of_content,
    facts_of_journey,
    facts_of_trial,
    named_documents,
)
from jcli.checks.stamping import Spotted, node_at, stamp
from jcli.checks.subject import AudienceSubject, Declaration, Referrer, Subject, TrialSubject, World
from jcli.checks.thinning import first_of
from jcli.documents import Document
from jcli.findings import Finding, Path, Problem, Severity
from jcli.model import Kind

__all__ = [
    "BARRING",
    "CATALOGUE",
    "OFF",
    "AudienceSubject",
    "Check",
    "Declaration",
    "Facts",
    "Referrer",
    "Spotted",
    "Stage",
    "Subject",
    "Together",
    "TrialSubject",
    "World",
    "adjustable_slugs",
    "check_of",
    "facts_of_audience",
    "facts_of_content",
    "facts_of_journey",
    "facts_of_trial",
    "known_slugs",
    "named_documents",
    "run_audience",
    "run_declarations",
    "run_graph",
    "run_references",
    "run_trial",
    "run_values",
    "run_workspace",
    "stage_number",
    "stamp",
]

OFF = "off"
"""Besides the severities, what `rules` in `jcli.yaml` may say of a check."""


class Stage(StrEnum):
    """In this order; a document that fails one of the first three is not judged by the next. The others judge all that
    passed those: the graph each document by itself, the workspace one beside the other, the tests those documents that
    try journeys out, and the comments what was found."""

    READ = "read"
    SHAPE = "shape"
    REFERENCES = "references"
    GRAPH = "graph"
    WORKSPACE = "workspace"
    TESTS = "tests"
    COMMENTS = "comments"


BARRING = frozenset({Stage.READ, Stage.SHAPE, Stage.REFERENCES})
"""An error of these stages bars sync: what they refuse could not be stored."""


@dataclass(frozen=True, slots=True)
class Check:
    """`kinds` are the documents that a graph check judges: journeys by `check`, audiences by `check_audience`, tests
    and persons by `check_trial`. Any check may judge tests beside all other documents by `check_tests`."""

    module: ModuleType
    stage: Stage
    severity: Severity = Severity.ERROR
    kinds: frozenset[Kind] = frozenset({Kind.JOURNEY})

    @property
    def slug(self) -> str:
        return _slug(self.module)


def _slug(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2].replace("_", "-")


_RULES = frozenset({Kind.JOURNEY, Kind.AUDIENCE})
_TRIALS = frozenset({Kind.TEST, Kind.PERSON})
_REHEARSING = _TRIALS | {Kind.MODEL}

CATALOGUE: tuple[Check, ...] = (
    Check(syntax, Stage.READ),
    Check(duplicate_key, Stage.READ),
    Check(alias, Stage.READ),
    Check(too_large, Stage.READ),
    Check(encoding, Stage.READ),
    Check(unknown_field, Stage.SHAPE),
    Check(missing_field, Stage.SHAPE),
    Check(wrong_type, Stage.SHAPE),
    Check(wrong_value, Stage.SHAPE),
    Check(unknown_node, Stage.REFERENCES),
    Check(unknown_site, Stage.REFERENCES),
    Check(unknown_audience, Stage.REFERENCES),
    Check(unknown_content, Stage.REFERENCES),
    Check(duplicate_journey, Stage.REFERENCES),
    Check(duplicate_id, Stage.REFERENCES),
    Check(conflicting_type, Stage.REFERENCES),
    Check(no_trigger, Stage.GRAPH),
    Check(unreachable_node, Stage.GRAPH),
    Check(edge_into_trigger, Stage.GRAPH),
    Check(edge_out_of_exit, Stage.GRAPH),
    Check(ambiguous_way, Stage.GRAPH),
    Check(missing_way, Stage.GRAPH),
    Check(unknown_way, Stage.GRAPH),
    Check(cycle_without_wait, Stage.GRAPH),
    Check(no_way_to_end, Stage.GRAPH),
    Check(split_weights, Stage.GRAPH),
    Check(goal_missing, Stage.GRAPH),
    Check(unknown_event, Stage.GRAPH, kinds=_RULES | _REHEARSING),
    Check(unknown_trait, Stage.GRAPH, kinds=_RULES | _REHEARSING),
    Check(unknown_property, Stage.GRAPH, kinds=_REHEARSING | {Kind.JOURNEY}),
    Check(wrong_trait_type, Stage.GRAPH, kinds=_RULES | _REHEARSING),
    Check(content_type_mismatch, Stage.GRAPH, Severity.WARNING),
    Check(dead_end, Stage.GRAPH, Severity.WARNING),
    Check(impossible_rule, Stage.GRAPH, Severity.WARNING, _RULES),
    Check(shadowed_branch, Stage.GRAPH, Severity.WARNING),
    Check(no_timeout, Stage.GRAPH, Severity.WARNING),
    Check(late_deadline, Stage.GRAPH, Severity.WARNING),
    Check(past_deadline, Stage.GRAPH, Severity.WARNING),
    Check(settled_goal_check, Stage.GRAPH, Severity.WARNING),
    Check(holdout_content, Stage.GRAPH, Severity.WARNING),
    Check(same_ways, Stage.GRAPH, Severity.WARNING),
    Check(repeated_content, Stage.GRAPH, Severity.WARNING),
    Check(idle_trigger, Stage.GRAPH, Severity.WARNING),
    Check(idle_setting, Stage.GRAPH, Severity.WARNING),
    Check(idle_node_map, Stage.GRAPH, Severity.WARNING),
    Check(same_trigger, Stage.WORKSPACE, Severity.WARNING),
    Check(unused_audience, Stage.WORKSPACE, Severity.WARNING),
    Check(unused_content, Stage.WORKSPACE, Severity.WARNING),
    Check(unknown_journey, Stage.TESTS, kinds=_REHEARSING),
    Check(unknown_person, Stage.TESTS, kinds=_TRIALS),
    Check(duplicate_case, Stage.TESTS, kinds=_TRIALS),
    Check(unknown_parameter, Stage.TESTS, kinds=_TRIALS),
    Check(unused_parameter, Stage.TESTS, Severity.WARNING, _TRIALS),
    Check(expects_nothing, Stage.TESTS, Severity.WARNING, _TRIALS),
    Check(unused_ignore, Stage.COMMENTS, Severity.WARNING),
)

_STAGES = tuple(Stage)
_BY_SLUG: Mapping[str, Check] = {check.slug: check for check in CATALOGUE}
_GRAPH = tuple((check.slug, check) for check in CATALOGUE if check.stage is Stage.GRAPH and Kind.JOURNEY in check.kinds)
_AUDIENCE = tuple(
    (check.slug, check) for check in CATALOGUE if check.stage is Stage.GRAPH and Kind.AUDIENCE in check.kinds
)
_WORKSPACE = tuple((check.slug, check) for check in CATALOGUE if check.stage is Stage.WORKSPACE)
_TRIAL = tuple((check.slug, check) for check in CATALOGUE if hasattr(check.module, "check_trial"))
_TESTS = tuple((check.slug, check) for check in CATALOGUE if hasattr(check.module, "check_tests"))
_ADJUSTABLE = frozenset(check.slug for check in CATALOGUE if check.stage not in BARRING)


def known_slugs() -> frozenset[str]:
    """The slugs of all checks."""
    return frozenset(_BY_SLUG)


def stage_number(slug: str) -> int:
    """Which stage finds it, from 0: what a document fails hides what later stages would find."""
    return _STAGES.index(_BY_SLUG[slug].stage)


def adjustable_slugs() -> frozenset[str]:
    """The slugs whose severity `rules` may change: all but those of the stages that bar sync. What those refuse could
    not be stored, so they stay errors."""
    return _ADJUSTABLE


def check_of(slug: str) -> Check | None:
    """The check of this slug."""
    return _BY_SLUG.get(slug)


def run_values(
    outline: Outline,
    kind: Kind = Kind.JOURNEY,
    *,
    document: Document | None = None,
    is_timezone: Callable[[str], bool] | None = None,
) -> list[Finding]:
    """What a JSON Schema cannot decide about values (stage shape) in a journey or an audience that passed it.

    `is_timezone` says whether a name is an IANA time zone's; knowing them all takes the disk, so it comes in from
    the top. Without it names are not judged beyond their form, which the schema knows.
    """
    problems = first_of(list(wrong_value.check(outline, kind, is_timezone)))
    return [_of_outline(wrong_value, problem, Severity.ERROR, outline, document) for problem in problems]


def run_references(referrer: Referrer, *, document: Document | None = None) -> list[Finding]:
    """Findings about one document or request body alone. What a request names outside of itself may be managed
    elsewhere, so there it is a warning; nodes are its own and always an error."""
    outline = referrer.outline
    elsewhere = Severity.WARNING if document is None and outline.key is None else Severity.ERROR
    findings = []
    for module, severity in (
        (unknown_node, Severity.ERROR),
        (unknown_site, elsewhere),
        (unknown_audience, elsewhere),
        (unknown_content, elsewhere),
        (duplicate_id, Severity.ERROR),
    ):
        problems = first_of(list(module.check(referrer)))
        findings += [_of_outline(module, found, severity, outline, document) for found in problems]
    return findings


def run_declarations(declarations: Sequence[Declaration]) -> list[Finding]:
    """Findings that compare the documents of a workspace with each other."""
    findings = []
    for module in (duplicate_journey, duplicate_id, conflicting_type):
        for declaration, problem in module.check_all(declarations):
            journey = declaration.key if declaration.kind is Kind.JOURNEY else None
            findings.append(stamp(_slug(module), Severity.ERROR, problem, declaration.document, journey=journey))
    return findings


def run_graph(
    subject: Subject,
    severities: Mapping[str, str] | None = None,
    *,
    document: Document | None = None,
    key: str | None = None,
) -> list[Finding]:
    """Findings of the graph checks.

    `severities` is `rules` of `jcli.yaml`: slug -> `error`, `warning` or `off`. `key` is the journey's key (its id
    when None).
    """
    found = []
    for slug, severity, judge in _asked(tuple(severities.items()) if severities else ()):
        if problems := [*judge(subject)]:
            found += [(slug, severity, problem) for problem in first_of(problems)]
    if not found:
        return []
    owners = _owners(subject)
    journey = key or subject.journey.id
    return [
        stamp(slug, severity, problem, document, journey=journey, node=owners.get(problem.path[:2]))
        for slug, severity, problem in found
    ]


@lru_cache(maxsize=16)
def _asked(
    rules: tuple[tuple[str, str], ...],
) -> tuple[tuple[str, Severity, Callable[[Subject], Iterable[Problem]]], ...]:
    """The graph checks of journeys that are not off, each with its severity. Every journey asks for the same."""
    settings = {slug: dict(rules).get(slug, check.severity) for slug, check in _GRAPH}
    return tuple(
        (slug, Severity(settings[slug]), check.module.check) for slug, check in _GRAPH if settings[slug] != OFF
    )


def run_audience(
    subject: AudienceSubject, severities: Mapping[str, str] | None = None, *, document: Document | None = None
) -> list[Finding]:
    """Findings of the graph checks that judge audiences; `severities` as for `run_graph`."""
    rules = severities or {}
    return [
        stamp(slug, Severity(setting), problem, document)
        for slug, check in _AUDIENCE
        if (setting := rules.get(slug, check.severity)) != OFF
        for problem in check.module.check_audience(subject)
    ]


def run_trial(
    subject: TrialSubject, severities: Mapping[str, str] | None = None, *, document: Document | None = None
) -> list[Finding]:
    """What is wrong with a test or a person alone; `severities` as for `run_graph`."""
    rules = severities or {}
    return [
        stamp(slug, Severity(setting), problem, document)
        for slug, check in _TRIAL
        if (setting := rules.get(slug, check.severity)) != OFF
        for problem in check.module.check_trial(subject)
    ]


def run_workspace(together: Together, severities: Mapping[str, str] | None = None) -> list[Spotted]:
    """What is wrong with documents beside each other; `severities` as for `run_graph`."""
    rules = severities or {}
    judges = [(slug, check.severity, check.module.check_workspace) for slug, check in _WORKSPACE]
    if together.trials:
        judges += [(slug, check.severity, check.module.check_tests) for slug, check in _TESTS]
    return [
        Spotted(owner, slug, Severity(setting), problem)
        for slug, severity, judge in judges
        if (setting := rules.get(slug, severity)) != OFF
        for owner, problem in judge(together)
    ]


def _owners(subject: Subject) -> dict[Path, str]:
    """Path of a node -> what its author calls it; in a request also path of an edge -> the node that it leaves."""
    places = subject.places
    owners = {path: places.name(node_id) for node_id, path in places.nodes.items()}
    return owners | {places.edge(edge.id): places.name(edge.source) for edge in subject.journey.edges}


def _of_outline(
    module: ModuleType, problem: Problem, severity: Severity, outline: Outline, document: Document | None
) -> Finding:
    return stamp(_slug(module), severity, problem, document, journey=outline.key, node=node_at(outline, problem.path))
