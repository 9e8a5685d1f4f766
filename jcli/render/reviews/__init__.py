"""A plan as a comment on a pull request, from which a reviewer can decide without looking anywhere else.

`comment` writes a `Review`: first the verdict and who is concerned, then what must be decided, then a section for
each document (`documents`), with its changes in words (`wording`), the picture of what changes, and the people table.
`fitting` keeps it within what GitHub takes. Everything from outside goes through `jcli/render/markdown.py`. Nothing
here reads a file or a store; what the comment is about is put together by `jcli/commands/reviewing.py`.
"""

from jcli.render.reviews.material import Material
from jcli.render.reviews.review import Review, comment, marker

__all__ = ["Material", "Review", "comment", "marker"]
