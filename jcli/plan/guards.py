"""The rails that stand in a plan's way, from the plan alone. Pure; the reasons are in `docs/sync.md`, "Rails"."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from math import floor

from jcli.model import JourneyStatus, Kind
from jcli.plan.actions import Action, Outcome, Plan
from jcli.plan.people import Fate
from jcli.plan.rails import Rail, persons, removal

LIVE = frozenset({JourneyStatus.PUBLISHED, JourneyStatus.PAUSED})
FEW_ARCHIVED = 3
SHARE_ARCHIVED = 0.10
MANY = 10
SHARE_CHANGED = 0.30


def rails_of(plan: Plan, protected: Mapping[str, str], allowed: Collection[str] = ()) -> tuple[Rail, ...]:
    """Every rail that the plan touches and that is not waived. `protected` maps ids of journeys to the reason that
    somebody gave for protecting them."""
    found = [*_crowds(plan), *(rail for action in plan.writes for rail in _rails(action, protected))]
    return tuple(rail for rail in found if rail.waiver not in allowed)


def _rails(action: Action, protected: Mapping[str, str]) -> Iterator[Rail]:
    key, outcome = action.key, action.outcome
    if action.kind is not Kind.JOURNEY:
        return
    if outcome not in (Outcome.ADOPT, Outcome.RELEASE) and action.id in protected:
        yield Rail(f"protected={key}", f"`{key}` is protected: {protected[action.id]}")
    if outcome is Outcome.ARCHIVE and (rail := _archived(action)):
        yield rail
    if action.people is None or outcome is Outcome.ARCHIVE:
        return
    for one in action.people.standing:
        if one.fate is Fate.END:
            yield removal(key, one.node, one.here)
    if action.status in LIVE and (triggers := [way for way in action.people.entering if way.startswith("nodes.")]):
        names = ", ".join(f"`{way.removeprefix('nodes.')}`" for way in triggers)
        yield Rail(f"trigger={key}", f"`{key}` is live and its trigger {names} changes, so other people would enter")


def _archived(action: Action) -> Rail | None:
    """Of a journey that people enter, or in which they are under way: whoever is paused or frozen is stopped too."""
    people = action.people.in_progress if action.people else 0
    if action.status is None or not (people or action.status is JourneyStatus.PUBLISHED):
        return None
    stands = f"`{action.key}` is {action.status.value.lower()}"
    if people:
        return Rail(
            f"archive={action.key}", f"{stands} with {persons(people)} in progress; archiving it stops them for good"
        )
    return Rail(f"archive={action.key}", f"{stands}; archived, nobody can enter it any more")


def _crowds(plan: Plan) -> Iterator[Rail]:
    """Rails about how many documents a plan touches at once: what a wrong branch or a lost folder looks like."""
    known = [action for action in plan.actions if action.outcome is not Outcome.CREATE]
    archived, changed = plan.of(Outcome.ARCHIVE), plan.of(Outcome.UPDATE, Outcome.MERGE)
    most = max(FEW_ARCHIVED, floor(len(known) * SHARE_ARCHIVED))
    if len(archived) > most:
        yield Rail(
            f"archives={len(archived)}", f"{len(archived)} of {len(known)} documents would go; {most} may go at once"
        )
    if len(known) >= MANY and len(changed) > len(known) * SHARE_CHANGED:
        yield Rail(
            f"changes={len(changed)}",
            f"{len(changed)} of {len(known)} documents would change; {SHARE_CHANGED:.0%} may change at once",
        )
