"""A simulation as JSON, for scripts. Shares and intervals are fractions of 1, lengths of time seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from jcli.render.findings import FORMAT_VERSION
from jcli.simulation.counting import Quantiles
from jcli.simulation.estimating import Share
from jcli.simulation.results import JourneyResult, LabelResult, NodeResult, Pressure, Result, SplitResult

Json = Mapping[str, Any]


def as_json(result: Result) -> str:
    """The whole answer, with all that it depends on."""
    asked, question = result.asked, result.asked.question
    answer = {
        "formatVersion": FORMAT_VERSION,
        "model": result.model,
        "seed": asked.seed,
        "people": asked.people,
        "visitors": result.anonymous,
        "visitorsKnownLater": result.linked,
        "days": result.days,
        "confidence": asked.confidence,
        "question": {"lift": question.lift, "power": question.power, "alpha": question.alpha},
        "live": list(result.live),
        "barred": dict(result.barred),
        "journeys": [_journey(journey) for journey in result.journeys],
        "content": _pressure(result.pressure),
    }
    return orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n"


def _journey(journey: JourneyResult) -> Json:
    return {
        "journey": journey.key,
        "name": journey.name,
        "people": _share(journey.people),
        "enrollments": {**journey.statuses, "total": journey.enrollments},
        "outcomes": dict(journey.outcomes),
        "goals": None if journey.goals is None else _share(journey.goals),
        "timeToGoal": _times(journey.to_goal),
        "timeToComplete": _times(journey.to_complete),
        "nodes": [_node(node) for node in journey.nodes],
        "neverReached": list(journey.never),
        "flows": [
            {"source": flow.source, "label": flow.label, "target": flow.target, "count": flow.count}
            for flow in journey.flows
        ],
        "splits": [_split(split) for split in journey.splits],
    }


def _node(node: NodeResult) -> Json:
    return {
        "nodeId": node.id,
        "node": node.name,
        "type": node.type.value,
        "reached": _share(node.reached),
        "visits": node.visits,
        "here": node.here,
        "left": dict(node.left),
        "ended": dict(node.ended),
    }


def _split(split: SplitResult) -> Json:
    return {
        "node": split.node,
        "baseline": split.baseline,
        "peopleNeeded": split.people,
        "labels": [_label(label) for label in split.labels],
    }


def _label(label: LabelResult) -> Json:
    needed = label.needed
    return {
        "label": label.label,
        "enrollments": label.enrollments,
        "goals": _share(label.goals),
        "needed": None if needed is None else {"baseline": needed.baseline, "other": needed.other},
    }


def _pressure(pressure: Pressure) -> Json:
    return {
        "deliveries": pressure.deliveries,
        "weeks": pressure.weeks,
        "mean": pressure.mean,
        "p90": pressure.ninetieth,
        "max": pressure.most,
        "cap": pressure.cap,
        "shareOfWeeksAboveCap": pressure.weeks_above,
        "peopleAboveCap": _share(pressure.people_above),
        "withinADay": [
            {"journeys": list(meeting.journeys), "people": _share(meeting.people)} for meeting in pressure.meetings
        ],
    }


def _share(share: Share) -> Json:
    return {"count": share.count, "of": share.total, "share": share.share, "low": share.low, "high": share.high}


def _times(times: Quantiles) -> Json:
    return {"count": times.count, "p50Seconds": _seconds(times.median), "p90Seconds": _seconds(times.ninetieth)}


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
