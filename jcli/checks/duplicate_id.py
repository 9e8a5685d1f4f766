"""Two things of a kind have one id, or two sites, audiences, contents, vocabularies, persons or models have one key.

Ids name rows in the store, so only one of the two could be kept. Judged are the documents of the workspace, kind by
kind (two journeys with one key are `duplicate-journey`), and in each journey its nodes and, in a request, its edges.
A copied block that still pins the `id` of its original is the usual cause: leave the `id` out and one is made.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: first}
      first: {type: WAIT, id: node_1, config: {duration: 2d}, next: second}
      second: {type: WAIT, id: node_1, config: {duration: 5d}, next: done}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: first}
      first: {type: WAIT, id: node_1, config: {duration: 2d}, next: second}
      second: {type: WAIT, config: {duration: 5d}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jcli.checks.subject import Declaration, Referrer, short
from jcli.findings import Path, Problem
from jcli.model import Kind


def check(referrer: Referrer) -> Iterator[Problem]:
    """Ids that one journey gives twice: to two of its nodes or to two of its edges."""
    outline = referrer.outline
    nodes = [
        ((*node.path, "id"), node.pinned or node.data["id"])
        for node in outline.nodes
        if node.pinned is not None or "id" in node.data
    ]
    edges = [((*edge.path, "id"), edge.pinned) for edge in outline.edges if edge.pinned is not None]
    for noun, places in (("node", nodes), ("edge", edges)):
        first: dict[str, Path] = {}
        for path, found in places:
            if found is not None and first.setdefault(found, path) != path:
                message = f"another {noun} of this journey has the id `{short(found)}` too; leave one out or change it"
                yield Problem(path, message, related=(first[found],))


def check_all(declarations: Sequence[Declaration]) -> Iterator[tuple[Declaration, Problem]]:
    """Ids that two documents of a kind have, and keys that two documents of a kind other than journey have."""
    by_key: dict[tuple[Kind, str], Declaration] = {}
    by_id: dict[tuple[Kind, str], Declaration] = {}
    for declaration in declarations:
        kind = declaration.kind
        if kind is Kind.TEST:
            continue  # its key is that of the journey that it tests
        twin = by_key.setdefault((kind, declaration.key), declaration)
        owner = by_id.setdefault((kind, declaration.id), declaration)
        if twin is not declaration:
            if kind is not Kind.JOURNEY:
                yield declaration, _same_key(declaration, twin)
        elif owner is not declaration:
            yield declaration, _same_id(declaration, owner)


def _same_key(declaration: Declaration, other: Declaration) -> Problem:
    kind, where = declaration.kind.value, short(other.place, 50)
    return Problem((kind,), f"the {kind} `{short(declaration.key)}` is already in {where}; give one another key")


def _same_id(declaration: Declaration, other: Declaration) -> Problem:
    path = ("id",) if "id" in declaration.document.data else (declaration.kind.value,)
    where = short(other.place, 50)
    return Problem(
        path, f"the id `{short(declaration.id)}` is taken by `{short(other.key, 24)}` in {where}; change one"
    )
