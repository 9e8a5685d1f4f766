"""YAML text -> documents: PyYAML's C loader, one `compose`, a resolver of our own; before it the quick way of `quick`
for the many files that hold nothing doubtful, whose spans are then composed when somebody asks for them.

Nothing here judges what a document says; `jcli/checks` does. What cannot be read comes back as findings of the
slugs `syntax`, `duplicate-key`, `alias`, `too-large` and `encoding`. The other documents of the file are still
returned, those before the place where its syntax breaks.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.resolver import BaseResolver

from jcli.documents import scalars
from jcli.documents.broken import breakage
from jcli.documents.comments import MARK, ignores_of
from jcli.documents.document import Document, Spans, kind_of
from jcli.documents.quick import MAX_DEPTH, WORDS, plain
from jcli.findings import Finding, Severity, Span

MAX_BYTES = 1024 * 1024
MAX_DOCUMENTS = 10_000
KINDS = "`journey: my-key`, `audience:`, `content:`, `site:`, `vocabulary:` or `test:`"
_SAFE_DEPTH = 400  # the C composer recurses; it was seen to take far more than this

_TOO_DEEP = f"values are nested more than {MAX_DEPTH} deep; take levels of `[` or `{{` out"
_LONGEST = 40
_TOO_MANY = f"the file holds more than {MAX_DOCUMENTS:,} documents; spread them over several files"
_MOST_TOLD = 200  # unreadable values of one document
_LEADING = re.compile(r"^[ \t\-?:]+", re.MULTILINE)


_RESOLVERS = scalars.implicit_resolvers()


class _Loader(CParser, SafeConstructor, BaseResolver):
    """Parser and composer in C; the constructor is here only because the C parser's interface asks for one."""

    def __init__(self, stream: str) -> None:
        CParser.__init__(self, stream)
        SafeConstructor.__init__(self)
        BaseResolver.__init__(self)

    # The C composer calls these three for every node. PyYAML's own do more (tags by path, tables by class) and
    # took a fifth of the time of reading.

    def resolve(self, kind: type[Node], value: Any, implicit: tuple[bool, bool]) -> str:
        if kind is ScalarNode:
            if implicit[0]:
                for tag, pattern in _RESOLVERS.get(value[:1], ()):
                    if pattern.match(value):
                        return tag
            return scalars.TEXT
        return scalars.SEQ if kind is SequenceNode else scalars.MAP

    def descend_resolver(self, current_node: Node | None, current_index: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


class Unreadable(Exception):
    def __init__(self, code: str, message: str, line: int, column: int, end: tuple[int, int] | None = None) -> None:
        super().__init__(message)
        end_line, end_column = end or (line, column + 1)
        self.code, self.message, self.span = code, message, Span(line, column, end_line, end_column)


def read(content: bytes, file: str, begin: str = KINDS) -> tuple[list[Document], list[Finding]]:
    """All documents of a file and what could not be read of it.

    `file` is the name to show, relative to the workspace; `begin` what a text that begins with nothing of use should
    begin with. Never raises for any content.
    """
    documents: list[Document] = []
    found: list[Finding] = []
    roots: list[Node] = []
    marked = MARK in content
    text = ""
    try:
        text = _decode(content)
        if not marked and (data := plain(content, text)) is not None:
            return [_named(file, data, Spans(data, lambda: _spans(text)), 0)], []
        _guard(text)
        for index, root in enumerate(compose_all(text)):
            roots.append(root)
            if isinstance(root, ScalarNode) and root.tag == scalars.NULL and not root.value:
                continue
            if index >= MAX_DOCUMENTS:
                raise Unreadable("too-large", _TOO_MANY, *_place(root))
            try:
                documents.append(_document(root, file, index, begin))
            except Unreadable as problem:
                found += _others(root, file, problem)
    except Unreadable as problem:
        found.append(_finding(problem, file))
    if not documents and not found:
        empty = Unreadable("syntax", f"the file holds no document; begin it with {begin}", 1, 1)
        found.append(_finding(empty, file))
    return _with_ignores(documents, text, roots) if marked else documents, found


def _with_ignores(documents: list[Document], text: str, roots: list[Node]) -> list[Document]:
    """The documents with the comments that silence warnings in them."""
    if not documents:
        return documents
    names = {document.index: document.name for document in documents}
    ignores = ignores_of(text, documents[0].file, roots, names)
    return [replace(document, ignores=tuple(ignores[document.index])) for document in documents]


def _finding(problem: Unreadable, file: str) -> Finding:
    return Finding(problem.code, Severity.ERROR, problem.message, file=file, span=problem.span)


def _others(root: Node, file: str, first: Unreadable) -> Iterator[Finding]:
    """All that a readable tree holds of unreadable values, so that they are said at once."""
    seen = False
    problems = _problems(root)
    for problem in islice(problems, _MOST_TOLD):
        seen = seen or problem.span == first.span
        yield _finding(problem, file)
    more = next(problems, None)
    if not seen:
        yield _finding(first, file)
    if more is not None:
        message = f"more than {_MOST_TOLD} values cannot be read; the rest is told once these are put right"
        yield _finding(Unreadable(more.code, message, *_place(root)), file)


def _decode(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise Unreadable("too-large", f"the file has {len(content):,} bytes; the limit is {MAX_BYTES:,}", 1, 1)
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        message = f"the byte `0x{content[error.start]:02x}` is not UTF-8; save the file in UTF-8"
        raise Unreadable("encoding", message, line, column) from None


def _guard(text: str) -> None:
    """Refuse aliases and depth before composing: an alias can stand for a million values, and the C composer
    recurses. Only a text that could hold either is walked, event by event, which does not recurse."""
    deepest = max((len(run) for run in _LEADING.findall(text)), default=0)
    brackets = text.count("[") + text.count("{")
    if "*" not in text and 2 * (deepest + 1) + brackets <= _SAFE_DEPTH:
        return
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):  # type: ignore[arg-type]
            if isinstance(event, yaml.AliasEvent):
                message = (
                    f"the alias `*{_cut(event.anchor or '')}` is not allowed; write the value out where it is meant"
                )
                raise Unreadable("alias", message, *_start(event))
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise Unreadable("too-large", _TOO_DEEP, *_start(event))
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        return  # the composer meets the same error and tells it, with the documents before it


def _start(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def compose_all(text: str) -> Iterator[Node]:
    loader = _Loader(text)
    try:
        while loader.check_node():
            root = loader.get_node()
            assert root is not None  # check_node said that there is one
            yield root
    except yaml.MarkedYAMLError as error:
        said = breakage(
            text, error.problem or "cannot be read", error.context or "", error.problem_mark, error.context_mark
        )
        raise Unreadable("syntax", said.message, said.line, said.column) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        message = f"the character `U+{_code(error):04X}` is not allowed in YAML; remove it"
        raise Unreadable("syntax", message, line, column) from None
    except yaml.YAMLError as error:
        raise Unreadable("syntax", f"this is not YAML: {str(error)[:68]}; write it anew", 1, 1) from None
    finally:
        loader.dispose()


def _code(error: yaml.reader.ReaderError) -> int:
    return error.character if isinstance(error.character, int) else ord(error.character[:1] or "\0")


def _cut(text: str) -> str:
    """A word from outside, cut so that a message stays one readable line."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _document(root: Node, file: str, index: int, begin: str) -> Document:
    if not isinstance(root, MappingNode):
        mark = root.start_mark
        raise Unreadable(
            "syntax",
            f"a document is a mapping; begin it with {begin}",
            mark.line + 1,
            mark.column + 1,
        )
    numbers: array[int] = array("I")
    data = _value(root, _span_of(root), (), numbers)
    assert isinstance(data, dict)
    return _named(file, data, Spans(data, numbers), index)


def _named(file: str, data: dict[str, Any], spans: Spans, index: int) -> Document:
    kind = kind_of(data)
    key = data.get(kind.value) if kind else None
    return Document(file, kind, key if isinstance(key, str) else None, data, spans, index)


def _spans(text: str) -> array[int]:
    """The spans of a text whose data came the quick way."""
    numbers: array[int] = array("I")
    for root in compose_all(text):
        _value(root, _span_of(root), (), numbers)
    return numbers


def _span_of(node: Node) -> tuple[int, int, int, int]:
    start, end = node.start_mark, node.end_mark
    return start.line + 1, start.column + 1, end.line + 1, end.column + 1


def _value(node: Node, key_span: tuple[int, int, int, int], path: tuple[str, ...], numbers: array[int]) -> Any:
    """The plain data of a node; appends its spans in the order of the walk. `path` holds the keys above it (an
    index as "") for the few places where a scalar is text whatever YAML makes of it."""
    numbers.extend(key_span)
    numbers.extend(_span_of(node))
    if isinstance(node, ScalarNode):
        return _scalar(node, path)
    if len(path) >= MAX_DEPTH:
        raise Unreadable("too-large", _TOO_DEEP, *_place(node))
    if isinstance(node, SequenceNode):
        _tag(node, scalars.SEQ)
        below = (*path, "")
        return [_value(item, _span_of(item), below, numbers) for item in node.value]
    _tag(node, scalars.MAP)
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = _key(key_node)
        if key in data:
            raise Unreadable(
                "duplicate-key", f"the key `{_cut(key)}` is here for the second time; keep one", *_place(key_node)
            )
        data[key] = None
        data[key] = _value(value_node, _span_of(key_node), (*path, key), numbers)
    return data


def _place(node: Node) -> tuple[int, int, tuple[int, int]]:
    line, column, end_line, end_column = _span_of(node)
    return line, column, (end_line, end_column)


def _key(node: Node) -> str:
    """A mapping's key is text as it was written: `true:`, `1:` and `on:` are those words."""
    if not isinstance(node, ScalarNode):
        raise Unreadable("syntax", "a list or a mapping cannot be a key; write a word, as in `name:`", *_place(node))
    if "\0" in node.value:
        raise Unreadable("syntax", "the character `U+0000` cannot be stored; remove it", *_place(node))
    return str(node.value)


def _scalar(node: ScalarNode, path: tuple[str, ...]) -> object:
    if "\0" in node.value:
        raise Unreadable("syntax", "the character `U+0000` cannot be stored; remove it", *_place(node))
    tag = node.tag
    if tag == scalars.TEXT or tag == "!":
        return node.value
    if tag not in scalars.CORE:
        raise Unreadable("syntax", f"the tag `{_cut(tag)}` is not allowed; write the plain value", *_place(node))
    if tag != scalars.NULL and _is_word(path):
        return node.value
    try:
        return scalars.value_of(tag, node.value)
    except ValueError as error:
        raise Unreadable("syntax", str(error), *_place(node)) from None


def _is_word(path: tuple[str, ...]) -> bool:
    """Labels and node keys are text: `label: true`, `holdout: 1`, `next: {yes: 5}`."""
    if len(path) < 3 or path[0] != "nodes":
        return False
    return path[2] == "next" or (path[2] == "config" and path[-1] in WORDS and len(path) in (4, 6))


def _tag(node: Node, expected: str) -> None:
    if node.tag not in (expected, "!"):
        raise Unreadable("syntax", f"the tag `{_cut(node.tag)}` is not allowed; write the plain value", *_place(node))


def _problems(node: Node, path: tuple[str, ...] = ()) -> Iterator[Unreadable]:
    """Every unreadable value below a node: the slow walk, taken only when the fast one stopped."""
    try:
        if isinstance(node, ScalarNode):
            _scalar(node, path)
        else:
            _tag(node, scalars.SEQ if isinstance(node, SequenceNode) else scalars.MAP)
    except Unreadable as problem:
        yield problem
    if isinstance(node, SequenceNode):
        for item in node.value:
            yield from _problems(item, (*path, ""))
    elif isinstance(node, MappingNode):
        seen: set[str] = set()
        for key_node, value_node in node.value:
            try:
                key = _key(key_node)
            except Unreadable as problem:
                yield problem
                continue
            if key in seen:
                yield Unreadable(
                    "duplicate-key",
                    f"the key `{_cut(key)}` is here for the second time; keep one",
                    *_place(key_node),
                )
            seen.add(key)
            yield from _problems(value_node, (*path, key))
