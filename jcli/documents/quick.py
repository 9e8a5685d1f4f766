"""The quick way to read: plain data by ryaml, for the files in which nothing can be read in two ways.

ryaml is libyaml's own parser, put into Rust: it builds the data several times faster than PyYAML and keeps no places.
It reads a few things differently from `reader`: keys that are words of YAML (`true:`), binary numbers, tags, labels.
`plain` gives the data only where none of them can occur, and None everywhere else, also for whatever is wrong with a
text: the slow way explains, and has the last word. A test holds the two ways together. Where ryaml is not installed,
every file goes the slow way.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import re2  # type: ignore[import-untyped]

try:
    from ryaml import InvalidYamlError, loads  # type: ignore[attr-defined]
except ImportError:  # there is no build of it for every system
    loads = None  # type: ignore[assignment]

MAX_DEPTH = 64
WORDS = frozenset({"label", "holdout", "next", "to"})
"""Keys whose value is a word, whatever YAML makes of it."""

_BRACKETS = 1000
"""With more of them a text may be nested so deep that libyaml takes minutes; the slow way has a guard."""

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.encoding = re2.Options.Encoding.LATIN1  # bytes are matched, one by one
_UNSURE = re2.compile(
    rb"[*&][0-9A-Za-z_-]"  # an alias, or an anchor
    rb"|(?:^|[^A-Za-z])!"  # a tag; after a letter it is the end of an exclamation
    rb"|<<"  # a merge key
    rb"|\\[0xuU]"  # an escape that may stand for U+0000
    rb"|\x00|\xef\xbb\xbf"  # U+0000, a byte order mark
    rb"|0[box]"  # numbers that are not decimal
    rb"|(?:^|[^0-9.])0[0-9]+[.eE]"  # a float with zeros before it: here a text
    rb"|[0-9]{19}|[0-9.][eE][-+]?[0-9]{3}"  # a number that may not fit
    rb"|[ \t?:-]{128}"  # deep nesting, which takes libyaml long
    rb"|\b(?:True|TRUE|False|FALSE)\b"  # as a key it could no longer be told from `true`
    rb"|(?:^|[\n\r{,?-])[ \t]*[-+]?[0-9.][0-9.eE+-]*[ \t]*(?::(?:[ \t\r\n]|$)|[,}])"  # nor could the key 1
    rb"|(?:^|[\s{,])\?(?:\s|$)",  # the sign of a key
    _OPTIONS,
)


class _Unsure(Exception):
    """Something that the slow way could read differently."""


def plain(content: bytes, text: str) -> dict[str, Any] | None:
    """The data of a text (`content` as it was decoded) with one document; None: ask the slow way."""
    if loads is None or content.count(b"[") + content.count(b"{") > _BRACKETS or _UNSURE.search(content):
        return None
    try:
        data = loads(text)
        return _settled(data, 0, False) if type(data) is dict else None
    except (_Unsure, InvalidYamlError, ValueError):
        return None


def _settled(value: Any, depth: int, word: bool) -> Any:
    """The list or mapping with its keys as text, changed in place where it can be. `word`: what is not text here
    would have to become what was written."""
    if depth >= MAX_DEPTH:
        raise _Unsure
    if type(value) is list:
        for index, item in enumerate(value):
            if type(item) is not str:
                value[index] = _item(item, depth, word)
        return value
    odd = False
    for key, item in value.items():
        if type(key) is not str:
            odd = True
        if type(item) is not str:
            value[key] = _item(item, depth, word or key in WORDS)
    return _with_text_keys(value) if odd else value


def _item(item: Any, depth: int, word: bool) -> Any:
    kind = type(item)
    if kind is dict or kind is list:
        return _settled(item, depth + 1, word)
    if item is None:
        return item
    if word or (kind is float and not isfinite(item)) or (kind is int and not -(2**63) <= item < 2**63):
        raise _Unsure
    return item


def _with_text_keys(mapping: dict[Any, Any]) -> dict[str, Any]:
    """`true:` and `false:` are keys like all others: text as it was written."""
    named: dict[str, Any] = {}
    for key, item in mapping.items():
        name = str(key).lower() if type(key) is bool else key
        if type(name) is not str or name in named:
            raise _Unsure
        named[name] = item
    return named
