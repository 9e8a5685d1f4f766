"""Give a node, a journey, a person, a site, an audience or a content another key, wherever it is named.

A rename is whole or not at all: what would make the workspace wrong is refused with a NotAllowed or InvalidRequest.
"""

from __future__ import annotations

from jcli.checks.shape import check_definition
from jcli.checks.subject import short
from jcli.editor.desk import Desk
from jcli.editor.mending import Edit, reword
from jcli.editor.names import Name, declared, everywhere
from jcli.errors import InvalidRequest, NotAllowed
from jcli.model import Kind


def rename(desk: Desk, name: Name, key: str) -> list[Edit]:
    """The edits that give the name another key, in the order of the files."""
    if key == name.key:
        return []
    _check_key(name, key)
    if key in _taken(desk, name):
        raise NotAllowed(f"there is a {_thing(name)} `{short(key)}` already; take another key")
    found = list(everywhere(desk, name))
    if not any(mention.declares for mention in found):
        raise NotAllowed(
            f"no document declares the {_thing(name)} `{short(name.key)}`; only what is declared is renamed"
        )
    edits = []
    for mention in found:
        file = mention.document.file
        sheet = desk.sheet(file)
        if sheet is None or not sheet.current:
            raise NotAllowed(f"{file} cannot be read as it stands; put that right, then rename")
        edit = reword(file, mention.span, key, desk.ruler(file), desk.content(file))
        if edit is None:
            raise NotAllowed(f"a key in {file} is not written on one line; write it so, then rename")
        edits.append(edit)
    return edits


def _check_key(name: Name, key: str) -> None:
    definition = "ContentId" if name.kind is Kind.CONTENT else "Slug"
    for problem in check_definition(definition, key):
        raise InvalidRequest(problem.problem.message.replace("this value", f"the key of a {_thing(name)}"))


def _taken(desk: Desk, name: Name) -> set[str]:
    """The keys that are in use beside it."""
    if name.kind is not None:
        return set(declared(desk, name.kind))
    [nodes] = [d.data["nodes"] for d in desk.documents() if (d.file, d.index) == name.home]
    return set(nodes)


def _thing(name: Name) -> str:
    return name.kind.value if name.kind else "node"
