"""Journeys as code.

Everything but HTTP lives here; the HTTP API is the package `server`. Imports run downwards only, see
`docs/architecture.md`: commands > operations | workspace | render > compiler | store > checks | plan >
canonical | documents | graph > findings | model > errors.
"""

__version__ = "0.1.0"
