"""What a plan is not allowed to do by itself. Each rail has one narrow waiver, which its message prints in full."""

from __future__ import annotations

from dataclasses import dataclass

RAILS = ("archive", "remove", "trigger", "archives", "changes", "protected")
"""What a waiver begins with: `archive=KEY`."""


@dataclass(frozen=True, slots=True)
class Rail:
    """`waiver` is what `--allow` takes to let it pass (`archive=welcome`); `message` says what stands in the way."""

    waiver: str
    message: str


def removal(key: str, node: str, here: int) -> Rail:
    """In the way of taking the node out under the feet of those who stand `here`."""
    stand = f"{persons(here)} {'stands' if here == 1 else 'stand'} on `{node}` of `{key}`, which goes"
    return Rail(f"remove={key}/{node}", f"{stand}; they would be stopped (node_removed)")


def persons(count: int) -> str:
    """`1 person`, `412 people`."""
    return f"{count} {'person' if count == 1 else 'people'}"
