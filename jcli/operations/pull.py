"""Take the store home: what the API changed becomes changes of the files, and what only the store has new files.

Everything is worked out before anything is written, and nothing is written here: the result are the files as they are
and as they would be. Each is read back and compiled together with the whole workspace. A document that would then say
anything else than what was wanted, or keep the workspace from being synced, is not part of the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from jcli.authoring import References
from jcli.canonical import canonical, fingerprint
from jcli.compiler import Compilation, Source, compile_documents
from jcli.documents import Document
from jcli.errors import JcliError
from jcli.findings import Finding
from jcli.model import Audience, Journey, Kind
from jcli.operations.pull_files import Attempt, Files, Writing
from jcli.operations.pull_view import PullView
from jcli.plan import Left, Place, Pull, PullDecision, PullWay, Taken

_DECLARING = {"unknown-site": Kind.SITE, "unknown-audience": Kind.AUDIENCE, "unknown-content": Kind.CONTENT}


def pull(view: PullView, compilation: Compilation, documents: Sequence[Document], files: Files) -> Pull:
    """The files that a pull would write. `documents` are those of the workspace, `compilation` what came of them; Stale
    when a file is not what was read any more."""
    left = [
        Left(one, one.reason or "", conflict=one.way is PullWay.REFUSE)
        for one in view.decisions
        if one.way in (PullWay.LEAVE, PullWay.REFUSE)
    ]
    goes = [one for one in view.decisions if one.way not in (PullWay.LEAVE, PullWay.REFUSE)]
    while True:
        attempt = Writing(view, compilation, files, _references(compilation, goes)).attempt(goes)
        barred = attempt.unwritable or _barred(attempt, compilation, documents)
        if not barred:
            break
        left += [Left(one, barred[one.place], barred=True) for one in goes if one.place in barred]
        goes = [one for one in goes if one.place not in barred]
    return Pull(tuple(attempt.taken), tuple(attempt.files), tuple(left))


def _references(compilation: Compilation, goes: Iterable[PullDecision]) -> References:
    """The sites and audiences that documents declare, those included that come."""
    declared = [(kind, source.item.id, key) for (kind, key), source in compilation.sources.items()]
    declared += [(one.kind, one.id, one.key) for one in goes if one.way is PullWay.NEW]
    return References(
        {one: key for kind, one, key in declared if kind is Kind.SITE},
        {one: key for kind, one, key in declared if kind is Kind.AUDIENCE},
    )


def _barred(attempt: Attempt, before: Compilation, documents: Sequence[Document]) -> dict[Place, str]:
    """What must not go home after all, and why: the workspace with all of it is compiled, and nothing may be wrong that
    bars a sync. What does not say what was wanted is a mistake of ours: JcliError."""
    if not attempt.files:
        return {}
    changed = {document.file for document in attempt.documents}
    kept = [document for document in documents if document.file not in changed]
    after = compile_documents([*kept, *attempt.documents], (), attempt.workspace)
    if after.bars_sync:
        return _blamed(attempt, after.barring)
    _must_say(attempt.taken, after)
    _must_be_unmoved(attempt.taken, before.sources, after.sources)
    return {}


def _blamed(attempt: Attempt, errors: Sequence[Finding]) -> dict[Place, str]:
    """Which documents are the cause: those of which something is said, or all new ones of a kind that was declared
    nowhere before, where they make documents wrong that are no part of this."""
    blamed: dict[Place, str] = {}
    for error in errors:
        own = [one for one in attempt.taken if (one.file, one.index) == (error.file, error.index)]
        kind = _DECLARING.get(error.code)
        others = [one for one in attempt.taken if one.decision.way is PullWay.NEW and one.decision.kind is kind]
        for one in own:
            blamed.setdefault(one.decision.place, f"{error.message} ({error.code})")
        for one in () if own else others:
            blamed.setdefault(one.decision.place, f"with it, {error.file} would be wrong: {error.message}")
    if not blamed:
        raise JcliError(f"after the pull {errors[0].file} would be wrong: {errors[0].message}; nothing was written")
    return blamed


def _must_say(taken: Iterable[Taken], after: Compilation) -> None:
    for one in taken:
        source = after.sources.get((one.decision.kind, one.decision.key))
        if source is None or source.fingerprint != fingerprint(canonical(one.wanted)):
            name = f"{one.decision.kind.value} {one.decision.key}"
            raise JcliError(f"{one.file} would not say what the store has of the {name}; nothing was written")


def _must_be_unmoved(taken: Iterable[Taken], before: Mapping[Place, Source], after: Mapping[Place, Source]) -> None:
    """All other documents must say what they said, also where they refer to something by a key."""
    changed = {(one.decision.kind, one.decision.key) for one in taken}
    for place, source in before.items():
        if place not in changed and _refers(source) != _refers(after[place]):
            raise JcliError(f"{source.document.file} would refer to something else; nothing was written")


def _refers(source: Source) -> tuple[str | None, ...]:
    item = source.item
    if isinstance(item, Journey):
        return item.id, item.site_id, item.audience_id
    return item.id, item.site_id if isinstance(item, Audience) else None
