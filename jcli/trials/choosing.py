"""Whom a case is played with: a person whose place at each split is the one that the case asks for.

A SPLIT decides by a hash of ids, so a label is not forced but found: names are tried until one falls right. The case
is then a case of a real person, and comes out the same through any door.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import count, islice

from jcli.engine import bucket
from jcli.engine.split import Shares
from jcli.errors import JcliError
from jcli.rehearsal import Live, Setting

TRIES = 300_000
"""Names that are tried: enough for a hundredth of a hundredth, and done within half a second."""


class Unplayable(JcliError):
    """A case that makes no sense as it stands; the hint says what would."""

    code = "unplayable"


Place = tuple[str, str, Shares, str]
"""Journey id, node id, its shares, the label that is asked for."""


def person_id(name: str, wanted: str | None, split: Mapping[str, str], tested: Live, setting: Setting) -> str:
    """The id to play with: the one that the case names, or the first of `name`, `name-2`, `name-3`... who is in
    the right place at each split. Unplayable when there is none, or when the one that it names is elsewhere."""
    places = tuple(_places(split, tested, setting))
    if wanted is None:
        return _found(name, places)
    for journey_id, node_id, shares, label in places:
        place = bucket(journey_id, node_id, wanted)
        if shares.label(place) != label:
            key = setting.by_id[journey_id].name_of(node_id)
            raise Unplayable(
                f"`{wanted}` has bucket {place} at `{key}`, which is {_called(shares.label(place))} and not `{label}`",
                hint="leave the person's `id` out, and one is chosen whose bucket is right",
            )
    return wanted


def _called(label: str | None) -> str:
    return "the plain way" if label is None else f"`{label}`"


@lru_cache(maxsize=4096)
def _found(name: str, places: tuple[Place, ...]) -> str:
    for candidate in islice(_names(name), TRIES if places else 1):
        if all(shares.label(bucket(journey, node, candidate)) == label for journey, node, shares, label in places):
            return candidate
    raise Unplayable(
        f"none of {TRIES:,} people falls into all of these shares",
        hint="force fewer splits in one case, or give the person an `id` that does",
    )


def _names(name: str) -> Iterator[str]:
    yield name
    for number in count(2):
        yield f"{name}-{number}"


def _places(split: Mapping[str, str], tested: Live, setting: Setting) -> Iterable[Place]:
    for where, label in split.items():
        journey, _, node = where.rpartition("/")
        live = tested if not journey or journey == tested.key else setting.journeys.get(journey)
        node_id = None if live is None else live.node_id(node)
        if live is None or node_id is None:
            raise Unplayable(f"`split` names `{where}`, and there is no such node")
        shares = live.compiled.canvas.nodes[node_id].plan
        if not isinstance(shares, Shares):
            raise Unplayable(f"`split` names `{where}`, which is no SPLIT")
        if label.casefold() not in shares.labels:
            raise Unplayable(
                f"`split` asks for `{label}` at `{where}`", hint=f"its labels are {', '.join(shares.labels)}"
            )
        yield live.journey.id, node_id, shares, label.casefold()
