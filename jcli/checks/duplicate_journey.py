"""x"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jcli.checks.subject import Declaration, short
from jcli.findings import Problem
from jcli.model import Kind


def check_all(declarations: Sequence[Declaration]) -> Iterator[tuple[Declaration, Problem]]:
    first: dict[str, Declaration] = {}
    for declaration in declarations:
        if declaration.kind is not Kind.JOURNEY:
            continue
        other = first.setdefault(declaration.key, declaration)
        if other is not declaration:
            where = short(other.place, 50)
            message = f"the journey `{short(declaration.key)}` is already in {where}; give one another key"
            yield declaration, Problem(("journey",), message)
