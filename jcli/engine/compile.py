"""A journey and its audience, compiled to what runs fast: settings, goal, audience rule, newest canvas.

Everything that can be parsed is parsed here, once. Metadata (settings, goal, audience) always counts as it is now; only
the canvas has revisions. `catalogue.py` puts compiled journeys together.
"""

from __future__ import annotations

from dataclasses import dataclass

from jcli.durations import parse_duration
from jcli.engine.canvas import Canvas, compile_canvas
from jcli.engine.inputs import DAY
from jcli.engine.rules import Rule, compile_rule
from jcli.errors import JcliError
from jcli.logic.patterns import Matcher, url_matcher
from jcli.model import Audience, Journey, Json


class NotRunnable(JcliError):
    """A journey says something that cannot be run; the checks would have told."""

    code = "not-runnable"


@dataclass(frozen=True, slots=True)
class Goal:
    """What the journey is to achieve; of the four kinds (event, page, traits, content) exactly one is asked. `deadline`
    is in milliseconds."""

    event: str | None = None
    where: Rule | None = None
    page: Matcher | None = None
    traits: Rule | None = None
    content_id: str | None = None
    deadline: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """`reentry_after` is in milliseconds; `pin` is `onEdit: pin`; `backfill` is False for `future`."""

    reentry: str = "once"
    reentry_after: int = 0
    exit_on_goal: bool = False
    pin: bool = False
    backfill: bool = True


@dataclass(frozen=True, slots=True)
class CompiledJourney:
    id: str
    site_id: str
    allow_anonymous: bool
    settings: Settings
    goal: Goal | None
    audience: Rule | None
    canvas: Canvas

    @property
    def asks(self) -> frozenset[str]:
        """The event names that its rules on past events read."""
        goal = self.goal or Goal()
        rules = (self.audience, goal.where, goal.traits)
        return self.canvas.asks.union(*(rule.events for rule in rules if rule is not None))

    @property
    def by_audience(self) -> bool:
        """Whether people enter by matching the audience: a MANUAL trigger and an audience."""
        return self.audience is not None and self.canvas.manual is not None


def compile_journey(journey: Journey, revision: int, audience: Audience | None = None) -> CompiledJourney:
    """NotRunnable when a value in it cannot be read. `audience` is the one that `journey.audience_id` names; where it
    is not known (None), nobody is known to belong to it."""
    try:
        return CompiledJourney(
            id=journey.id,
            site_id=journey.site_id,
            allow_anonymous=journey.allow_anonymous,
            settings=_settings(journey.settings),
            goal=None if journey.goal_config is None else _goal(journey.goal_config),
            audience=_audience(journey, audience),
            canvas=compile_canvas(revision, journey.nodes, journey.edges),
        )
    except ValueError as error:
        raise NotRunnable(f"journey {journey.id}: {error}", hint="run its checks") from error


def _audience(journey: Journey, audience: Audience | None) -> Rule | None:
    if journey.audience_id is None:
        return None
    return Rule(lambda _: False) if audience is None else compile_rule(audience.rules)


def _settings(settings: Json) -> Settings:
    after = settings.get("reentryAfter")
    return Settings(
        reentry=settings.get("reentry") or "once",
        reentry_after=0 if after is None else parse_duration(after),
        exit_on_goal=bool(settings.get("exitOnGoal")),
        pin=settings.get("onEdit") == "pin",
        backfill=settings.get("backfill") != "future",
    )


def _goal(goal: Json) -> Goal:
    config = goal["config"]
    days = goal.get("deadline")
    deadline = None if days is None else days * DAY
    match goal["type"]:
        case "event":
            where = config.get("where")
            return Goal(config["eventName"], None if where is None else compile_rule(where), deadline=deadline)
        case "page_visit":
            return Goal(page=url_matcher(config["matchType"], config["pattern"]), deadline=deadline)
        case "attribute_match":
            return Goal(traits=compile_rule(config), deadline=deadline)
        case _:
            return Goal(content_id=config["flowId"], deadline=deadline)
