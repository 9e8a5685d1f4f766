"""How many people match an audience now: everybody is asked, a slice in each transaction, so that writing goes on."""

from __future__ import annotations

from dataclasses import dataclass

from jcli.engine import Facts, compile_rule
from jcli.model import Actor, Audience, Kind
from jcli.operations.context import Clock
from jcli.operations.things import get_thing
from jcli.store import Store

_SLICE = 1_000


@dataclass(frozen=True, slots=True)
class AudienceCount:
    """`count` of the `total` known people who were asked match."""

    count: int
    total: int


def count_audience(store: Store, clock: Clock, actor: Actor, audience_id: str) -> AudienceCount:
    """Known people of the audience's site (of all visible ones, where it is of none) who match. It takes as long as it
    takes to read them all. NotFound."""
    audience = get_thing(store, actor, Kind.AUDIENCE, audience_id).item
    assert isinstance(audience, Audience)
    rule, now = compile_rule(audience.rules), clock()
    with store.read() as tables:
        last = tables.last_person_row()
    count = total = after = 0
    while after < last:
        with store.read() as tables:
            people = tables.people_between(after, last, _SLICE)
        for loaded in people:
            person = loaded.state
            if person.anonymous or not actor.sees(person.site_id) or audience.site_id not in (None, person.site_id):
                continue
            total += 1
            count += rule.test(Facts(person.traits, person.memory, now, {}))
        after = people[-1].row if len(people) == _SLICE else last
    return AudienceCount(count, total)
