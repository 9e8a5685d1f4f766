"""A section for one document: what becomes of it, its findings, its changes, the picture, and its people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jcli.findings import Finding, in_source_order
from jcli.model import JourneyStatus, Kind
from jcli.plan import Action, Fate, Outcome, People, Rename, Standing
from jcli.render.findings.words import sentence as said
from jcli.render.graphs import Drawing
from jcli.render.graphs.mermaid import mermaid
from jcli.render.graphs.ruling import rule
from jcli.render.markdown import code, fenced, prose, sentence, table
from jcli.render.plans import about_all, fate, persons, who
from jcli.render.reviews.around import around
from jcli.render.reviews.fitting import Section
from jcli.render.reviews.material import Material
from jcli.render.reviews.verdict import word
from jcli.render.reviews.wording import Terms, changes_table, sides_table

_MOST_FOUND, _MOST_STANDING = 30, 60
_CHANGES = {"gone": "goes", "type": "becomes another type", "changed": "changes", "ways": "leads elsewhere"}


def section(action: Action, findings: Sequence[Finding], material: Material, target: str) -> Section | None:
    """The section of a document; None where the overview has said all."""
    told = action.changes or action.note or action.kind in (Kind.JOURNEY, Kind.AUDIENCE)
    if action.outcome is Outcome.ADOPT or not told:
        return None
    mine = [one for one in findings if one.document == f"{action.kind.value} {action.key}"]
    drawing = material.drawings.get(action.key) if action.kind is Kind.JOURNEY else None
    terms = Terms({node.key: node for node in drawing.nodes} if drawing else {}, material.names)
    text = [_title(action), *_told(action, target), found(mine, "Findings:\n\n"), *_rules(action, material)]
    text += [*_changes(action, terms, target, in_words=action.key in material.rules), *_people(action)]
    name = f"{action.kind.value} {code(action.key)}"
    return Section("".join(text), _picture(drawing), name)


def _rules(action: Action, material: Material) -> Iterator[str]:
    """Whom an audience takes, in words."""
    before, after = material.rules.get(action.key, (None, None)) if action.kind is Kind.AUDIENCE else (None, None)
    if after is not None:
        was = f"- before: {prose(rule(before), 600)}\n" if before is not None else ""
        yield f"Who is in it:\n\n{was}- {'now' if was else 'new'}: {prose(rule(after), 600)}\n\n"


def _title(action: Action) -> str:
    name = f" {prose(action.name, 100)}" if action.name != action.key else ""
    status = f", {action.status.value}" if action.status else ""
    file = f" · {code(action.file)}" if action.file else ""
    return f"### {word(action.outcome)}: {action.kind.value} {code(action.key)}{name}{status}{file}\n\n"


def _told(action: Action, target: str) -> Iterator[str]:
    if action.outcome is Outcome.DRIFT:
        yield f"{_mover(action, target)} It is left alone: this sync does not touch it.{_ways_out(action)}\n\n"
    elif action.outcome in (Outcome.CONFLICT, Outcome.MERGE) and action.mover:
        yield f"{_mover(action, target)}\n\n"
    if action.note and not action.clashes:  # their table says it
        yield f"{sentence(action.note if action.note.startswith(action.file or ' ') else capital(action.note))}.\n\n"
    if action.outcome is Outcome.CREATE and action.kind is Kind.JOURNEY:
        yield "It comes as a DRAFT: nobody enters before somebody publishes it.\n\n"


def capital(text: str) -> str:
    """The sentence as one that stands by itself."""
    return text[:1].upper() + text[1:]


def _mover(action: Action, target: str) -> str:
    if action.mover is None:
        return f"It was changed in {code(target)} since the last sync."
    return f"Changed in {code(target)} since the last sync by {prose(who(action), 200)}."


def _ways_out(action: Action) -> str:
    if action.note:  # which says what may be done
        return ""
    key = action.key
    return (
        f" {code(f'jcli pull {key}', 200)} takes the change home into git, "
        f"{code(f'jcli sync --take git {key}', 200)} undoes it."
    )


def found(findings: Sequence[Finding], title: str) -> str:
    """The findings as a list; nothing where there are none."""
    if not findings:
        return ""
    lines = [
        f"- **{one.severity.value}** `{one.code}` {_place(one)}: {sentence(said(one))}\n"
        for one in in_source_order(findings)[:_MOST_FOUND]
    ]
    more = len(findings) - _MOST_FOUND
    return title + "".join(lines) + (f"- and {more} more: `jcli validate` lists them\n" if more > 0 else "") + "\n"


def _place(finding: Finding) -> str:
    line = f":{finding.span.line}" if finding.span else ""
    return code(f"{finding.file or ''}{line}")


def _changes(action: Action, terms: Terms, target: str, *, in_words: bool) -> Iterator[str]:
    """The tables; what is `in_words` already are the rules of an audience."""
    key = action.key
    if action.clashes:
        yield "Both sides changed these, to different values:\n\n"
        yield sides_table(action.clashes, terms, code(target)) + "\n"
        yield (
            f"Choose with {code(f'jcli sync --take git {key}', 200)} (what {code(target)} says is undone) "
            f"or {code(f'jcli sync --take store {key}', 200)} (git's change waits; "
            f"{code(f'jcli pull {key} --take store', 200)} takes the other home).\n\n"
        )
        return
    if action.theirs:
        if action.changes:
            yield f"From git:\n\n{changes_table(action.changes, terms)}\n"
        yield f"From {code(target)}:\n\n{changes_table(action.theirs, terms)}\n"
    elif changes := [one for one in action.changes if not (in_words and one.where.startswith("rules"))]:
        yield f"{changes_table(changes, terms)}\n"


def _picture(drawing: Drawing | None) -> str:
    """What changes, as one diagram of before and after."""
    if drawing is None or not drawing.nodes or (drawing.since is not None and drawing.change is None):
        return ""
    shown = around(drawing)
    left = len(drawing.nodes) - len(shown.nodes)
    legend = "`+` new, `-` gone (dashed), `~` changed" if drawing.since is not None else "All of it is new"
    cut = f"; {left} nodes that are further away are left out" if left else ""
    return f"{legend}{cut}.\n\n{fenced(mermaid(shown), 'mermaid')}\n"


def _people(action: Action) -> Iterator[str]:
    people = action.people
    if action.live_users:
        yield _users(action)
    if people is None or not action.writes:
        return
    frozen = " They are frozen until it is published again." if action.status is JourneyStatus.DRAFT else ""
    yield f"**{persons(people.in_progress)} under way.**{frozen if people.in_progress else ''}"
    if action.outcome is Outcome.ARCHIVE:
        yield " All of them are stopped for good (archived).\n\n" if people.in_progress else "\n\n"
        return
    standing = people.standing
    if people.in_progress and not standing:
        canvas = any(change.where.startswith("nodes.") for change in action.changes)
        yield _meet(people) if canvas else " Nothing of their way changes."
    yield "\n\n"
    if standing:
        yield table(("node", "people now", "the node", "what happens to them"), _rows(standing), right=(1,))
        more = len(standing) - _MOST_STANDING
        yield f"\n{more} more nodes are not shown here.\n\n" if more > 0 else "\n"
    lines = [f"- {sentence(capital(line))}.\n" for line in about_all(people, action.status)]
    yield "".join(lines) + ("\n" if lines else "")
    yield "".join(map(_rename, people.renames))


def _meet(people: People) -> str:
    """What is true of everybody where nobody stands on what changes."""
    if people.pinned:
        return " They finish on the revision on which they entered (onEdit: pin)."
    return " Nobody stands on what goes or changes; who comes there later finds it changed."


def _users(action: Action) -> str:
    names = ", ".join(map(code, action.live_users[:10]))
    more = f" and {len(action.live_users) - 10} more" if len(action.live_users) > 10 else ""
    if action.kind is Kind.AUDIENCE:
        return (
            f"It decides who enters {names}{more}, live now. Whoever is under way stays; the new rule is asked when "
            "somebody would enter.\n\n"
        )
    return f"It is shown by {names}{more}, live now.\n\n"


def _rows(standing: Sequence[Standing]) -> Iterator[tuple[str, str, str, str]]:
    for one in standing[:_MOST_STANDING]:
        node_type = f" ({one.type.value.replace('_', ' ')})" if one.type else ""
        what = sentence(fate(one))
        yield (
            f"{code(one.node)}{node_type}",
            f"{one.here:,}",
            _CHANGES[one.change],
            f"**{what}**" if one.fate is Fate.END else what,
        )


def _rename(one: Rename) -> str:
    old, new = code(one.old), code(one.new)
    return (
        f"{old} goes and {new} comes, alike but for the key. If it is a rename, one of these keeps the people:\n\n"
        f"- {code(f'nodeMap: {{{one.old}: {one.new}}}', 200)} in the journey: they move to {new}\n"
        f"- {code(f'id: {one.old_id}', 300)} on {new}: it stays the same node, with its statistics\n\n"
    )
