"""Plain scalars as the YAML 1.2 core schema reads them, narrowed to what JSON can hold.

`on`, `yes`, `12:30`, `010` and dates stay text. So do `.inf` and `.nan`, which JSON has no word for. A number
that does not fit (an integer beyond 64 bits, a float that is not finite) is refused, not rounded.
Source: YAML 1.2.2, section 10.3.2.
"""

from __future__ import annotations

import math
import re

NULL = "tag:yaml.org,2002:null"
BOOL = "tag:yaml.org,2002:bool"
INT = "tag:yaml.org,2002:int"
FLOAT = "tag:yaml.org,2002:float"
TEXT = "tag:yaml.org,2002:str"
MAP = "tag:yaml.org,2002:map"
SEQ = "tag:yaml.org,2002:seq"
CORE = frozenset({NULL, BOOL, INT, FLOAT, TEXT, MAP, SEQ})

_NULLS = re.compile(r"^(?:~|null|Null|NULL|)$")
_BOOLS = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_INTS = re.compile(r"^(?:[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+)$")
_FLOATS = re.compile(r"^[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$")

Resolvers = dict[str, list[tuple[str, re.Pattern[str]]]]


def implicit_resolvers() -> Resolvers:
    """The table that PyYAML's resolver looks in, by first character; an int is tried before a float."""
    table: Resolvers = {}
    for tag, pattern, firsts in (
        (NULL, _NULLS, ["~", "n", "N", ""]),
        (BOOL, _BOOLS, list("tTfF")),
        (INT, _INTS, list("-+0123456789")),
        (FLOAT, _FLOATS, list("-+.0123456789")),
    ):
        for first in firsts:
            table.setdefault(first, []).append((tag, pattern))
    return table


def value_of(tag: str, text: str) -> object:
    """The value of a scalar with a core tag; ValueError with a sentence when the text is not of that tag or
    the number does not fit."""
    if tag == TEXT:
        return text
    if tag == NULL and _NULLS.match(text):
        return None
    if tag == BOOL and _BOOLS.match(text):
        return text[0] in "tT"
    if tag == INT and _INTS.match(text):
        if len(text) > 24:
            raise ValueError(f"the number `{text[:20]}...` does not fit in 64 bits; quote it if it is text")
        number = int(text[2:], 8) if text.startswith("0o") else int(text, 16) if text.startswith("0x") else int(text)
        if not -(2**63) <= number < 2**63:
            raise ValueError(f"the number `{text}` does not fit in 64 bits; quote it if it is text")
        return number
    if tag == FLOAT and (_FLOATS.match(text) or _INTS.match(text)):
        value = float(text)
        if not math.isfinite(value):
            raise ValueError(f"the number `{text[:40]}` is too large; quote it if it is text")
        return value
    raise ValueError(f"`{text[:40]}` is not a value of the tag `{tag.rsplit(':', 1)[-1]}`; remove the tag")
