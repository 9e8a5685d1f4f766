"""An anonymous person turns out to be a known one: what was two becomes one, once.

Enrollments, open deliveries, memory and traits go over to the known person; what the known person has already, wins.
Nothing is undone: a link stays. The anonymous id then points at the known person and holds nothing of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from heapq import merge

from jcli.engine.catalogue import Catalogue
from jcli.engine.draft import MEMORY, Draft
from jcli.engine.editing import catch_up
from jcli.engine.effects import Cause, CauseKind, Effect, LinkRefused, PersonLinked, Reaction
from jcli.engine.entering import enter_by_audience
from jcli.engine.goals import watch_traits
from jcli.engine.inputs import Link
from jcli.engine.state import Entries, PersonState
from jcli.engine.timers import run_due
from jcli.engine.walk import end
from jcli.model import Instant


def link(person: PersonState, given: Link, catalogue: Catalogue) -> Reaction:
    """`person` is the known one. Linking what is linked changes nothing; an id that is somebody else's is refused."""
    anonymous = given.anonymous
    if anonymous.linked_to == person.id or anonymous.id in person.links:
        return Reaction(person, other=anonymous)
    if anonymous.linked_to is not None or person.anonymous or not anonymous.anonymous:
        refused = LinkRefused(anonymous.id, person.id, anonymous.linked_to)
        return Reaction(person, effects=(refused,), other=anonymous)
    cause = Cause(CauseKind.LINK, given.message_id)
    draft = Draft(person, catalogue)
    catch_up(draft, given.at)
    run_due(draft, given.at, inclusive=False)
    theirs = _settled(anonymous, draft, given.at, cause)
    _take_over(draft, theirs.person, given.at, cause)
    reaction = draft.finish()
    shift = {key: person.entries[key].rotation for key in anonymous.entries if key in person.entries}
    linked: Effect = PersonLinked(anonymous.id, person.id, shift)
    return Reaction(
        reaction.person,
        (*theirs.transitions, *reaction.transitions),
        (*theirs.effects, linked, *reaction.effects),
        PersonState(anonymous.site_id, anonymous.id, anonymous=True, linked_to=person.id),
    )


def _settled(anonymous: PersonState, known: Draft, now: Instant, cause: Cause) -> Reaction:
    """The anonymous person, with what is due done and without the enrollments that have no place beside the known
    person's: in a journey in which that person is, or has been and which is entered once."""
    draft = Draft(anonymous, known.catalogue)
    catch_up(draft, now)
    run_due(draft, now, inclusive=False)
    busy = {enrollment.journey_id for enrollment in known.enrollments.values()}
    for enrollment in list(draft.enrollments.values()):
        listed = known.catalogue.journeys.get(enrollment.journey_id)
        once = listed is not None and listed.journey.settings.reentry == "once"
        if enrollment.journey_id in busy or (once and enrollment.journey_id in known.entries):
            end(draft, enrollment, "merged", now, cause)
    return draft.finish()


def _take_over(draft: Draft, theirs: PersonState, now: Instant, cause: Cause) -> None:
    before = draft.facts(now) if draft.judged else None
    shifts = {key: entries.rotation for key, entries in draft.entries.items()}
    for enrollment in theirs.enrollments.values():
        shift = shifts.get(enrollment.journey_id, 0)
        draft.put_enrollment(replace(enrollment, rotation=enrollment.rotation + shift))
    for delivery in theirs.deliveries.values():
        draft.put_delivery(delivery)
    for journey_id, entries in theirs.entries.items():
        draft.put_entries(journey_id, _both(draft.entries.get(journey_id), entries))
    draft.links = draft.links | {theirs.id}
    draft.late = (*draft.late, *theirs.late)
    if theirs.messages and draft.messages is not None:
        draft.messages = {**theirs.messages, **draft.messages}
    traits = {**theirs.traits, **draft.traits}
    changed = traits != draft.traits or bool(theirs.memory)
    if traits != draft.traits:
        draft.traits = traits
    if theirs.memory:
        draft.memory = _memories(draft.memory, theirs.memory)
    if not changed:
        return
    index = draft.catalogue.site(draft.person.site_id)
    if index.trait_goals:
        watch_traits(draft, now, now, cause)
    draft.judged = True
    enter_by_audience(draft, index, before, draft.facts(now), cause)


def _both(known: Entries | None, theirs: Entries) -> Entries:
    """The anonymous person's entries are counted on after the known one's."""
    if known is None:
        return theirs
    return Entries(known.rotation + theirs.rotation, max(known.entered_at, theirs.entered_at))


def _memories(
    known: Mapping[str, tuple[Instant, ...]], theirs: Mapping[str, tuple[Instant, ...]]
) -> dict[str, tuple[Instant, ...]]:
    return {name: tuple(merge(known.get(name, ()), theirs.get(name, ())))[-MEMORY:] for name in {**known, **theirs}}
