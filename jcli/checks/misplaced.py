"""Where a field belongs that stands one level too high or too low: a `duration` beside `config`, a `contentId` in it.

Read from the schema, so that a new field of a config is known here by itself. Judges nothing: the schema has refused
the field already, and `jcli/checks/explanation.py` asks for the way out.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jcli.checks.schemas import document_schema

_CONFIG, _TRIGGER = "the config of a", "the triggerConfig of a"
_JOURNEY_PARTS = {"the settings": "settings", "the goalConfig": "goalConfig"}


def home_of(owner: str, field: str, instance: Mapping[str, Any]) -> str | None:
    """The end of a sentence that says where the field of this name belongs; None where it belongs nowhere near. `owner`
    is what the schema calls the object in which it stands, `instance` that object."""
    if owner == "a node":
        config = f"{_CONFIG}n {instance.get('type')}", f"{_CONFIG} {instance.get('type')}"
        return "; put it into `config`" if any(field in _fields(title) for title in config) else None
    if owner == "a journey":
        parts = (name for title, name in _JOURNEY_PARTS.items() if field in _fields(title))
        return next((f"; put it into `{name}`" for name in parts), None)
    if not owner.startswith(_CONFIG):
        return None
    if owner == f"{_CONFIG} TRIGGER" and any(field in names for title, names in _all() if title.startswith(_TRIGGER)):
        return "; put it into `triggerConfig`"
    return "; put it beside `config`" if field in _fields("a node") else None


def _fields(title: str) -> frozenset[str]:
    return dict(_all()).get(title, frozenset())


@cache
def _all() -> tuple[tuple[str, frozenset[str]], ...]:
    """What the schema calls each object, in the middle of a sentence, and the names of its fields."""
    definitions = document_schema()["$defs"].values()
    return tuple(
        (title[0].lower() + title[1:], frozenset(definition.get("properties", ())))
        for definition in definitions
        if (title := definition.get("title"))
    )
