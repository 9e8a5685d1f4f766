"""`jcli validate --fix` and `--diff`: reads the files, has what is certain put right, and writes or shows it.

What a fix is and whether it stands up is the business of `jcli/compiler/fixes.py`, how a file is replaced that of
`jcli/commands/replacing.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jcli.commands import exits
from jcli.commands.replacing import replace_file

if TYPE_CHECKING:
    from jcli.commands.session import Session
    from jcli.compiler import Head
    from jcli.compiler.fixes import Fixed, Wanted
    from jcli.findings import Finding
    from jcli.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Repair:
    """A file with its content as it was and as it would be."""

    path: str
    file: str
    before: bytes
    fixed: Fixed


def fix_files(session: Session, findings: Collection[Finding], *, diff: bool, wanted: Wanted | None = None) -> int:
    """Put right what can be put right of the findings, in the files in which they are; with `diff` show it on stdout
    and write nothing. `wanted` says which findings are to be fixed, of those too that a fix uncovers (default: all).
    The exit code so far."""
    from jcli.compiler.fixes import anything
    from jcli.render.diffs import unified
    from jcli.render.findings import counted

    files = {finding.file for finding in findings if finding.fix and finding.file}
    repairs = _repairs(session, files, _only_known_comments(findings, wanted or anything))
    changed = [repair for repair in repairs if repair.fixed.count]
    if diff:
        for repair in changed:
            session.show(unified(repair.file, repair.before, repair.fixed.content))
        written, code = changed, exits.FINDINGS if changed else exits.DONE
    else:
        written = [
            repair
            for repair in changed
            if replace_file(repair.path, repair.file, repair.before, repair.fixed.content, "fixed")
        ]
        code = exits.DONE if len(written) == len(changed) else exits.CONFLICT
    count, left = sum(repair.fixed.count for repair in written), sum(repair.fixed.left for repair in repairs)
    if count or not left:
        verb = "Would fix" if diff else "Fixed"
        session.say(f"{verb} {counted(count, 'finding')} in {counted(len(written), 'file')}")
    if left:
        session.say(f"Left {counted(left, 'finding')} as written: the fix would have made something else wrong")
    return code


def _only_known_comments(findings: Collection[Finding], wanted: Wanted) -> Wanted:
    """A comment may look idle to whoever checks one file alone, because it silences what is said of the whole
    workspace: only those go that were idle when everything was looked at."""
    from jcli.findings import FixKind

    idle = {(finding.file, finding.message) for finding in findings}

    def is_wanted(finding: Finding) -> bool:
        comment = finding.fix is not None and finding.fix.kind is FixKind.COMMENT
        return wanted(finding) and (not comment or (finding.file, finding.message) in idle)

    return is_wanted


def _repairs(session: Session, files: Collection[str], wanted: Wanted) -> list[_Repair]:
    """What comes of fixing each of the files alone, with all others as they are."""
    from jcli.commands.reading import no_collecting
    from jcli.compiler import check_shapes
    from jcli.compiler.fixes import fix_content
    from jcli.workspace import content_of, list_files, load

    if not files:
        return []
    workspace = session.workspace()
    entries = list_files(workspace)
    with no_collecting():
        documents = load(workspace, entries).documents
    heads: dict[str, list[Head]] = {}
    for document in documents:
        shaped = check_shapes([document], [], workspace.config.workspace)
        heads.setdefault(document.file, []).extend(shaped.heads)
    repairs = []
    for path, file, problem in entries:
        if file not in files or problem is not None:
            continue
        try:
            content = content_of(path)
        except OSError:
            continue  # the findings that follow tell of it
        others = [head for other, found in heads.items() if other != file for head in found]
        fixed = fix_content(content, _checker(workspace, file, others), wanted)
        repairs.append(_Repair(path, file, content, fixed))
    return repairs


def _checker(workspace: Workspace, file: str, others: list[Head]) -> Callable[[bytes], list[Finding]]:
    """What is wrong with a content of the file, among the documents of all other files."""
    from jcli.checks.silencing import silenced
    from jcli.compiler import check_references, check_shapes, world_of
    from jcli.documents import read

    config = workspace.config

    def check(content: bytes) -> list[Finding]:
        documents, unread = read(content, file)
        shaped = check_shapes(documents, unread, config.workspace)
        world = world_of([*others, *shaped.heads])
        referred = check_references(shaped, world, config.workspace, config.rules, ids=False)
        return silenced([*shaped.findings, *referred.early, *referred.late], shaped.ignores, config.rules)

    return check
