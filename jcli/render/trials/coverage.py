"""Coverage as a table for people, and as JSON for programs.

The table names what is missing, each thing once: an edge that no case walked is not told again as a label, a timeout
and the node behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from jcli.render.findings import FORMAT_VERSION
from jcli.render.ink import Ink, plain, width
from jcli.render.tables import table
from jcli.trials.coverage import KEPT_OUT, Aim, Aspect, Coverage, covered, percent

_NO_INK = Ink()
_MOST = 12
_WIDTH = 100


def coverage_table(coverages: Sequence[Coverage], ink: Ink = _NO_INK) -> str:
    """A line for each journey and, below, what is missing of each."""
    aspects = list(Aspect)
    heads = ["coverage", "cases", *(aspect.value for aspect in aspects), "edges %"]
    rows: list[list[object]] = [
        [one.journey, one.cases, *(_of(one.of(aspect)) for aspect in aspects), _share(one.of(Aspect.EDGES))]
        for one in coverages
    ]
    if len(coverages) > 1:
        whole = [covered(coverages, aspect) for aspect in aspects]
        cases = sum(one.cases for one in coverages)
        rows.append(["total", cases, *map(_of, whole), _share(covered(coverages, Aspect.EDGES))])
    text = table(heads, rows, ink, right=range(1, len(heads)))
    left = "".join(line for one in coverages if one.missing for line in _missing(one, ink))
    return text + (f"\n{left}" if left else "")


def _of(found: tuple[int, int]) -> str:
    reached, whole = found
    return f"{reached:,}/{whole:,}" if whole else "-"


def _share(found: tuple[int, int]) -> str:
    return f"{percent(*found):g}"


def _missing(coverage: Coverage, ink: Ink) -> Iterator[str]:
    yield ink(f"not covered in {plain(coverage.journey)}", "bold") + "\n"
    missing = said_once(coverage.missing)
    for aspect in Aspect:
        found = [plain(str(aim)) for aim in missing if aim.aspect is aspect]
        if found:
            more = [f"and {len(found) - _MOST:,} more"] if len(found) > _MOST else []
            yield from _listed(aspect.value, [*found[:_MOST], *more])


def _listed(head: str, found: Sequence[str]) -> Iterator[str]:
    """A list behind its head, broken between its items where a line gets long."""
    line, *rest = [item if number == len(found) else f"{item}," for number, item in enumerate(found, 1)]
    line = f"  {head:<8}  {line}"
    for item in rest:
        if width(line) + width(item) < _WIDTH:
            line += f" {item}"
        else:
            yield line + "\n"
            line = " " * 12 + item
    yield line + "\n"


def said_once(missing: Iterable[Aim]) -> list[Aim]:
    """What is missing without what follows from it: a node whose ways in are all missing, the label of a missing edge,
    the timeout of a missing label."""
    missing = list(missing)
    edges = [aim for aim in missing if aim.aspect is Aspect.EDGES]
    decided = {(aim.name, aim.label) for aim in edges}
    labels = {(aim.name, aim.label) for aim in missing if aim.aspect is Aspect.LABELS}
    behind = {aim.target for aim in edges}
    return [
        aim
        for aim in missing
        if not (
            (aim.aspect is Aspect.NODES and aim.name in behind)
            or (aim.aspect is Aspect.LABELS and (aim.name, aim.label) in decided)
            or (aim.aspect is Aspect.TIMEOUTS and (aim.name, "timeout") in decided | labels)
        )
    ]


def coverage_objects(coverages: Sequence[Coverage]) -> dict[str, Any]:
    """Coverage as plain data. `aims` are all that there is to cover, with the number of cases that did."""
    return {
        "journeys": [_journey(one) for one in coverages],
        "total": {aspect.value: _count(covered(coverages, aspect)) for aspect in Aspect},
    }


def coverage_json(coverages: Sequence[Coverage]) -> str:
    """Coverage as a document of its own."""
    answer = {"formatVersion": FORMAT_VERSION, **coverage_objects(coverages)}
    return orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _journey(coverage: Coverage) -> dict[str, Any]:
    return {
        "journey": coverage.journey,
        "cases": coverage.cases,
        "covered": {aspect.value: _count(coverage.of(aspect)) for aspect in Aspect},
        "aims": [{**aim_object(aim), "cases": count} for aim, count in coverage.counts.items()],
    }


def _count(found: tuple[int, int]) -> dict[str, Any]:
    reached, whole = found
    return {"reached": reached, "of": whole, "percent": percent(reached, whole)}


def aim_object(aim: Aim) -> dict[str, Any]:
    """An aim by the names that its kind has."""
    match aim.aspect:
        case Aspect.EDGES:
            said: dict[str, Any] = {"from": aim.name, "label": aim.label, "to": aim.target}
        case Aspect.LABELS:
            said = {"node": aim.name, "label": aim.label}
        case Aspect.GOALS:
            said = {"outcome": aim.name}
        case Aspect.ENTRIES:
            said = {"keptOutBy": aim.name} if aim.label == KEPT_OUT else {"trigger": aim.name}
        case _:
            said = {"node": aim.name}
    return {"kind": aim.aspect.value, **said}
