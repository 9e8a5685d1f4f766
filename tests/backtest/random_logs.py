"""Two revisions of random journeys and a random log, and what became of everybody, told by the ledgers alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import strategies as st

from jcli.backtest import Crowd, Happening, Log, Pair, Reply, Side
from jcli.backtest.living import Life
from jcli.canonical import Places
from jcli.documents import Document
from jcli.documents.document import Spans
from jcli.engine import DeliveryStatus, Event, EventType, compile_journey
from jcli.model import Audience, Instant, Kind
from jcli.rehearsal import Live, Setting, Who
from tests.engine.harness import SITE, journey, zones
from tests.engine.random_worlds import DELAYS, NAMES, URLS, journeys

START = 1_772_000_000_000
PROS = Audience("pros", "Pros", {"trait": "plan", "equals": "pro"})
KEYS = ("j0", "j1")
PEOPLE: tuple[Who, ...] = ((False, "ana"), (False, "bo"), (True, "v"), (True, "w"))


def side(name: str, bodies: Mapping[str, Mapping[str, Any]]) -> Side:
    """A side out of the bodies of journeys, whatever their checks would say; node keys are node ids."""
    lives = {}
    for key, body in bodies.items():
        made = journey(key, body)
        document = Document(f"{key}.yaml", Kind.JOURNEY, key, dict(body), Spans({}, None))  # type: ignore[arg-type]
        compiled = compile_journey(made, 1, PROS if made.audience_id else None)
        lives[key] = Live(key, made, compiled, document, Places())
    setting = Setting("acme", lives, {PROS.id: PROS}, {}, zones, {live.journey.id: live for live in lives.values()})
    return Side(name, setting, {}, {}, {})


revisions = st.fixed_dictionaries({key: journeys() for key in KEYS})
"""Bodies of two journeys by key."""

_who = st.sampled_from(PEOPLE)
_tracked = st.builds(
    lambda who, name, back: (who, {"type": EventType.TRACK, "name": name, "back": back}, None),
    _who,
    st.sampled_from([*NAMES, "go", "delivery_completed", "delivery_shown", "unheard"]),
    st.sampled_from([None, 60_000]),
)
_viewed = st.builds(lambda who, url: (who, {"type": EventType.PAGE, "url": url}, None), _who, st.sampled_from(URLS))
_identified = st.builds(
    lambda who, traits: (who, {"type": EventType.IDENTIFY, "traits": traits}, None),
    _who,
    st.sampled_from([{"plan": "pro"}, {"plan": None}, {"n": 2}, {"n": 1}]),
)
_linked = st.builds(
    lambda known, anonymous: ((False, known), None, anonymous),
    st.sampled_from(["ana", "bo"]),
    st.sampled_from(["v", "w"]),
)
logs = st.lists(
    st.tuples(st.sampled_from(DELAYS), st.one_of(_tracked, _tracked, _viewed, _identified, _linked)),
    min_size=8,
    max_size=25,
)
"""(milliseconds since what came in last, (who, fields of the event, who is linked))."""

replies = st.lists(
    st.tuples(
        _who,
        st.builds(
            Reply,
            st.sampled_from(["tour", "tip"]),
            st.sampled_from([DeliveryStatus.SHOWN, DeliveryStatus.COMPLETED, DeliveryStatus.DISMISSED]),
            st.sampled_from(DELAYS),
        ),
    ),
    max_size=4,
)


def filled(both: Pair, told: Iterable[tuple[int, Any]], made: Iterable[tuple[Who, Reply]] = ()) -> Log:
    catalogues = [one.catalogues(both.ids, 0)[1] for one in (both.before, both.after)]
    log, at = Log(SITE, catalogues), START
    for number, (delay, (who, fields, links)) in enumerate(told):
        at += delay
        log.add(Happening(who, at, _event(at, number, fields), links, f"m{number}"))
    for number, (who, reply) in enumerate(made):
        log.reply(who, START + number, reply)
    return log


def _event(at: Instant, number: int, fields: Mapping[str, Any] | None) -> Event | None:
    if fields is None:
        return None
    told = {**fields, "properties": {"contentId": "tour"}}
    back = told.pop("back", None)
    return Event(received_at=at, message_id=f"m{number}", timestamp=at - back if back else None, **told)


def ledgers(life: Life, crowd: Crowd, journey_id: str) -> dict[Who, Any]:
    """What each person of a crowd went through in a journey: every row that a store would hold, but for ids."""
    told: dict[Who, Any] = {}
    for row in sorted(life.lives.values(), key=lambda row: (row.enrolled_at, row.rotation)):
        if row.journey_id == journey_id:
            steps = [(s.node_id, s.entered_at, s.left_at, s.label, s.target, s.ended) for s in row.steps]
            shown = [
                (item.content_id, item.node_id, item.created_at)
                for item in life.deliveries.values()
                if item.enrollment_id == row.id
            ]
            met = row.goal_met_at is not None
            end = (row.status, row.reason, row.outcome, row.ended_at)
            told.setdefault(life.route(row.who), []).append((row.enrolled_at, steps, shown, met, end))
    return told
