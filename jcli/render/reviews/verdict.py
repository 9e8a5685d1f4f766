"""The top of the comment: what a merge would do in a sentence, who is concerned, and what has to be decided first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jcli.findings import Finding, Severity
from jcli.plan import Action, Outcome, Plan
from jcli.render.findings.words import counted
from jcli.render.markdown import code, sentence, table
from jcli.render.plans import persons

_WORDS = {
    Outcome.CREATE: "**+** new",
    Outcome.UPDATE: "**~** changes",
    Outcome.MERGE: "**~** is merged",
    Outcome.ADOPT: "**=** in step",
    Outcome.ARCHIVE: "**−** goes",
    Outcome.RELEASE: "**o** let go",
    Outcome.DRIFT: "**!** drifted",
    Outcome.CONFLICT: "**x** conflict",
    Outcome.KEPT: "**o** kept",
}
_WEIGHT = (
    Outcome.CONFLICT,
    Outcome.ARCHIVE,
    Outcome.MERGE,
    Outcome.UPDATE,
    Outcome.CREATE,
    Outcome.DRIFT,
    Outcome.KEPT,
    Outcome.RELEASE,
    Outcome.ADOPT,
    Outcome.NOTHING,
)


def word(outcome: Outcome) -> str:
    """The sign and the word of an outcome."""
    return _WORDS[outcome]


def by_weight(plan: Plan) -> list[Action]:
    """What must be decided first, then what concerns most people, then the rest."""
    barred = {rail.waiver.partition("=")[2].partition("/")[0] for rail in plan.rails}
    return sorted(
        plan.actions,
        key=lambda one: (
            one.outcome is not Outcome.CONFLICT,
            one.key not in barred,
            _WEIGHT.index(one.outcome),
            -ended(one),
            -(one.people.in_progress if one.people else 0),
            one.order,
        ),
    )


def ended(action: Action) -> int:
    """How many people the action stops."""
    if action.people is None:
        return 0
    return action.people.in_progress if action.outcome is Outcome.ARCHIVE else action.people.ended


def barred(findings: Sequence[Finding]) -> str:
    """The verdict where findings keep a plan from being made."""
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    return (
        f"**Nothing can be synced before {counted(errors, 'error')} {'is' if errors == 1 else 'are'} put right.**\n\n"
    )


def headline(plan: Plan, findings: Sequence[Finding]) -> str:
    """The plan's own last line first, then what it comes to."""
    lines = [f"**{plan.summary}**", *(f"- {line}" for line in _verdict(plan, findings))]
    return "\n".join([lines[0], "", *lines[1:]]) + "\n\n"


def _verdict(plan: Plan, findings: Sequence[Finding]) -> Iterator[str]:
    conflicts, stopped = plan.of(Outcome.CONFLICT), sum(map(ended, plan.actions))
    if conflicts:
        rest = " The others can be synced." if plan.writes else ""
        count = counted(len(conflicts), "document")
        yield f"**Somebody has to decide**: of {count} in conflict nothing is written.{rest}"
    if plan.rails:
        yield (
            f"**A merge alone will not be carried out**: {counted(len(plan.rails), 'safety rail')} "
            f"{'stands' if len(plan.rails) == 1 else 'stand'} in the way. What lets each pass is below."
        )
    if not plan.writes:
        yield "Nothing is written into the store."
    elif stopped:
        yield f"**{persons(stopped)} would be stopped** on their way."
    else:
        yield "Nobody is stopped on their way."
    if not conflicts and not plan.rails and plan.writes:
        yield "Nothing has to be decided first: it can be carried out as it is."
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    warnings = len(findings) - errors
    if findings:
        yield f"The checks have {counted(errors, 'error')} and {counted(warnings, 'warning')} in these documents."
    else:
        yield "The checks find nothing in these documents."


def overview(plan: Plan, most: int) -> str:
    """A row for each document that is not as it was; at most so many."""
    actions = [one for one in by_weight(plan) if one.outcome is not Outcome.NOTHING]
    if not actions:
        return ""
    rows = [
        (word(one.outcome), f"{one.kind.value} {code(one.key)}", _status(one), _under_way(one), _happens(one))
        for one in actions[:most]
    ]
    more = f"\n{len(actions) - most} more, further down.\n" if len(actions) > most else ""
    return table(("", "document", "status", "people under way", "what happens to them"), rows, right=(3,)) + more + "\n"


def _status(action: Action) -> str:
    return action.status.value if action.status else "—"


def _under_way(action: Action) -> str:
    return f"{action.people.in_progress:,}" if action.people else "—"


def _happens(action: Action) -> str:
    people = action.people
    if action.live_users:
        return f"concerns {', '.join(map(code, action.live_users[:5]))}{'…' if len(action.live_users) > 5 else ''}"
    if people is None or not action.writes:
        return "—" if action.writes else "nothing is written"
    if ended(action):
        return f"**{ended(action):,} stopped**"
    if action.outcome is Outcome.ARCHIVE:
        return "nobody is in it"
    concerned = sum(one.here for one in people.standing)
    if concerned:
        return f"{concerned:,} concerned, nobody stopped"
    return "nobody stands on what changes" if not people.entering else "who enters changes"


def decisions(plan: Plan, most: int) -> str:
    """The rails, each with the option that lets it pass; at most so many."""
    if not plan.rails:
        return ""
    rows = [
        (sentence(rail.message), code(f"--allow {rail.waiver}", 200), _instead(rail.waiver, plan))
        for rail in plan.rails[:most]
    ]
    more = f"\n{len(plan.rails) - most} more; `jcli plan` lists them.\n" if len(plan.rails) > most else ""
    all_of_them = " ".join(f"--allow {rail.waiver}" for rail in plan.rails)
    every = f"All of them: {code('jcli sync ' + all_of_them, 600)}\n\n" if 1 < len(plan.rails) <= most else "\n"
    rails = table(("in the way", "lets it pass", "or instead"), rows)
    return f"### Rails: what somebody must allow\n\n{rails}{more}\n{every}"


def _instead(waiver: str, plan: Plan) -> str:
    """What may have been meant where a rail stands."""
    rail, _, what = waiver.partition("=")
    key, _, node = what.partition("/")
    match rail:
        case "remove":
            people = next((one.people for one in plan.actions if one.key == key and one.people), None)
            new = next((one.new for one in people.renames if one.old == node), None) if people else None
            line = code(f"nodeMap: {{{node}: {new or '...'}}}", 200)
            return f"{line} in the journey, {'if it is a rename' if new else 'to say where they go on'}"
        case "archive":
            return f"keep its file; {code(f'jcli pause {key}')} lets nobody new in"
        case "trigger":
            return "a journey of its own for the new trigger"
        case "protected":
            return "ask whoever protects it"
        case _:
            return "smaller steps, if it is more than was meant"
