"""Tables in plain text: columns that line up, nothing that a pipe would have to strip."""

from __future__ import annotations

from collections.abc import Sequence

from jcli.render.ink import Ink, padded, plain, width

_NO_INK = Ink()


def table(
    heads: Sequence[str], rows: Sequence[Sequence[object]], ink: Ink = _NO_INK, *, right: Sequence[int] = ()
) -> str:
    """Rows under their heads, two blanks between columns; the columns in `right` are set to the right."""
    cells = [[plain(str(cell)) for cell in row] for row in rows]
    widths = [max(width(row[column]) for row in [list(heads), *cells]) for column in range(len(heads))]
    head = _line(heads, widths, right)
    return "".join(line + "\n" for line in (ink(head, "bold"), *(_line(row, widths, right) for row in cells)))


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> str:
    shown = [
        " " * (room - width(cell)) + cell if column in right else padded(cell, room)
        for column, (cell, room) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(shown).rstrip()
