"""What came of cases as JSON: the format that `docs/testing.md` promises to scripts. A field is never renamed or
removed within one `formatVersion`.

It must not leave out what a verdict holds. Where to look next: `jcli/trials/verdicts.py` says what each field means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from jcli.durations import rfc3339
from jcli.findings import Finding, pointer
from jcli.model import Instant
from jcli.render.findings import FORMAT_VERSION
from jcli.render.findings.objects import finding_object
from jcli.trials.verdicts import Done, Mismatch, Outcome, Stood, Taken, Verdict, Way


def as_json(
    verdicts: Sequence[Verdict],
    taken: float,
    *,
    findings: Sequence[Finding] = (),
    barred: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> str:
    """All cases in the order of their documents, what is wrong with those documents, and the summary. `taken` are
    seconds; `more` stands beside it all, under its own names."""
    found = Counter(one.outcome for one in verdicts)
    answer = {
        "formatVersion": FORMAT_VERSION,
        "cases": [case_object(one) for one in verdicts],
        "findings": [finding_object(finding) for finding in findings],
        "leftOut": [{"journey": key, "reason": reason} for key, reason in (barred or {}).items()],
        **(more or {}),
        "summary": {
            "cases": len(verdicts),
            **{outcome.value: found[outcome] for outcome in Outcome},
            "seconds": round(taken, 6),
        },
    }
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
    return orjson.dumps(answer, default=_plain, option=options).decode()


def case_object(verdict: Verdict) -> dict[str, Any]:
    """One case. Instants are RFC 3339, lines and steps count from 1."""
    return {
        "file": verdict.file,
        "line": verdict.line,
        "journey": verdict.journey,
        "case": verdict.name,
        "outcome": verdict.outcome.value,
        "step": None if verdict.step is None else verdict.step + 1,
        "stepLine": verdict.step_line,
        "mismatches": [_mismatch(one) for one in verdict.mismatches],
        "problem": verdict.problem,
        "hint": verdict.hint,
        "startedAt": rfc3339(verdict.start),
        "endedAt": rfc3339(verdict.now),
        "personId": verdict.person_id or None,
        "traits": verdict.traits,
        "steps": [_done(one) for one in verdict.done],
        "enrollments": [_way(one) for one in verdict.ways],
        "deliveries": [{"contentId": content, "status": status} for content, status in verdict.content],
        "walked": {key: _taken(taken) for key, taken in verdict.taken.items()},
        "seconds": round(verdict.seconds, 6),
    }


def _mismatch(one: Mismatch) -> dict[str, Any]:
    return {
        "pointer": pointer(one.path),
        "field": one.field,
        "expected": one.expected,
        "got": one.got,
        "note": one.note,
    }


def _done(one: Done) -> dict[str, Any]:
    return {"step": one.number + 1, "words": one.words, "at": rfc3339(one.at)}


def _way(one: Way) -> dict[str, Any]:
    return {
        "journey": one.journey,
        "status": one.status,
        "exitReason": one.reason,
        "outcome": one.outcome,
        "enrolledAt": rfc3339(one.enrolled),
        "endedAt": _moment(one.ended),
        "goalMetAt": _moment(one.goal),
        "revision": one.revision,
        "steps": [_stood(stood) for stood in one.stood],
    }


def _stood(one: Stood) -> dict[str, Any]:
    return {
        "node": one.node,
        "type": one.type,
        "enteredAt": rfc3339(one.entered),
        "leftAt": _moment(one.left),
        "dueAt": _moment(one.due),
        "label": one.label,
        "target": one.target,
        "cause": one.cause,
        "detail": one.detail,
        "revision": one.revision,
    }


def _taken(one: Taken) -> dict[str, Any]:
    edges = sorted(one.edges, key=lambda edge: (edge[0], edge[1] or "", edge[2]))
    return {
        "nodes": sorted(one.nodes),
        "edges": [{"from": source, "label": label, "to": target} for source, label, target in edges],
        "timeouts": sorted(one.timeouts),
        "exitReasons": sorted(one.reasons),
        "triggers": sorted(one.entered),
        "refusals": sorted(one.refused),
        "goals": sorted(one.goals),
    }


def _moment(instant: Instant | None) -> str | None:
    return None if instant is None else rfc3339(instant)


def _plain(value: object) -> object:
    """What a mapping that is no dict, or a set, is to JSON."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)
