"""The one door to a `Journey`: files and request bodies go through the same checks to the same model.

`documents` compiles a workspace, `bodies` a request. A `Journey` that comes out has passed the read, shape and
reference checks; whether it may be published is in the graph findings beside it. `verdicts` has what checking a file
came to in a form that can be kept. Nothing here reads a disk or a store; operations bring the world that references
point into.
"""

from jcli.compiler.bodies import CompiledBody, check_body, compile_canvas, findings_of_journey
from jcli.compiler.documents import (
    Compilation,
    Head,
    Shaped,
    Source,
    check_references,
    check_shapes,
    compare_documents,
    compile_documents,
    declared_once,
    place,
    world_of,
)
from jcli.compiler.verdicts import Judged, Opened, keepable, plain_of, spot, world_key

__all__ = [
    "Compilation",
    "CompiledBody",
    "Head",
    "Judged",
    "Opened",
    "Shaped",
    "Source",
    "check_body",
    "check_references",
    "check_shapes",
    "compare_documents",
    "compile_canvas",
    "compile_documents",
    "declared_once",
    "findings_of_journey",
    "keepable",
    "place",
    "plain_of",
    "spot",
    "world_key",
    "world_of",
]
