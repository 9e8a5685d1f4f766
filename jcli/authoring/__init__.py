"""What an author would have written: items of a store as documents, and documents brought to say what an item says.

The way back from `jcli/canonical`. `keys` finds readable keys for what came without any; `drafting` writes a whole
document for an item; `redrafting` changes the data of a document that is there where it says something else, and
nowhere besides; `ways` does so for `next`, `conforming` for values; `rewriting` brings such data into the text of its
file. Pure: nothing here reads a file or a store, and nothing decides who is right; `jcli/operations/pull.py` does.
"""

from jcli.authoring.drafting import drafted
from jcli.authoring.keys import document_keys, node_keys, slug
from jcli.authoring.redrafting import redrafted, stated_like
from jcli.authoring.references import References
from jcli.authoring.rewriting import Rewritten, new_text, rewritten

__all__ = [
    "References",
    "Rewritten",
    "document_keys",
    "drafted",
    "new_text",
    "node_keys",
    "redrafted",
    "rewritten",
    "slug",
    "stated_like",
]
