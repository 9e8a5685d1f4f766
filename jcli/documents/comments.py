"""The comments that silence warnings: `# jcli: ignore[slug, slug2] why`.

After something on its line, a comment reaches that line; alone on a line it reaches the whole entry that begins below
it, and above a document's head key the whole document. Comments stand where the scanner of YAML met no token, so a `#`
within a text is never taken for one. Only a file that holds `MARK` is searched. Nothing here knows which checks there
are: `jcli/checks/silencing.py` does the silencing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from jcli.documents.document import kind_of
from jcli.findings import Ignore, Span

MARK = b"jcli:"
"""What a file holds that is worth a search for such comments."""

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_COMMENT = re.compile("#[^\n\r\x85\u2028\u2029]*")
_ASKS = re.compile(r"#[ \t]*jcli:[ \t]*(?:(ignore)\b|([\w-]+)(?=[ \t]*\[))[ \t]*(?:\[([^\]#]*)(?:\]|(?=#|$)))?")
_SKIPPED = (yaml.DirectiveToken, yaml.DocumentStartToken, yaml.DocumentEndToken)
_ENDS = (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


class _Entry(NamedTuple):
    """An entry of a mapping, an item of a list, or a value on lines of its own: where it starts in the text, and the
    lines that it takes, from 1. `root` counts the documents."""

    start: int
    first: int
    last: int
    root: int


def ignores_of(text: str, file: str, roots: Sequence[Node], names: Mapping[int, str | None]) -> list[list[Ignore]]:
    """The comments of a text, for each of its composed documents, which go by `names`."""
    found: list[list[Ignore]] = [[] for _ in roots]
    gaps, tokens = _gaps(text)
    lines = [0, *(match.end() for match in _BREAK.finditer(text))]
    firsts = [root.start_mark.line + 1 for root in roots]
    comments = [match for start, end in gaps for match in _COMMENT.finditer(text, start, end)]
    entries = [entry for index, root in enumerate(roots) for entry in _entries(root, index)]
    for comment in comments:
        line = bisect_right(lines, comment.start())
        alone = not text[lines[line - 1] : comment.start()].strip()
        entry = _below(comment.end(), tokens, entries) if alone else None
        first, last = (entry.first, entry.last) if entry else (line, line)
        root = entry.root if entry else max(bisect_right(firsts, line) - 1, 0)
        for span, verb, slugs, reason in _asked(comment, line, lines[line - 1]):
            found[root].append(Ignore(file, span, verb, slugs, reason, first, last, names.get(root)))
    return found


def _asked(comment: re.Match[str], line: int, start: int) -> Iterator[tuple[Span, str, tuple[str, ...], str]]:
    """What a comment asks for, each from its own `#` on: place, verb, slugs, reason."""
    text = comment[0]
    asks = list(_ASKS.finditer(text))
    ends = [*(ask.start() for ask in asks[1:]), len(text)]
    for ask, end in zip(asks, ends, strict=False):
        slugs = dict.fromkeys(slug.strip() for slug in (ask[3] or "").split(","))
        length = len(text[ask.start() : end].rstrip())
        column = comment.start() - start + ask.start() + 1
        span = Span(line, column, line, column + length)
        yield span, ask[1] or ask[2], tuple(filter(None, slugs)), text[ask.end() : end].strip()


def _gaps(text: str) -> tuple[list[tuple[int, int]], list[tuple[int, bool]]]:
    """Where comments can be: the stretches without a token. Then where each token starts, and whether it ends a
    collection; those that only divide documents are left out. A text that breaks off is searched up to there."""
    gaps: list[tuple[int, int]] = []
    tokens: list[tuple[int, bool]] = []
    done = 0
    try:
        for token in yaml.scan(text, Loader=yaml.CSafeLoader):
            start, end = token.start_mark.index, token.end_mark.index
            if start > done:
                gaps.append((done, start))
            if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
                head = _BREAK.search(text, start, end)
                gaps.append((start + 1, head.start() if head else end))  # its first line may have a comment
            if end > start and not isinstance(token, _SKIPPED):
                tokens.append((start, isinstance(token, _ENDS)))
            done = max(done, end)
    except yaml.YAMLError:
        return gaps, tokens
    return [*gaps, (done, len(text))], tokens


def _below(end: int, tokens: list[tuple[int, bool]], entries: list[_Entry]) -> _Entry | None:
    """What begins on the next line that is no comment; nothing where that line ends a collection."""
    index = bisect_left(tokens, (end, False))
    if index == len(tokens) or tokens[index][1]:
        return None
    # The entries are in the order in which they start, the outer one first.
    index = bisect_left(entries, tokens[index][0], key=lambda entry: entry.start)
    return entries[index] if index < len(entries) else None


def _entries(root: Node, index: int) -> Iterator[_Entry]:
    """Everything in a document that a comment can stand above. The head key stands for the whole document."""
    if isinstance(root, MappingNode):
        kind = kind_of({key.value: None for key, _ in root.value if isinstance(key, ScalarNode)})
        for key, value in root.value:
            head = kind is not None and key.value == kind.value
            yield _entry(key, root if head else value, index, root if head else key)
            yield from _within(value, index)
    else:
        yield from _within(root, index)


def _within(node: Node, index: int) -> Iterator[_Entry]:
    if node.flow_style if isinstance(node, CollectionNode) else not _empty(node):
        yield _entry(node, node, index, node)
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield _entry(key, value, index, key)
            yield from _within(value, index)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield _entry(item, item, index, item)
            yield from _within(item, index)


def _entry(start: Node, end: Node, index: int, first: Node) -> _Entry:
    return _Entry(start.start_mark.index, first.start_mark.line + 1, _last_line(end, start), index)


def _last_line(node: Node, above: Node) -> int:
    """The last line of a value, from 1. The end of a block collection is the start of what follows, so its last value
    is asked."""
    while isinstance(node, CollectionNode) and not node.flow_style and node.value:
        above, node = node.value[-1] if isinstance(node, MappingNode) else (node, node.value[-1])
    if _empty(node):
        return int(above.start_mark.line) + 1
    end = node.end_mark
    last = end.line if end.column == 0 and end.line > node.start_mark.line else end.line + 1
    return int(max(last, above.start_mark.line + 1))


def _empty(node: Node) -> bool:
    """Whether nothing is written there, as after `key:`; its place is then that of whatever comes next."""
    return bool(node.start_mark.index == node.end_mark.index)
