"""Hands events to their lanes: splits what a caller brings, and puts the verdicts together again.

An event goes to the lane of its person. One that links an anonymous id to a known one concerns two people, whose lanes
may differ; then (1) what came before for the anonymous one is waited for, (2) the event and all others of the two that
came with it go to the lane of the known one, (3) whoever sent it is answered when it is worked in. So somebody who
waits for an answer before sending the next event has everything taken in order. The store locks both people, so the
order is all that is at stake; where handlers are away, nobody waits for longer than `follow`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from jcli.errors import JcliError
from jcli.model import Instant
from jcli.runtime.arrivals import ACCEPTED, Arrival, Verdict
from jcli.runtime.distributed.gathering import LaneQueue, Share
from jcli.runtime.distributed.ingress import Ingress, Late
from jcli.runtime.distributed.lanes import Lane, all_lanes, lane_of
from jcli.runtime.distributed.settings import DistributedSettings
from jcli.store import PersonKey

_REMEMBERED = 10_000
"""Links that are known to be made, and need not be waited for again."""

_PATIENT = 30.0
"""Seconds to wait for events to be worked in, where the settings ask for it."""


class Handing:
    """The queues of all lanes, in one event loop."""

    def __init__(
        self,
        ingress: Ingress,
        settings: DistributedSettings,
        clock: Callable[[], Instant],
        new_id: Callable[[], str],
    ) -> None:
        self._settings = settings
        self._queues = [LaneQueue(lane, ingress, settings, clock, new_id) for lane in all_lanes(settings.lanes)]
        self._linked: dict[PersonKey, PersonKey] = {}
        self._wait = _PATIENT if settings.wait else None

    async def take(self, arrivals: Sequence[Arrival]) -> list[Verdict]:
        """Hand the events to their lanes; a verdict for each, once all are durable."""
        links = {PersonKey(each.key.site_id, each.links, True): each.key for each in arrivals if each.links is not None}
        news = {anonymous: known for anonymous, known in links.items() if self._linked.get(anonymous) != known}
        if news:
            await self._settle({self._lane(anonymous) for anonymous in news} - {self._lane(k) for k in news.values()})
        places: dict[int, list[int]] = {}
        for place, arrival in enumerate(arrivals):
            key = links.get(arrival.key) or self._linked.get(arrival.key, arrival.key)
            places.setdefault(self._lane(key).number, []).append(place)
        slow = {self._lane(known).number for known in news.values()}
        verdicts: list[Verdict] = [ACCEPTED] * len(arrivals)
        answers = [
            self._put(number, [arrivals[place] for place in found], self._settings.follow if number in slow else None)
            for number, found in places.items()
        ]
        for found, answer in zip(places.values(), await asyncio.gather(*answers), strict=True):
            for place, verdict in zip(found, answer, strict=True):
                verdicts[place] = verdict
        self._remember(news, arrivals, verdicts)
        return verdicts

    async def finish(self) -> None:
        for queue in self._queues:
            await queue.finish()

    def _lane(self, key: PersonKey) -> Lane:
        return lane_of(key, self._settings.lanes)

    async def _put(self, number: int, arrivals: list[Arrival], wait: float | None) -> Sequence[Verdict]:
        answer: asyncio.Future[Sequence[Verdict]] = asyncio.get_running_loop().create_future()
        self._queues[number].put(Share(arrivals, answer, self._wait or wait))
        try:
            return await answer
        except Late:
            if self._wait is not None:
                raise
            return [ACCEPTED] * len(arrivals)

    async def _settle(self, lanes: set[Lane]) -> None:
        """Wait until what these lanes have been given before is done."""
        with suppress(JcliError):
            await asyncio.gather(*(self._put(lane.number, [], self._settings.follow) for lane in lanes))

    def _remember(
        self, news: dict[PersonKey, PersonKey], arrivals: Sequence[Arrival], verdicts: Sequence[Verdict]
    ) -> None:
        for arrival, verdict in zip(arrivals, verdicts, strict=True):
            if arrival.links is not None and verdict.new and verdict.code is None:
                anonymous = PersonKey(arrival.key.site_id, arrival.links, True)
                if anonymous in news:
                    self._linked[anonymous] = arrival.key
        while len(self._linked) > _REMEMBERED:
            del self._linked[next(iter(self._linked))]
