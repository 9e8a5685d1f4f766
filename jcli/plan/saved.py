"""A plan as it is kept between the review and the merge: what was shown, and the choices that it was made with.

It holds no definitions: they are in git and in the store. It says which state of both each action was planned
against, so that whoever carries it out carries out what was shown, or is told which document has moved since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jcli.errors import InvalidRequest
from jcli.model import Instant, Kind
from jcli.plan.actions import Action, Outcome, Plan
from jcli.plan.choices import Choices, Side
from jcli.plan.guards import rails_of

FORMAT_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Planned:
    """One action of a saved plan that writes something: its stamp (see `Action.stamp`), part by part."""

    kind: Kind
    key: str
    id: str
    outcome: Outcome
    state: str
    wanted: str
    base: str

    @property
    def stamp(self) -> tuple[str, ...]:
        return self.kind.value, self.key, self.id, self.outcome.value, self.state, self.wanted, self.base


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """`keys` are the documents that the plan was narrowed to (empty: all)."""

    workspace: str
    target: str
    made_at: Instant
    commit: str | None
    keys: tuple[str, ...]
    choices: Choices
    actions: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A document of a saved plan for which the plan would be another now. `side` says who moved (`git`, `store`,
    or `decision`: both are as they were, the outcome is not)."""

    planned: Planned
    side: str
    now: Action | None


def saved(
    plan: Plan,
    *,
    workspace: str,
    target: str,
    now: Instant,
    commit: str | None,
    keys: tuple[str, ...],
    choices: Choices,
) -> SavedPlan:
    return SavedPlan(workspace, target, now, commit, keys, choices, planned(plan))


def planned(plan: Plan) -> tuple[Planned, ...]:
    """What the plan writes, with what each was planned against."""
    return tuple(
        Planned(one.kind, one.key, one.id, one.outcome, one.state or "-", one.wanted or "-", one.base or "-")
        for one in plan.writes
    )


def only_shown(plan: Plan, expected: Sequence[Planned], allowed: Collection[str]) -> Plan:
    """The plan without what it would write beyond that which was shown, and with the rails of that alone."""
    shown = {one.stamp for one in expected}
    kept = Plan(tuple(action for action in plan.actions if not action.writes or action.stamp in shown))
    protected = {f"protected={action.key}" for action in kept.writes}
    rails = (*rails_of(kept, {}, allowed), *(rail for rail in plan.rails if rail.waiver in protected))
    return replace(kept, rails=rails)


def moved_since(actions: tuple[Planned, ...], plan: Plan) -> list[Moved]:
    """The documents of a saved plan that have moved since; `plan` is the one that would be made now."""
    current = {(action.kind, action.key): action for action in plan.actions}
    found = []
    for planned in actions:
        action = current.get((planned.kind, planned.key))
        if action is None or action.stamp != planned.stamp:
            found.append(Moved(planned, _side(planned, action), action))
    return found


def _side(planned: Planned, action: Action | None) -> str:
    if action is None or (action.wanted or "-") != planned.wanted:
        return "git"
    return "store" if ((action.state or "-"), (action.base or "-")) != (planned.state, planned.base) else "decision"


def as_data(plan: SavedPlan) -> dict[str, Any]:
    """The plan as plain data that JSON can hold."""
    return {
        "formatVersion": FORMAT_VERSION,
        "kind": "jcli-plan",
        "workspace": plan.workspace,
        "target": plan.target,
        "madeAt": plan.made_at,
        "commit": plan.commit,
        "keys": list(plan.keys),
        "choices": choices_data(plan.choices),
        "actions": planned_data(plan.actions),
    }


def planned_data(actions: Iterable[Planned]) -> list[dict[str, str]]:
    """The actions as plain data."""
    return [
        {
            "kind": one.kind.value,
            "key": one.key,
            "id": one.id,
            "outcome": one.outcome.value,
            "state": one.state,
            "wanted": one.wanted,
            "base": one.base,
        }
        for one in actions
    ]


def planned_of(data: Iterable[Mapping[str, Any]]) -> tuple[Planned, ...]:
    """The actions that `planned_data` wrote. KeyError, ValueError or TypeError for anything else."""
    return tuple(
        Planned(
            Kind(one["kind"]),
            str(one["key"]),
            str(one["id"]),
            Outcome(one["outcome"]),
            str(one["state"]),
            str(one["wanted"]),
            str(one["base"]),
        )
        for one in data
    )


def choices_data(choices: Choices) -> dict[str, Any]:
    """The choices as plain data."""
    return {
        "take": {key: side.value for key, side in sorted(choices.take.items())},
        "adopt": sorted(choices.adopt),
        "prune": choices.prune,
        "allow": sorted(choices.allow),
    }


def of_data(data: Any) -> SavedPlan:
    """The plan that `as_data` wrote. InvalidRequest for anything else."""
    if not isinstance(data, Mapping) or data.get("kind") != "jcli-plan":
        raise InvalidRequest("this is no saved plan", hint="`jcli plan --out FILE` writes one")
    if data.get("formatVersion") != FORMAT_VERSION:
        version = data.get("formatVersion")
        raise InvalidRequest(f"the saved plan is of format {version}, this jcli reads {FORMAT_VERSION}; plan again")
    try:
        choices = choices_of(data["choices"])
        actions = planned_of(data["actions"])
        return SavedPlan(
            str(data["workspace"]),
            str(data["target"]),
            int(data["madeAt"]),
            data["commit"],
            tuple(map(str, data["keys"])),
            choices,
            actions,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidRequest(f"the saved plan is damaged ({error!r}); plan again") from None


def choices_of(data: Mapping[str, Any]) -> Choices:
    """The choices that `as_data` wrote; what is missing is not chosen. KeyError, ValueError or TypeError."""
    return Choices(
        {str(key): Side(side) for key, side in data.get("take", {}).items()},
        frozenset(map(str, data.get("adopt", ()))),
        bool(data.get("prune", False)),
        frozenset(map(str, data.get("allow", ()))),
    )
