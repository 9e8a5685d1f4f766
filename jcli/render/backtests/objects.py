"""A backtest for programs: everything, in one JSON object. Times are RFC 3339, nodes are called as in the documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson

from jcli.backtest import Change, Compared, Difference, Lived, Side, Tally, Took, Walked
from jcli.durations import rfc3339
from jcli.model import Instant
from jcli.render.backtests.report import Report
from jcli.render.backtests.wording import sentence
from jcli.render.findings import FORMAT_VERSION


def as_json(report: Report) -> str:
    backtest = report.backtest
    pair = backtest.pair
    assumed = report.assumed
    answer = {
        "formatVersion": FORMAT_VERSION,
        "workspace": report.workspace,
        "from": _side(pair.before),
        "to": _side(pair.after),
        "source": report.source,
        "start": rfc3339(backtest.span.start),
        "end": rfc3339(backtest.span.end),
        "outcomes": {
            "recorded": report.replied,
            "assumed": assumed.status.value if assumed.status else None,
            "afterSeconds": assumed.after / 1000 if assumed.status else None,
        },
        "leftOut": [{"journey": key, "reason": reason} for key, reason in pair.left_out.items()],
        "rejected": [{"line": line, "code": code, "message": message} for line, code, message in report.bad],
        "summary": {
            "events": report.events,
            "rejected": report.passed_over,
            "people": report.totals.people,
            "givenUp": report.totals.given_up,
            "differ": report.totals.differ,
            "journeysThatDiffer": len(report.differing),
        },
        "journeys": [_journey(journey, tally) for journey, tally in report.journeys],
        "people": [_person(one, pair.journeys[one.journey_id]) for one in report.totals.differences],
    }
    return orjson.dumps(answer, option=orjson.OPT_INDENT_2, default=dict).decode() + "\n"


def _side(side: Side) -> dict[str, Any]:
    return {"name": side.name, "journeys": len(side.setting.journeys)}


def _journey(journey: Compared, tally: Tally) -> dict[str, Any]:
    return {
        "key": journey.key,
        "id": journey.id,
        "before": journey.before is not None,
        "after": journey.after is not None,
        "people": tally.people,
        "same": tally.same,
        "differ": tally.differ,
        "entered": _two(*tally.entered),
        "enrollments": _two(*tally.enrollments),
        "goalMet": _two(*tally.goals),
        "changes": {_camel(change): tally.changes[change] for change in Change},
        "nodes": [
            {"node": name, "id": node, **_two(tally.nodes[0][node], tally.nodes[1][node]), "part": tally.parting[node]}
            for node, name in journey.names.items()
        ],
        "ways": [
            {"node": journey.names.get(node, node), "label": label, **_two(*_counts(tally.ways, (node, label)))}
            for node, label in sorted({*tally.ways[0], *tally.ways[1]}, key=lambda way: _place(journey.names, *way))
        ],
        "contents": [
            {"contentId": content, **_two(*_counts(tally.contents, content))}
            for content in sorted({*tally.contents[0], *tally.contents[1]})
        ],
    }


def _place(names: Mapping[str, str], node: str, label: str) -> tuple[int, str, str]:
    return (list(names).index(node) if node in names else len(names), node, label)


def _counts(counters: tuple[Counter[Any], Counter[Any]], key: object) -> tuple[int, int]:
    return counters[0][key], counters[1][key]


def _two(before: int, after: int) -> dict[str, int]:
    return {"before": before, "after": after}


def _person(difference: Difference, journey: Compared) -> dict[str, Any]:
    anonymous, person_id = difference.who
    divergence = difference.divergence
    return {
        "siteId": difference.site_id,
        "endUserId": None if anonymous else person_id,
        "anonymousId": person_id if anonymous else None,
        "journey": journey.key,
        "journeyId": journey.id,
        "changes": [_camel(change) for change in difference.changes],
        "divergence": {
            "change": _camel(divergence.change),
            "at": rfc3339(divergence.at),
            "node": None if divergence.node is None else journey.names.get(divergence.node, divergence.node),
            "nodeId": divergence.node,
            "before": _took(divergence.before),
            "after": _took(divergence.after),
            "because": divergence.because,
            "read": divergence.read,
            "sentence": sentence(difference, journey),
        },
        "before": _lived(difference.before),
        "after": _lived(difference.after),
    }


def _took(took: Took) -> dict[str, Any] | None:
    if took.step is None and took.content is None:
        return None
    step = None if took.step is None else _step(took.step)
    return {**(step or {}), "contentId": took.content}


def _step(step: Walked) -> dict[str, Any]:
    return {
        "node": step.name,
        "enteredAt": rfc3339(step.entered_at),
        "leftAt": _moment(step.left_at),
        "label": step.label,
        "to": step.to_name,
        "ended": step.ended,
        "read": step.detail,
    }


def _lived(lived: Lived | None) -> dict[str, Any] | None:
    if lived is None:
        return None
    return {
        "enteredAt": rfc3339(lived.entered_at),
        "status": lived.status,
        "exitReason": lived.reason,
        "outcome": lived.outcome,
        "endedAt": _moment(lived.ended_at),
        "goalMetAt": _moment(lived.goal_met_at),
        "path": [step.name if step.label is None else f"{step.name} {step.label}" for step in lived.path],
        "contents": [content for content, _, _ in lived.content],
    }


def _moment(instant: Instant | None) -> str | None:
    return None if instant is None else rfc3339(instant)


def _camel(change: Change) -> str:
    first, *rest = change.value.split("_")
    return first + "".join(word.capitalize() for word in rest)
