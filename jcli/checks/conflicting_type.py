"""Two vocabularies say different things of one trait, or of one property of one event.

Vocabularies add up: each team may keep its own, and what several say alike is said once. Where they disagree, in the
type or in the values, nobody can say which is right, so the name is taken for anything until they agree. The one that
stands first, by file and line, keeps its word; the finding is at the other.

Bad::

    vocabulary: product
    traits:
      seats: number
    ---
    vocabulary: sales
    traits:
      seats: text

Good::

    vocabulary: product
    traits:
      seats: number
    ---
    vocabulary: sales
    traits:
      seats: number
      region: text
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jcli.checks.subject import Declaration, short
from jcli.checks.vocabulary import Clash, add_up, vocabulary_of
from jcli.findings import Path, Problem
from jcli.model import Kind


def check_all(declarations: Sequence[Declaration]) -> Iterator[tuple[Declaration, Problem]]:
    declared = [declaration for declaration in declarations if declaration.kind is Kind.VOCABULARY]
    if len(declared) < 2:
        return
    _, clashes = add_up(vocabulary_of(declaration.document.data) for declaration in declared)
    for clash in clashes:
        first = next(declaration for declaration in declared if _holds(declaration, clash.path))
        yield declared[clash.document], Problem(clash.path, _message(clash, first), at_key=True)


def _holds(declaration: Declaration, path: Path) -> bool:
    value = declaration.document.data
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[str(step)]
    return True


def _message(clash: Clash, first: Declaration) -> str:
    what = f"the {'trait' if clash.path[0] == 'traits' else 'property'} `{short(str(clash.path[-1]), 24)}`"
    where = f"the vocabulary `{short(first.key, 24)}`"
    if clash.first.type is clash.other.type:
        return f"{what} has other values in {where}; say the same in both, or keep one"
    types = f"`{clash.first.type}` in {where} and `{clash.other.type}` here"
    return f"{what} is {types}; say the same in both, or keep one"
