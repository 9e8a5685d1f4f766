"""Pictures of journeys: one `Drawing`, and a module for each format that it is written in.

`drawing` makes the Drawing of a journey, `comparing` that of what changed between two; `wording` and `ruling` say in
words what a node does and what a rule asks. `mermaid`, `dot` and `objects` (JSON) write it as text and need nothing
else. `svg` draws it with the positions of `placing` (Graphviz), and `png` paints that SVG; both need the packages of
the extra `graph` and are imported by whoever wants them. Nothing here reads a file, prints, or judges a journey.
"""

from jcli.render.graphs.comparing import compared
from jcli.render.graphs.drawing import Change, Direction, Drawing, DrawnEdge, DrawnNode, Reach, drawing_of

__all__ = ["Change", "Direction", "Drawing", "DrawnEdge", "DrawnNode", "Reach", "compared", "drawing_of"]
