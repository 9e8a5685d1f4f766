"""`jcli fmt`: the documents of the workspace in their canonical layout. Offline; writes the files that it changes.

What that layout is, and that a file says the same in it, is the business of `jcli/authoring/formatting.py`; how a file
is replaced that of `jcli/commands/replacing.py`. A file that cannot be read, or whose shape is wrong, is left alone:
where its fields belong is not certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from jcli.commands import exits
from jcli.commands.paths import chosen_files, nothing_there
from jcli.commands.reading import no_collecting
from jcli.commands.replacing import replace_file
from jcli.commands.session import Session, shared, tell

if TYPE_CHECKING:
    from jcli.workspace import Entry


@click.command("fmt")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--check", is_flag=True, help="List the files that would change, and change nothing.")
@click.option("--diff", is_flag=True, help="Show what would change, and change nothing.")
@shared
@click.pass_obj
def fmt_command(session: Session, /, *, paths: tuple[str, ...], check: bool, diff: bool) -> int:
    """Bring documents into their canonical layout.

    Fields in one order, `next` in its shortest form; comments, quotes and blank lines are kept, and what the documents
    say stays the same. With PATHs (files or folders) only those.
    """
    with no_collecting():
        outcome = _format(session, paths)
    return _show(session, outcome, diff=diff) if check or diff else _write(session, outcome)


@dataclass(frozen=True, slots=True)
class _Change:
    """A file with its content as it is and in its canonical layout."""

    path: str
    file: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of formatting `count` files: those that change, and how many were left alone, which has been told."""

    count: int
    changes: list[_Change]
    left: int

    @property
    def code(self) -> int:
        return exits.FINDINGS if self.left else exits.DONE


def _format(session: Session, paths: tuple[str, ...]) -> _Outcome:
    from jcli.workspace import list_files

    workspace = session.workspace()
    entries = list_files(workspace)
    if not entries:
        raise nothing_there(workspace)
    if paths:
        chosen = chosen_files(map(session.path, paths), workspace, [entry.file for entry in entries])
        entries = [entry for entry in entries if entry.file in chosen]
    changes, left = [], 0
    for entry in entries:
        change = _change(entry, workspace.config.workspace)
        if change is None:
            left += 1
        elif change.after != change.before:
            changes.append(change)
    return _Outcome(len(entries), changes, left)


def _change(entry: Entry, workspace: str) -> _Change | None:
    """What becomes of a file; None, and a word about it, when it is left alone."""
    from jcli.authoring.formatting import formatted
    from jcli.compiler import check_shapes
    from jcli.documents import read
    from jcli.documents.edits import EditError
    from jcli.render.findings import counted
    from jcli.workspace import open_entry

    content = open_entry(entry)
    if not isinstance(content, bytes):
        tell(f"{entry.file} was left as it is: {content.message}")
        return None
    documents, unread = read(content, entry.file)
    findings = check_shapes(documents, unread, workspace).findings
    if findings:
        first = f"{counted(len(findings), 'error')} in it {'comes' if len(findings) == 1 else 'come'} first"
        tell(f"{entry.file} was left as it is: {first}", f"jcli validate {entry.file}")
        return None
    try:
        return _Change(entry.path, entry.file, content, formatted(content, documents))
    except EditError as error:
        tell(f"{entry.file} was left as it is: {error.message}", "put its fields in order by hand, or leave it so")
        return None


def _show(session: Session, outcome: _Outcome, *, diff: bool) -> int:
    from jcli.render.diffs import unified

    for change in outcome.changes:
        session.show(unified(change.file, change.before, change.after) if diff else f"{change.file}\n")
    _sum_up(session, "Would format", len(outcome.changes), outcome)
    return exits.FINDINGS if outcome.changes else outcome.code


def _write(session: Session, outcome: _Outcome) -> int:
    written = [
        change
        for change in outcome.changes
        if replace_file(change.path, change.file, change.before, change.after, "formatted")
    ]
    _sum_up(session, "Formatted", len(written), outcome)
    return outcome.code if len(written) == len(outcome.changes) else exits.CONFLICT


def _sum_up(session: Session, verb: str, number: int, outcome: _Outcome) -> None:
    from jcli.render.findings import counted

    session.say(f"{verb} {number:,} of {counted(outcome.count, 'file')}")
