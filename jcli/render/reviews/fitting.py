"""A comment that fits: whole blocks are left out until it does, the pictures first, and never a part of one.

What is left out is named, so that nobody takes a cut comment for a whole one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_ROOM = 1_500
"""Characters kept for the list of what is left out."""

_NAMED = 20


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the comment: `text` is shown whole or not at all, `picture` may be left out of it. `name` is what the
    document is called where the section does not fit."""

    text: str
    picture: str = ""
    name: str = ""


def fitted(head: str, sections: Sequence[Section], foot: str, limit: int) -> str:
    """Head, sections and foot, of at most `limit` characters. The sections come in the order of their weight: the last
    ones lose their pictures first, then go."""
    room = limit - len(head) - len(foot) - _ROOM
    chosen: list[str] = []
    left: list[str] = []
    unseen = 0
    for one in sections:
        if len(one.text) + len(one.picture) <= room:
            text = one.text + one.picture
        elif len(one.text) <= room:
            text = one.text
            unseen += bool(one.picture)
        else:
            left.append(one.name)
            continue
        chosen.append(text)
        room -= len(text)
    return head + "".join(chosen) + _cut(left, unseen) + foot


def _cut(left: Sequence[str], unseen: int) -> str:
    said = []
    if left:
        more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
        names = ", ".join(filter(None, left[:_NAMED]))
        said.append(f"{len(left)} did not fit here: {names}{more}.")
    if unseen:
        said.append(f"{unseen} of the pictures did not fit; `jcli graph KEY --diff REF` draws them.")
    return f"**This comment is cut.** {' '.join(said)} The whole plan is named below.\n\n" if said else ""
