"""What a plan is not allowed to do by itself. Each rail has one narrow waiver, which its message prints in full."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rail:
    """`waiver` is what `--allow` takes to let it pass (`archive=welcome`); `message` says what stands in the way."""

    waiver: str
    message: str
