"""How a person's engine state is kept: the engine's plain data as JSON bytes, with a version in front.

The traits are not in it (they have a column of their own, which the API reads), nor is what the key says. A person of
whom nothing is known but traits has no state at all. Every store keeps the same bytes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from jcli.engine import PersonState, plain, restored
from jcli.errors import StoreError
from jcli.model import Instant, Json

VERSION = 1


class PersonKey(NamedTuple):
    """Who somebody is: ids are of a site, and known and anonymous ids are apart."""

    site_id: str
    id: str
    anonymous: bool = False


class Loaded(NamedTuple):
    """A person as the store holds it: `row` is its number there, `wake_at` when the store is asked to wake it."""

    row: int
    state: PersonState
    wake_at: Instant | None = None


def encode(state: PersonState) -> bytes | None:
    """The bytes of a state, None where they would say nothing."""
    data = plain(state)
    data.pop("traits", None)
    return orjson.dumps({"version": VERSION, **data}, default=dict) if data else None


def decode(key: PersonKey, traits: Json, kept: bytes | None) -> PersonState:
    """The state out of its bytes; StoreError for a version that is not ours."""
    if kept is None:
        return PersonState(key.site_id, key.id, key.anonymous, traits=traits)
    data: dict[str, Any] = orjson.loads(kept)
    if data.pop("version") != VERSION:
        raise StoreError("The state of a person was written by another version of jcli.", hint="Update jcli.")
    data["traits"] = traits
    return restored(key.site_id, key.id, data, anonymous=key.anonymous)
