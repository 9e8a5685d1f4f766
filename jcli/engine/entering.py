"""Who enters a journey: the four rules, asked in one place, and why somebody is not in one.

A person enters when the journey is PUBLISHED and of the person's site and 1. a trigger matches (the caller has seen to
that), 2. the audience matches, 3. the person is known or the journey takes anonymous ones, 4. re-entry allows it.
Whoever enters somebody by hand has chosen them: the audience is not asked then.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

from jcli.engine.canvas import CLICK
from jcli.engine.catalogue import Catalogue, Listed, SiteIndex
from jcli.engine.draft import Draft
from jcli.engine.effects import Cause, CauseKind, Refused, StartEnrollment
from jcli.engine.goals import met_by_traits
from jcli.engine.inputs import AudienceEntry, Enter, Event, EventType
from jcli.engine.rules import Facts
from jcli.engine.state import EnrollmentState, Entries, PersonState
from jcli.engine.walk import enter_node
from jcli.model import Instant, JourneyStatus, NodeType

_ENROLLMENTS = UUID("6f0c1b52-55a5-4b0e-8f4d-0c54b9d3b6a1")


class EnteringRule(StrEnum):
    """What may keep a person out, in the order in which it is asked."""

    STATUS = "status"
    SITE = "site"
    TRIGGER = "trigger"
    AUDIENCE = "audience"
    KNOWN = "known"
    REENTRY = "reentry"


_CODES = {
    EnteringRule.STATUS: "not-published",
    EnteringRule.SITE: "other-site",
    EnteringRule.TRIGGER: "no-manual-trigger",
    EnteringRule.KNOWN: "anonymous-not-allowed",
    EnteringRule.REENTRY: "already-enrolled",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule says, with a sentence. `allows` is None where it depends on an event that is not at hand."""

    rule: EnteringRule
    allows: bool | None
    because: str


def enrollment_id(person: PersonState, journey_id: str, rotation: int) -> str:
    """The id of the person's so-many-th enrollment: the same wherever it is computed. No id holds a U+0000."""
    kind = "anonymous" if person.anonymous else "known"
    return str(uuid5(_ENROLLMENTS, "\0".join((person.site_id, journey_id, kind, person.id, str(rotation)))))


def fire_triggers(draft: Draft, index: SiteIndex, event: Event, facts: Facts, cause: Cause) -> None:
    """Rule 1 for an event: each journey is entered at the first of its triggers that fires."""
    if event.type is EventType.TRACK and event.name is not None:
        candidates = index.triggers.get(event.name, ())
        selector = event.selector if event.name == CLICK else None
    elif event.type is EventType.PAGE:
        candidates, selector = index.page_triggers, None
    else:
        return
    done: set[str] = set()
    for listed, trigger in candidates:
        if listed.journey.id not in done and trigger.fires(event.url, selector, facts):
            done.add(listed.journey.id)
            if _admits(draft, listed, facts):
                start(draft, listed, trigger.node_id, event.received_at, cause)


def _admits(draft: Draft, listed: Listed, facts: Facts) -> bool:
    """Rules 2 to 4 for a journey that is known to be published and of this site."""
    audience = listed.journey.audience
    return (
        (audience is None or audience.test(facts))
        and (not draft.person.anonymous or listed.journey.allow_anonymous)
        and _reentry(draft.entries.get(listed.journey.id), draft, listed, facts.now) is None
    )


def _reentry(entries: Entries | None, state: Draft | PersonState, listed: Listed, now: Instant) -> str | None:
    """Rule 4: why the person may not enter again, or None."""
    if entries is None:
        return None
    settings = listed.journey.settings
    if settings.reentry == "once":
        return "has been in this journey, which is entered once"
    if settings.reentry == "after_exit" and any(
        enrollment.journey_id == listed.journey.id for enrollment in state.enrollments.values()
    ):
        return "is in this journey now"
    if now < entries.entered_at + settings.reentry_after:
        return "entered this journey too short a time ago"
    return None


def start(draft: Draft, listed: Listed, node_id: str, now: Instant, cause: Cause) -> None:
    """Begin an enrollment on a trigger, and go on from there. A goal over traits may be met already."""
    journey, entries = listed.journey, draft.entries.get(listed.journey.id)
    rotation = 1 if entries is None else entries.rotation + 1
    draft.put_entries(journey.id, Entries(rotation, now))
    deadline = journey.goal.deadline if journey.goal is not None else None
    enrollment = EnrollmentState(
        id=enrollment_id(draft.person, journey.id, rotation),
        journey_id=journey.id,
        rotation=rotation,
        revision=journey.canvas.revision,
        enrolled_at=now,
        node_id=node_id,
        node_type=NodeType.TRIGGER,
        entered_at=now,
        deadline_at=None if deadline is None else now + deadline,
    )
    draft.effects.append(StartEnrollment(enrollment, cause))
    met = met_by_traits(draft, listed, enrollment, now, cause)
    if met is not None:
        enter_node(draft, listed, met, now, cause)


