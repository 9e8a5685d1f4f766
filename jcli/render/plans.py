"""A plan as text and as JSON. The words and signs say everything; colour only repeats it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import orjson

from jcli.durations import rfc3339
from jcli.model import JourneyStatus, Kind, NodeType
from jcli.plan import Action, Change, Clash, Fate, Mover, Outcome, People, Plan, Standing
from jcli.render.findings import FORMAT_VERSION
from jcli.render.ink import Ink, plain

_NO_INK = Ink()
_HEADS = {
    Outcome.CREATE: ("+ create", "green"),
    Outcome.UPDATE: ("~ change", "yellow"),
    Outcome.MERGE: ("~ merge", "yellow"),
    Outcome.ADOPT: ("= adopt", "cyan"),
    Outcome.ARCHIVE: ("- archive", "red"),
    Outcome.RELEASE: ("o release", "cyan"),
    Outcome.DRIFT: ("! drifted", "yellow"),
    Outcome.CONFLICT: ("x conflict", "red"),
    Outcome.KEPT: ("o kept", "cyan"),
}
_SIGNS = {"+": "green", "-": "red", "~": "yellow"}
_LONGEST = 400
_CHANGES = {
    "gone": "which goes",
    "type": "which becomes another thing",
    "changed": "which changes",
    "ways": "whose ways out change",
}
_GIVEN = {
    NodeType.WAIT: "they wait until the time that they were given",
    NodeType.WAIT_FOR_EVENT: "they wait for the event that it names now, for as long as they were given",
    NodeType.CONTENT: "they keep the content and the time that they were given",
}


def text(plan: Plan, ink: Ink = _NO_INK) -> str:
    """What would become of each document, field by field; the rails in its way, and the summary last. Documents that
    stay as they are are left out."""
    blocks = [_action(action, ink) for action in plan.actions if action.outcome is not Outcome.NOTHING]
    for rail in plan.rails:
        waiver = f"`--allow {plain(rail.waiver)}` lets it pass"
        blocks.append(f"{ink('! not by itself', 'bold', 'red')} {plain(rail.message)}; {waiver}\n")
    body = "".join(blocks)
    return f"{body}\n{plan.summary}\n" if body else f"{plan.summary}\n"


def as_json(plan: Plan) -> str:
    """The plan as one JSON object; documents that stay as they are included."""
    return orjson.dumps(data(plan), option=orjson.OPT_INDENT_2).decode() + "\n"


def data(plan: Plan) -> dict[str, Any]:
    """What `as_json` writes, as plain data."""
    counts = {outcome.value: len(plan.of(outcome)) for outcome in Outcome}
    return {
        "formatVersion": FORMAT_VERSION,
        "fingerprint": plan.fingerprint,
        "actions": [_object(action) for action in plan.actions],
        "rails": [asdict(rail) for rail in plan.rails],
        "summary": counts,
    }


def _action(action: Action, ink: Ink) -> str:
    head, colour = _HEADS[action.outcome]
    name = f' "{plain(action.name)}"' if action.name != action.key else ""
    status = f" {action.status.value}" if action.status else ""
    file = f"  ({plain(action.file)})" if action.file else ""
    lines = [f"{ink(head, 'bold', colour)} {action.kind.value} {plain(action.key)}{name}{status}{file}"]
    if action.outcome is Outcome.DRIFT:
        lines.append(f"    the store was changed since the last sync; left alone{_ways_home(action)}")
    if action.note:
        lines.append(f"    {plain(action.note)}")
    if action.mover:
        lines.append(f"    the store's side: {who(action)}")
    both = bool(action.theirs)
    if action.clashes:
        lines += [line for clash in action.clashes for line in _clash(clash)]
    else:
        lines += change_lines(action.changes, ink, "here: " if both and action.changes else "")
        lines += change_lines(action.theirs, ink, "there: " if both else "")
    lines += [f"    {line}" for line in people_lines(action)]
    return "\n".join(lines) + "\n"


def _ways_home(action: Action) -> str:
    """What may be done about drift; where the note says it, nothing."""
    key = plain(action.key)
    return "" if action.note else f": `jcli pull {key}` takes it home, `--take git {key}` undoes it"


def who(action: Action) -> str:
    """Who changed the store's side, by which door and when."""
    mover = action.mover
    assert mover is not None
    return f"{plain(mover.actor)} ({plain(mover.door)}, {plain(mover.verb)}) at {rfc3339(mover.at)}"


def people_lines(action: Action) -> list[str]:
    """What the action does to people, a sentence each; nothing when it concerns nobody."""
    lines = []
    if action.live_users:
        names = ", ".join(plain(key) for key in action.live_users)
        lines.append(f"who enters {names} changes with it" if action.kind is Kind.AUDIENCE else f"shown by {names}")
    people = action.people
    if people is None:
        return lines
    return [*lines, *_people(people, action)]


def _people(people: People, action: Action) -> Iterator[str]:
    frozen = ", frozen where they stand until it is published again" if action.status is JourneyStatus.DRAFT else ""
    yield f"{persons(people.in_progress)} in progress{frozen if people.in_progress else ''}"
    if action.outcome is Outcome.ARCHIVE:
        if people.in_progress:
            yield "  all of them are stopped for good (archived)"
        return
    for one in people.standing:
        yield f"  {one.here:,} on `{plain(one.node)}`, {_CHANGES[one.change]}: {fate(one)}"
    if people.in_progress and not people.standing:
        yield "  nobody stands on what goes or changes"
    yield from (f"  {line}" for line in about_all(people, action.status))
    for rename in people.renames:
        old, new = plain(rename.old), plain(rename.new)
        yield f"  `{old}` goes and `{new}` comes, alike but for the key: `nodeMap: {{{old}: {new}}}` moves people,"
        yield f"  or `id: {plain(rename.old_id)}` on `{new}` keeps it the same node"


