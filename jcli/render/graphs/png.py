"""A drawing as PNG: the SVG, painted by resvg at twice its size, so that it is sharp on a screen of today.

Letters come from Verdana or DejaVu Sans where the machine has them, else from Source Sans Pro, which the extra
`graph` installs: a machine without any font draws the same picture. Needs the extra `graph`.
"""

from __future__ import annotations

from pathlib import Path

import font_source_sans_pro
import resvg_py

from jcli.render.graphs.drawing import Direction, Drawing
from jcli.render.graphs.svg import svg

SCALE = 2
_FONTS = ("SourceSansPro-Regular.ttf", "SourceSansPro-Bold.ttf", "SourceSansPro-It.ttf")


def png(drawing: Drawing, direction: Direction = Direction.TB, *, own_fonts: bool = False) -> bytes:
    """The picture of the drawing. `own_fonts` leaves the fonts of the machine alone."""
    return resvg_py.svg_to_bytes(
        svg_string=svg(drawing, direction),
        zoom=SCALE,
        font_files=[str(Path(font_source_sans_pro.font_directory) / name) for name in _FONTS],
        sans_serif_family="Source Sans Pro",
        skip_system_fonts=own_fonts,
    )
