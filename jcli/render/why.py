"""Why somebody is in a journey and where, or why not: in words with the ledger, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from jcli.durations import rfc3339
from jcli.engine import Answer
from jcli.model import Enrollment, EnrollmentStatus, Instant, JourneyStatus, Node, NodeType, Step, StoredJourney
from jcli.render.findings import FORMAT_VERSION
from jcli.render.ink import Ink, plain
from jcli.render.people import ending, enrollment_object, step_object, who
from jcli.render.readings import CAUSES, readings
from jcli.render.tables import table
from jcli.store import PersonKey

_NO_INK = Ink()
_SAYS = {True: "yes", False: "no", None: "depends"}
_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Account:
    """What is told: the journey by its name and the keys of its nodes, the person (`known`: something is known of
    them), their last enrollment with its ledger, and what each entering rule says of them now."""

    journey: StoredJourney
    name: str
    nodes: Mapping[str, str]
    person: PersonKey
    known: bool
    enrollment: Enrollment | None
    steps: Sequence[Step]
    answers: Sequence[Answer]

    @property
    def inside(self) -> bool:
        return self.enrollment is not None and self.enrollment.status is EnrollmentStatus.IN_PROGRESS


def text(account: Account, ink: Ink = _NO_INK) -> str:
    """A few sentences, the ledger, and for somebody who is not inside the answers of the entering rules."""
    sentences = _sentences(account)
    blocks = ["".join(f"{ink(plain(line), 'bold') if not at else plain(line)}\n" for at, line in enumerate(sentences))]
    if account.steps:
        blocks.append(_ledger(account, ink))
    if not account.inside:
        rows = [(answer.rule.value, _SAYS[answer.allows], answer.because) for answer in account.answers]
        blocks.append(table(("ENTERING NOW", "ALLOWED", "BECAUSE"), rows, ink))
    return "\n".join(blocks)


def as_json(account: Account) -> str:
    person, enrollment = account.person, account.enrollment
    answer = {
        "formatVersion": FORMAT_VERSION,
        "journeyId": account.journey.journey.id,
        "key": account.name,
        "endUserId": None if person.anonymous else person.id,
        "anonymousId": person.id if person.anonymous else None,
        "known": account.known,
        "inside": account.inside,
        "enrollment": None
        if enrollment is None
        else {
            **enrollment_object(enrollment, account.nodes),
            "steps": [step_object(step, account.nodes) for step in account.steps],
        },
        "answers": [{"rule": one.rule.value, "allows": one.allows, "because": one.because} for one in account.answers],
    }
    return orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n"


def _sentences(account: Account) -> list[str]:
    person = who(account.person.id, anonymous=account.person.anonymous)
    enrollment, name = account.enrollment, account.name
    if enrollment is None:
        told = [f"{person} has never been in {name}."]
        return told if account.known else [*told, f"Nothing is known of {person}; somebody new would be told this:"]
    since = rfc3339(enrollment.enrolled_at)
    if not account.inside:
        ended = rfc3339(enrollment.ended_at) if enrollment.ended_at is not None else "?"
        told = [f"{person} is not in {name} any more: {ending(enrollment)}, from {since} to {ended}."]
    else:
        told = [f"{person} is in {name} since {since}.", _standing(account, enrollment)]
    if account.steps:
        first = account.steps[0]
        told.insert(1, f"They came in at {account.nodes.get(first.node_id, first.node_id)} by {_cause(first)}.")
    return [*told, *_goal(account, enrollment)]


def _standing(account: Account, enrollment: Enrollment) -> str:
    here = enrollment.node_id or ""
    node = next((node for node in account.journey.journey.nodes if node.id == here), None)
    waits = _waits(node) if node is not None else ""
    by_time = enrollment.due_at is not None and enrollment.due_at != _deadline(account, enrollment)
    until = f" until {rfc3339(enrollment.due_at)}" if by_time and enrollment.due_at is not None else ""
    frozen = account.journey.status is JourneyStatus.DRAFT
    told = f"They stand on {account.nodes.get(here, here)}"
    if waits or until:
        told += f" and wait{waits}{until}"
    return told + ("; the journey is DRAFT, so nothing moves before it is published." if frozen else ".")


def _waits(node: Node) -> str:
    """What somebody on the node waits for, besides time."""
    if node.type is NodeType.WAIT_FOR_EVENT:
        return f" for the event {node.config.get('eventName')}"
    if node.type is NodeType.CONTENT:
        shown = node.config.get("advanceOn") == "shown"
        return f" for the content {node.content_id} to be {'shown' if shown else 'finished'}"
    return ""


def _goal(account: Account, enrollment: Enrollment) -> list[str]:
    if account.journey.journey.goal_config is None:
        return []
    if enrollment.goal_met_at is not None:
        return [f"The goal was met at {rfc3339(enrollment.goal_met_at)}."]
    if not account.inside:
        return ["The goal was not met."]
    deadline = _deadline(account, enrollment)
    return ["The goal is not met yet" + (f"; the deadline is {rfc3339(deadline)}." if deadline is not None else ".")]


def _deadline(account: Account, enrollment: Enrollment) -> Instant | None:
    """When the enrollment is abandoned unless its goal is met by then."""
    days = (account.journey.journey.goal_config or {}).get("deadline")
    return enrollment.enrolled_at + int(days) * _DAY if isinstance(days, int | float) else None


def _ledger(account: Account, ink: Ink) -> str:
    rows = [
        (
            step.seq,
            account.nodes.get(step.node_id, step.node_id),
            step.node_type.value,
            rfc3339(step.entered_at),
            "" if step.left_at is None else rfc3339(step.left_at),
            f"ended: {step.ended}" if step.ended else step.label or "",
            _cause(step),
            readings(step.detail or {}),
        )
        for step in account.steps
    ]
    heads = ("STEP", "NODE", "TYPE", "ENTERED", "LEFT", "WAY", "LEFT BY", "READ")
    used = len(heads) if any(row[-1] for row in rows) else len(heads) - 1
    return table(heads[:used], [row[:used] for row in rows], ink, right=(0,))


def _cause(step: Step) -> str:
    if step.cause is None:
        return ""
    word = CAUSES.get(step.cause, step.cause)
    return f"{word} {step.cause_ref}" if step.cause_ref and step.cause not in ("timer", "canvas") else word.rstrip(":")
