"""What was suggested, and why something was not reached: a few lines for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from jcli.render.findings import FORMAT_VERSION, counted
from jcli.render.ink import Ink, plain
from jcli.render.trials.coverage import aim_object, said_once
from jcli.trials.coverage import Aspect, Coverage
from jcli.trials.suggesting import Suggestion, Unreached
from jcli.trials.suggesting.writing import case_data

_NO_INK = Ink()
_KINDS = {
    Aspect.NODES: "node",
    Aspect.EDGES: "edge",
    Aspect.LABELS: "label",
    Aspect.TIMEOUTS: "timeout of",
    Aspect.GOALS: "goal",
    Aspect.ENTRIES: "entry",
}


def report(coverage: Coverage, suggestion: Suggestion, ink: Ink = _NO_INK) -> str:
    """How much was covered before and is with the suggested cases, then a line for each thing that is left."""
    reached, whole = coverage.of(Aspect.EDGES)
    missing = sum(item.aim.aspect is Aspect.EDGES for item in suggestion.left)
    head = ink(plain(suggestion.journey), "bold")
    wanting = suggestion.cases or suggestion.left
    found = f"{counted(len(suggestion.cases), 'case')} suggested" if wanting else "nothing is missing"
    lines = [f"{head}: {found}, edges {reached}/{whole}"]
    if whole - missing != reached:
        lines[0] += f" → {whole - missing}/{whole}"
    lines += [_line(item) for item in _told(suggestion.left)]
    return "\n".join(lines) + "\n"


def _told(left: Sequence[Unreached]) -> list[Unreached]:
    """Each thing once, what follows from another thing left out."""
    once = set(said_once(item.aim for item in left))
    return [item for item in left if item.aim in once]


def _line(item: Unreached) -> str:
    kind = _KINDS[item.aim.aspect]
    return f"  not reached: {kind} {plain(str(item.aim))} ({item.reason}: {plain(item.because)})"


def suggestions_json(suggestions: Sequence[Suggestion]) -> str:
    """All suggestions as one document. `cases` are as a test document holds them."""
    answer = {
        "formatVersion": FORMAT_VERSION,
        "suggestions": [
            {
                "journey": one.journey,
                "cases": [case_data(case) for case in one.cases],
                "left": [{**aim_object(item.aim), "reason": item.reason, "because": item.because} for item in one.left],
                "tried": one.tried,
            }
            for one in suggestions
        ],
    }
    return orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