def about_all(people: People, status: JourneyStatus | None) -> Iterator[str]:
    """What changes for more than those who stand on some node: for all under way, for who enters."""
    if people.in_progress:
        if people.unpinned:
            yield "who was to finish on an older revision goes on in the newest (onEdit: follow)"
        if people.everybody:
            yield f"counts at once for all of them: {', '.join(people.everybody)}"
        if people.newcomers:
            yield f"counts for who enters from now on: {', '.join(people.newcomers)}"
    if people.entering and status is not None:
        yield f"who enters changes: {', '.join(map(plain, people.entering))}"


def fate(one: Standing) -> str:
    """What becomes of those who stand on a node, by what `jcli/engine/editing.py` does."""
    match one.fate:
        case Fate.END:
            return "they are stopped (node_removed)"
        case Fate.PINNED:
            return "they finish on the revision on which they entered (onEdit: pin)"
        case Fate.MOVE:
            there = f"at `{plain(one.to or '')}` (nodeMap)"
            return f"they begin anew {there}" if one.anew else f"they go on {there}{_kept(one.type)}"
        case Fate.FOLLOW if one.anew:
            return f"they come to it anew, as a {one.anew.value}"
        case Fate.FOLLOW if one.change == "ways":
            return "they leave by the new ways"
        case _:
            rest = ", and leave by the new ways" if one.ways else ""
            given = _GIVEN.get(one.type) if one.type else None
            return f"{given or 'they go on with the new one'}{rest}; whoever comes next gets the new one"


def _kept(node_type: NodeType | None) -> str:
    """What people take along to another node of the same type."""
    match node_type:
        case NodeType.WAIT | NodeType.WAIT_FOR_EVENT:
            return ", until the time that they were given"
        case NodeType.CONTENT:
            return ", with the content and the time that they were given"
        case _:
            return ""


def persons(count: int) -> str:
    """`1 person`, `1,204 people`."""
    return f"{count:,} {'person' if count == 1 else 'people'}"


def _clash(clash: Clash) -> list[str]:
    sides = (("base", clash.base), ("git", clash.git), ("store", clash.store))
    shown = [f"      {name + ':':<6} {'(not there)' if value is None else _value(value)}" for name, value in sides]
    return [f"    {plain(clash.where)}", *shown]


def change_lines(changes: Sequence[Change], ink: Ink, side: str = "") -> list[str]:
    """A line for each change: sign, place, old and new value."""
    return [f"  {ink(change.sign, _SIGNS[change.sign])} {side}{_change(change)}" for change in changes]


def _change(change: Change) -> str:
    if change.sign == "+":
        return f"{plain(change.where)}: {_value(change.new)}"
    if change.sign == "-":
        return f"{plain(change.where)}: {_value(change.old)}"
    return f"{plain(change.where)}: {_value(change.old)} -> {_value(change.new)}"


def _value(value: Any) -> str:
    """A word as it is, anything else as JSON on one line, cut when very long."""
    if isinstance(value, str) and value and value == value.strip() and " -> " not in value:
        shown = plain(value)
    else:
        shown = plain(orjson.dumps(value).decode())
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "..."


def _object(action: Action) -> dict[str, Any]:
    return {
        "kind": action.kind.value,
        "key": action.key,
        "id": action.id,
        "name": action.name,
        "outcome": action.outcome.value,
        "file": action.file,
        "status": action.status.value if action.status else None,
        "state": action.state,
        "wanted": action.wanted,
        "base": action.base,
        "note": action.note,
        "changes": [change_object(change) for change in action.changes],
        "theirs": [change_object(change) for change in action.theirs],
        "clashes": [asdict(clash) for clash in action.clashes],
        "people": _people_object(action.people) if action.people else None,
        "liveUsers": list(action.live_users),
        "movedBy": mover_data(action.mover),
    }


def change_object(change: Change) -> dict[str, Any]:
    """A change as JSON has it."""
    return {"where": change.where, "sign": change.sign, "old": change.old, "new": change.new}


def _people_object(people: People) -> dict[str, Any]:
    return {
        "inProgress": people.in_progress,
        "ended": people.ended,
        "pinned": people.pinned,
        "unpinned": people.unpinned,
        "entering": list(people.entering),
        "everybody": list(people.everybody),
        "newcomers": list(people.newcomers),
        "standing": [_standing_object(one) for one in people.standing],
        "renames": [{"old": one.old, "new": one.new, "oldId": one.old_id} for one in people.renames],
    }


def _standing_object(one: Standing) -> dict[str, Any]:
    return {
        "node": one.node,
        "type": one.type.value if one.type else None,
        "here": one.here,
        "change": one.change,
        "ways": one.ways,
        "fate": one.fate.value,
        "to": one.to,
        "anew": one.anew.value if one.anew else None,
    }


def mover_data(mover: Mover | None) -> dict[str, Any] | None:
    """Who changed the store's side last, as plain data."""
    if mover is None:
        return None
    at = rfc3339(mover.at)
    return {"actor": mover.actor, "door": mover.door, "verb": mover.verb, "at": at, "commit": mover.commit}
