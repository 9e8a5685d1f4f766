"""Journeys that look as if their key had been changed: one goes, and one of the same name comes.

An id is made from its key, so without `id:` the second is another journey, and the people stay in the first. The plan
says so and how to keep it one journey; it does not guess. Of nodes `people.py` does the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jcli.model import Kind
from jcli.plan.actions import Action, Outcome

_GOES = frozenset({Outcome.KEPT, Outcome.ARCHIVE})


def with_renames(actions: Sequence[Action]) -> list[Action]:
    """The actions; the note of a journey that goes names the one that may be the same, and the line that keeps it."""
    come = [one for one in actions if one.outcome is Outcome.CREATE and one.kind is Kind.JOURNEY]
    if not come:
        return list(actions)
    return [_told(one, come) if one.outcome in _GOES and one.kind is Kind.JOURNEY else one for one in actions]


def _told(action: Action, come: Sequence[Action]) -> Action:
    alike = [one for one in come if one.name == action.name]
    if len(alike) != 1:
        return action
    line = f"if `{alike[0].key}` is the same journey, `id: {action.id}` in it keeps it one, with its people"
    return replace(action, note=f"{action.note}; {line}")
