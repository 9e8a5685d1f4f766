"""Names that a test uses for what is declared elsewhere in the workspace, as data that any process may hold."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from jcli.findings import Path


class Sort(StrEnum):
    """What a name is for. NODE: a node of the journey, with a label where one is asked for. SPLIT: a node that must be
    a SPLIT, with its label. SHOWS: what the journey shows, by content id or node. SHOWN: what any journey shows, by
    content id, or by the node of this one. PERSON: somebody whom tests share. CASE: a case, the only one of that name
    among those of the journey."""

    JOURNEY = "journey"
    NODE = "node"
    SPLIT = "split"
    SHOWS = "shows"
    SHOWN = "shown"
    PERSON = "person"
    CASE = "case"


class Named(NamedTuple):
    """`journey` is the key of that which it is about; `at_key`: the name is a key in its document. `before` and `after`
    are what stands around it in its text, as in `other/` and ` completed`. `loose`: the text is put together by `each`,
    so that no word could be written in its place. `also` are names that its document itself knows."""

    sort: Sort
    name: str
    path: Path
    journey: str = ""
    label: str | None = None
    at_key: bool = False
    before: str = ""
    after: str = ""
    loose: bool = False
    also: tuple[str, ...] = ()

    def instead(self, name: str | None) -> str | None:
        """The text that names this one instead, where it can be written."""
        return None if name is None or self.loose else f"{self.before}{name}{self.after}"
