"""A plan as text and as JSON. The words and signs say everything; colour only repeats it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from jcli.plan import Action, Change, Outcome, Plan
from jcli.render.findings import FORMAT_VERSION
from jcli.render.ink import Ink, plain

_NO_INK = Ink()
_HEADS = {
    Outcome.CREATE: ("+ create", "green"),
    Outcome.UPDATE: ("~ change", "yellow"),
    Outcome.ADOPT: ("= adopt", "cyan"),
    Outcome.DRIFT: ("! drifted", "yellow"),
    Outcome.CONFLICT: ("x conflict", "red"),
    Outcome.KEPT: ("o kept", "cyan"),
}
_SIGNS = {"+": "green", "-": "red", "~": "yellow"}
_LONGEST = 400


def text(plan: Plan, ink: Ink = _NO_INK) -> str:
    """What would become of each document, field by field; the summary last. Documents that stay as they are
    are left out."""
    blocks = [_action(action, ink) for action in plan.actions if action.outcome is not Outcome.NOTHING]
    body = "".join(blocks)
    return f"{body}\n{plan.summary}\n" if body else f"{plan.summary}\n"


def as_json(plan: Plan) -> str:
    """The plan as one JSON object; documents that stay as they are included."""
    return orjson.dumps(data(plan), option=orjson.OPT_INDENT_2).decode() + "\n"


def data(plan: Plan) -> dict[str, Any]:
    """What `as_json` writes, as plain data."""
    counts = {outcome.value: len(plan.of(outcome)) for outcome in Outcome}
    return {
        "formatVersion": FORMAT_VERSION,
        "fingerprint": plan.fingerprint,
        "actions": [_object(action) for action in plan.actions],
        "summary": counts,
    }


def _action(action: Action, ink: Ink) -> str:
    head, colour = _HEADS[action.outcome]
    name = f' "{plain(action.name)}"' if action.name != action.key else ""
    status = f" {action.status.value}" if action.status else ""
    file = f"  ({plain(action.file)})" if action.file else ""
    lines = [f"{ink(head, 'bold', colour)} {action.kind.value} {plain(action.key)}{name}{status}{file}"]
    if action.outcome is Outcome.DRIFT:
        lines.append("    the store was changed since the last sync; left alone")
    if action.note:
        lines.append(f"    {plain(action.note)}")
    both = bool(action.theirs)
    lines += _changes(action.changes, ink, "here: " if both else "")
    lines += _changes(action.theirs, ink, "there: ")
    return "\n".join(lines) + "\n"


def _changes(changes: Sequence[Change], ink: Ink, side: str) -> list[str]:
    return [f"  {ink(change.sign, _SIGNS[change.sign])} {side}{_change(change)}" for change in changes]


def _change(change: Change) -> str:
    if change.sign == "+":
        return f"{plain(change.where)}: {_value(change.new)}"
    if change.sign == "-":
        return f"{plain(change.where)}: {_value(change.old)}"
    return f"{plain(change.where)}: {_value(change.old)} -> {_value(change.new)}"


def _value(value: Any) -> str:
    """A word as it is, anything else as JSON on one line, cut when very long."""
    if isinstance(value, str) and value and value == value.strip() and " -> " not in value:
        shown = plain(value)
    else:
        shown = plain(orjson.dumps(value).decode())
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "..."


def _object(action: Action) -> dict[str, Any]:
    return {
        "kind": action.kind.value,
        "key": action.key,
        "id": action.id,
        "name": action.name,
        "outcome": action.outcome.value,
        "file": action.file,
        "status": action.status.value if action.status else None,
        "note": action.note,
        "changes": [_change_object(change) for change in action.changes],
        "theirs": [_change_object(change) for change in action.theirs],
    }


def _change_object(change: Change) -> dict[str, Any]:
    return {"where": change.where, "sign": change.sign, "old": change.old, "new": change.new}
