"""YAML text <-> documents: plain data with a way from every path back to its line.

`reader.read` is the one door in, `quick` its short cut; `document.Document` is what comes out; `scalars` says which
plain words are numbers. Nothing here knows what a journey is, but for the few places where a scalar is a word (labels).
"""

from jcli.documents.document import Document, Spans, kind_of
from jcli.documents.quick import MAX_DEPTH
from jcli.documents.reader import MAX_BYTES, read

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Document", "Spans", "kind_of", "read"]
