"""YAML text <-> documents: plain data with a way from every path back to its line.

`reader.read` is the one door in, `quick` its short cut; `document.Document` is what comes out; `scalars` says which
plain words are numbers. Nothing here knows what a journey is, but for the few places where a scalar is a word (labels).

The way back: `writer` makes new text, `edits` says what to change in a text that is there, `splices.apply` changes it
and leaves every other character as it was. They are imported by whoever writes; reading need not wait for them.
"""

from jcli.documents.document import Document, Spans, document_of, kind_of
from jcli.documents.quick import MAX_DEPTH
from jcli.documents.reader import MAX_BYTES, read

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Document", "Spans", "document_of", "kind_of", "read"]
