"""Cases that could not be made of a test document: known by their names, so that none is left out in silence.

It must not say what is wrong with them: the checks have. Where to look next: `reading.py` makes the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jcli.checks.shape import check_document
from jcli.documents import Document
from jcli.findings import Path
from jcli.model import Kind
from jcli.parameters import unfolded
from jcli.trials.reading import SOMEBODY
from jcli.trials.script import START, Case, Person

Known = tuple[str, int, Path, str]
"""What tells a case from any other: file, number and path of its document, name."""


def known_by(case: Case) -> Known:
    return case.file, case.index, case.path, case.name


def unread_of(documents: Iterable[Document], cases: Sequence[Case]) -> list[Case]:
    """The cases of these documents that are not among those that could be made, without their steps. Documents with an
    error of the stage shape have none: nobody can tell what they would be."""
    known = {known_by(case) for case in cases}
    return [
        case
        for document in documents
        if document.kind is Kind.TEST and document.key is not None
        for case in _named(document)
        if known_by(case) not in known
    ]


def _named(document: Document) -> list[Case]:
    written = document.data.get("cases")
    if not isinstance(written, list) or next(check_document(document.kind, document.data), None) is not None:
        return []
    return [
        Case(
            document.file,
            document.index,
            ("cases", number),
            document.data["test"],
            one.name,
            Person(SOMEBODY),
            START,
            (),
        )
        for number, case in enumerate(written)
        for one in unfolded(case)
    ]
