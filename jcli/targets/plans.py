"""A plan, and how documents stand, out of their JSON: `jcli/render/plans.py` and `standing.py` backwards.

Of a merge the form that it would write does not travel; the server carries it out, and nobody here looks at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jcli.durations import parse_instant
from jcli.model import JourneyStatus, Kind, NodeType
from jcli.plan import (
    Action,
    Change,
    Clash,
    DocumentStatus,
    Fate,
    Mover,
    Outcome,
    People,
    Plan,
    Rail,
    Rename,
    Standing,
    Step,
)

Shown = Mapping[str, Any]


def plan_of(shown: Shown) -> Plan:
    return Plan(tuple(_action(one) for one in shown["actions"]), rails_of(shown["rails"]))


def rails_of(shown: Iterable[Shown]) -> tuple[Rail, ...]:
    return tuple(Rail(one["waiver"], one["message"]) for one in shown)


def document_status(shown: Shown) -> DocumentStatus:
    return DocumentStatus(
        Kind(shown["kind"]),
        shown["key"],
        shown["id"],
        shown["name"],
        Step(shown["step"]),
        _status(shown["status"]),
        shown["inProgress"],
        shown["file"],
        shown["note"],
        _mover(shown["movedBy"]),
        shown["protected"],
    )


def _action(shown: Shown) -> Action:
    return Action(
        Kind(shown["kind"]),
        shown["key"],
        shown["id"],
        shown["name"],
        Outcome(shown["outcome"]),
        changes=_changes(shown["changes"]),
        theirs=_changes(shown["theirs"]),
        note=shown["note"],
        file=shown["file"],
        status=_status(shown["status"]),
        state=shown["state"],
        wanted=shown["wanted"],
        base=shown["base"],
        clashes=tuple(Clash(one["where"], one["base"], one["git"], one["store"]) for one in shown["clashes"]),
        people=_people(shown["people"]),
        live_users=tuple(shown["liveUsers"]),
        mover=_mover(shown["movedBy"]),
    )


def _changes(shown: Iterable[Shown]) -> tuple[Change, ...]:
    return tuple(Change(one["where"], one["sign"], one["old"], one["new"]) for one in shown)


def _people(shown: Shown | None) -> People | None:
    if shown is None:
        return None
    standing = [
        Standing(
            one["node"],
            one["here"],
            one["change"],
            Fate(one["fate"]),
            one["to"],
            _type(one["type"]),
            _type(one["anew"]),
            one["ways"],
        )
        for one in shown["standing"]
    ]
    renames = [Rename(one["old"], one["new"], one["oldId"]) for one in shown["renames"]]
    return People(
        shown["inProgress"],
        tuple(standing),
        tuple(renames),
        tuple(shown["entering"]),
        shown["pinned"],
        tuple(shown["everybody"]),
        tuple(shown["newcomers"]),
        shown["unpinned"],
    )


def _type(word: str | None) -> NodeType | None:
    return None if word is None else NodeType(word)


def _mover(shown: Shown | None) -> Mover | None:
    if shown is None:
        return None
    return Mover(shown["actor"], shown["door"], shown["verb"], parse_instant(shown["at"]), shown["commit"])


def _status(status: str | None) -> JourneyStatus | None:
    return None if status is None else JourneyStatus(status)
