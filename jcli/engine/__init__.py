"""The engine: what a journey does to a person, as a pure function.

    react(person, input, catalogue) -> Reaction(person, transitions, effects)

It reads no clock, draws no random number and does no I/O. Whoever feeds it (a server, a test, a simulation) gets the
same answer for the same arguments, and people never touch each other: all that concerns one person is decided from that
person's state, so the work can be spread by person in any way and cut into batches at any place.

**The three arguments.** A `PersonState` is all that is known of one person: traits, remembered events, enrollments in
progress, open deliveries, and of what has ended only what re-entry needs. An input is one thing that happens, with its
instant: an `Event`, time (`TimerDue`), the outcome of a delivery, a link of an anonymous person to a known one, entry
and stop by hand, the backfill of an audience, a new canvas, a new status. A `Catalogue` holds the journeys, compiled:
ways out by canonical label, rules as closures, durations in milliseconds, and for each site an index that says with one
look-up that most events concern nobody (`concerns`).

**The answer.** The new state (the old one is left as it was; it is the same object when nothing changed), the
transitions for the ledger (one for each node that was stood on, written when it is left, numbered for each enrollment),
and effects: what the runner has to write, show, wake up for, or tell the world. Ids of enrollments and deliveries
follow from what they are of, so doing a step twice makes the same rows twice, which a store refuses.

**Moving.** An enrollment stands on one node and waits there: for an instant, an event, or the outcome of its delivery.
When that comes, it leaves, and goes on through nodes that take no time until it must wait again or ends (`walk`); what
each type of node does is one handler in one table (`nodes`). At most 100 nodes in one go.

**Time.** For one person, inputs are taken in order of arrival. Before an input is worked in, everything that fell due
before it is done, each thing as of the instant at which it fell due: a worker that comes late changes no path
(unless the journey was archived or edited in between). An event at the very
instant of a timeout beats it, so the runner hands over the events of an instant before its `TimerDue`.
Where the client's clock counts (`settle`) is in what is remembered and in when a goal was met; waits and order go by
arrival.

**Within one event**: known message ids are dropped, traits and memory brought up to date, then goals, then enrollments
that wait for it, then triggers, then audiences. An enrollment that the event begins does not also use it up.

**Frozen.** Enrollments of a DRAFT do not move at all. What would have happened to them (timers, traits that meet the
goal, the outcome of content, edits) happens once, when the journey is published: `Listed.live_since` and
`StatusChanged`.

**Message ids.** A store drops known ids for a whole batch, before it loads anybody. Runners without one (tests,
simulation) give a person `messages={}`, and the person keeps their own.

Where to look: `inputs`, `state`, `effects` are the words (`plain` writes the state down); `compile`, `canvas`, `rules`,
`urls`, `split`, `calendar` make journeys fast; `catalogue` puts them together; `react` is the door, `entering`,
`goals`, `timers`, `editing`, `linking` are the reasons to move, `walk` and `nodes` the moving, `draft` the one place
where something changes.
"""

from jcli.engine.calendar import Zones
from jcli.engine.canvas import Canvas, compile_canvas
from jcli.engine.catalogue import Catalogue, Listed, MissingRevision
from jcli.engine.compile import CompiledJourney, NotRunnable, compile_journey
from jcli.engine.effects import (
    Cause,
    CauseKind,
    CreateDelivery,
    Effect,
    EndEnrollment,
    GoalMet,
    LinkRefused,
    OutboxEvent,
    PersonLinked,
    Reaction,
    Refused,
    SetDelivery,
    SetTimer,
    StartEnrollment,
    Transition,
    outgoing,
)
from jcli.engine.entering import Answer, EnteringRule, enrollment_id, why_not
from jcli.engine.inputs import (
    AudienceEntry,
    CanvasChanged,
    DeliveryOutcome,
    Enter,
    Event,
    EventType,
    Input,
    Link,
    StatusChanged,
    Stop,
    TimerDue,
    settle,
)
from jcli.engine.plain import plain, restored
from jcli.engine.react import concerns, react
from jcli.engine.rules import Facts, Rule, compile_rule
from jcli.engine.split import bucket
from jcli.engine.state import DeliveryState, DeliveryStatus, EnrollmentState, Entries, LateGoal, PersonState

__all__ = [
    "Answer",
    "AudienceEntry",
    "Canvas",
    "CanvasChanged",
    "Catalogue",
    "Cause",
    "CauseKind",
    "CompiledJourney",
    "CreateDelivery",
    "DeliveryOutcome",
    "DeliveryState",
    "DeliveryStatus",
    "Effect",
    "EndEnrollment",
    "EnrollmentState",
    "Enter",
    "EnteringRule",
    "Entries",
    "Event",
    "EventType",
    "Facts",
    "GoalMet",
    "Input",
    "LateGoal",
    "Link",
    "LinkRefused",
    "Listed",
    "MissingRevision",
    "NotRunnable",
    "OutboxEvent",
    "PersonLinked",
    "PersonState",
    "Reaction",
    "Refused",
    "Rule",
    "SetDelivery",
    "SetTimer",
    "StartEnrollment",
    "StatusChanged",
    "Stop",
    "TimerDue",
    "Transition",
    "Zones",
    "bucket",
    "compile_canvas",
    "compile_journey",
    "compile_rule",
    "concerns",
    "enrollment_id",
    "outgoing",
    "plain",
    "react",
    "restored",
    "settle",
    "why_not",
]