def enter_by_audience(draft: Draft, index: SiteIndex, before: Facts | None, facts: Facts, cause: Cause) -> None:
    """Journeys that people enter by matching an audience, for somebody who comes to match: who did not match `before`
    (None: nobody had looked), and does now."""
    for listed in index.by_audience:
        rule, manual = listed.journey.audience, listed.journey.canvas.manual
        if rule is None or manual is None or (before is not None and rule.test(before)):
            continue
        entries = draft.entries.get(listed.journey.id)
        if entries is not draft.person.entries.get(listed.journey.id):
            continue  # by a trigger, with this very input
        if _admits(draft, listed, facts):
            start(draft, listed, manual, facts.now, cause)


def backfill(draft: Draft, entry: AudienceEntry) -> None:
    """The backfill comes to this person; somebody who entered since the publication has been through it."""
    listed = draft.catalogue.journeys.get(entry.journey_id)
    if listed is None or listed.status is not JourneyStatus.PUBLISHED or not listed.journey.by_audience:
        return
    draft.judged = True
    entries = draft.entries.get(entry.journey_id)
    been = entries is not None and entries.entered_at >= entry.published_at
    manual, facts = listed.journey.canvas.manual, draft.facts(entry.at)
    if (
        not been
        and manual is not None
        and listed.journey.site_id == draft.person.site_id
        and _admits(draft, listed, facts)
    ):
        start(draft, listed, manual, entry.at, Cause(CauseKind.AUDIENCE))


def enter_by_hand(draft: Draft, enter: Enter) -> None:
    """At the MANUAL trigger, whoever the audience is; a Refused effect says which rule stood against it."""
    listed = draft.catalogue.journeys.get(enter.journey_id)
    for answer in _by_hand(draft, listed, enter.at):
        if not answer.allows:
            draft.effects.append(Refused(enter.journey_id, _CODES[answer.rule], answer.because))
            return
    if listed is not None and listed.journey.canvas.manual is not None:
        start(draft, listed, listed.journey.canvas.manual, enter.at, Cause(CauseKind.API, enter.by))


def _by_hand(draft: Draft, listed: Listed | None, now: Instant) -> list[Answer]:
    """The rules that hold for entry by hand: the audience is left out, and the trigger must be a MANUAL one."""
    answers = _answers(draft.person, draft, listed, draft.facts(now), None)
    if listed is None:
        return answers
    manual = listed.journey.canvas.manual is not None
    trigger = Answer(EnteringRule.TRIGGER, manual, "the journey has no MANUAL trigger to enter at")
    return [
        trigger if answer.rule is EnteringRule.TRIGGER else answer
        for answer in answers
        if answer.rule is not EnteringRule.AUDIENCE
    ]


def why_not(
    person: PersonState, journey_id: str, catalogue: Catalogue, now: Instant, event: Event | None = None
) -> list[Answer]:
    """What each entering rule says of this person now, in order; those that do not allow it are why the person is not
    in the journey. With an event, whether it would fire a trigger. Re-entry allows it while nobody has entered."""
    facts = Facts(person.traits, person.memory, now, event.properties if event is not None else {})
    return _answers(person, person, catalogue.journeys.get(journey_id), facts, event)


def _answers(
    person: PersonState, state: Draft | PersonState, listed: Listed | None, facts: Facts, event: Event | None
) -> list[Answer]:
    """`state` is where the person's entries and enrollments stand now."""
    if listed is None:
        return [Answer(EnteringRule.STATUS, False, "there is no such journey")]
    journey = listed.journey
    reason = _reentry(state.entries.get(journey.id), state, listed, facts.now)
    fits = journey.audience is None or journey.audience.test(facts)
    here = journey.site_id == person.site_id
    known = not person.anonymous or journey.allow_anonymous
    return [
        _status_answer(listed),
        Answer(EnteringRule.SITE, here, f"the journey is of {'this' if here else 'another'} site"),
        _trigger_answer(listed, event, facts),
        Answer(EnteringRule.AUDIENCE, fits, _audience_says(listed, fits)),
        Answer(EnteringRule.KNOWN, known, f"the journey takes {'this person' if known else 'known people only'}"),
        Answer(EnteringRule.REENTRY, reason is None, f"the person {reason or 'may enter'}"),
    ]


def _status_answer(listed: Listed) -> Answer:
    if listed.status is JourneyStatus.PUBLISHED:
        return Answer(EnteringRule.STATUS, True, "the journey is PUBLISHED")
    because = f"the journey is {listed.status}, and only a PUBLISHED one is entered"
    return Answer(EnteringRule.STATUS, False, because)


def _trigger_answer(listed: Listed, event: Event | None, facts: Facts) -> Answer:
    canvas = listed.journey.canvas
    rule = EnteringRule.TRIGGER
    if event is None:
        if listed.journey.by_audience:
            return Answer(rule, True, "whoever comes to match the audience enters")
        if not canvas.triggers:
            return Answer(rule, False, "the journey is entered by hand alone")
        return Answer(rule, None, "an event must fire one of the triggers")
    name = event.name if event.type is EventType.TRACK else None
    for trigger in canvas.triggers:
        matching = event.type is EventType.PAGE if trigger.event is None else trigger.event == name
        if matching and trigger.fires(event.url, event.selector, facts):
            return Answer(rule, True, "the event fires a trigger")
    return Answer(rule, False, "the event fires no trigger")


def _audience_says(listed: Listed, fits: bool) -> str:
    if listed.journey.audience is None:
        return "the journey is for everybody"
    return "the audience matches" if fits else "the audience does not match the person's traits or past events"
