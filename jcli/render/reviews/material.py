"""What a comment shows beside the plan: pictures, rules in words, and what people call the things that have ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jcli.model import Json
from jcli.render.graphs import Drawing


@dataclass(frozen=True, slots=True)
class Material:
    """`drawings` are the pictures of what changes, by the keys of journeys. `rules` are those of audiences before
    (None: new) and after, by key. `names` are the keys of sites and audiences by their ids."""

    drawings: Mapping[str, Drawing] = field(default_factory=dict)
    rules: Mapping[str, tuple[Json | None, Json]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
