"""What the schema refused, in words: one sentence for each thing that the author means, not one for each keyword.

A `Refusal` is a keyword of the schema that an instance did not satisfy. `if`/`then` on a head field makes the schema
judge an object twice, and one mistake then fails several keywords; `explain` drops what follows from something that
is said already. Knows neither jsonschema nor files; `jcli/checks/shape.py` hands it what jsonschema found.

Schemas help with two annotations that editors show too: `title` names an object ("The config of a WAIT"),
`errorMessage` says what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jcli.checks.misplaced import home_of
from jcli.checks.nearest import certain, did_you_mean, nearest
from jcli.checks.subject import LONGEST_MESSAGE, short
from jcli.checks.thinning import MOST
from jcli.findings import FixKind, Path, Problem

_LIST_WIDTH = 70
_ENUM_WIDTH = 100
"""What a list of values and the words around it may take together, so that the line does not grow too long."""
_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "null",
}
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ShapeProblem:
    """A problem with the slug of its check: `unknown-field`, `missing-field`, `wrong-type` or `wrong-value`. `lacks`
    names the missing field, or those of which one is missing."""

    slug: str
    problem: Problem
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """`keyword` of `schema`, whose value is `expected`, refused `instance`, which stands at `path`. `of_key`: the
    instance is a key of the object at `path`."""

    keyword: str
    expected: Any
    instance: Any
    schema: Mapping[str, Any]
    path: Path
    of_key: bool = False

    @property
    def owner(self) -> str:
        """What the schema calls the object, as in "a node"."""
        title = str(self.schema.get("title", "This object"))
        return title[0].lower() + title[1:]

    @property
    def message(self) -> str | None:
        """What the schema itself says was expected."""
        return self.schema.get("errorMessage")


def explain(refusals: Iterable[Refusal]) -> Iterator[ShapeProblem]:
    """The problems that the refusals of one value come to, each said once."""
    found = [problem for refusal in refusals for problem in _problems(refusal)]
    meant = {(p.problem.path[:-1], p.problem.suggestion) for p in found if p.slug == "unknown-field"}
    mistyped = {p.problem.path for p in found if p.slug == "wrong-type"}
    seen = set()
    for item in found:
        slug, problem = item.slug, item.problem
        if any((problem.path, name) in meant for name in item.lacks):
            continue
        if slug != "wrong-type" and problem.path in mistyped:
            continue
        mark = (problem.path, slug, problem.at_key, problem.message if slug == "missing-field" else "")
        if mark not in seen:
            seen.add(mark)
            yield item


def _problems(refusal: Refusal) -> Iterator[ShapeProblem]:
    if refusal.of_key:
        yield _key(refusal)
        return
    explained = _BY_KEYWORD.get(refusal.keyword)
    if explained is None:
        message = f"{_name(refusal)}: {refusal.message or f'the schema does not allow this (`{refusal.keyword}`)'}"
        yield ShapeProblem("wrong-value", Problem(refusal.path, message))
    else:
        yield from explained(refusal)


def _unknown(refusal: Refusal) -> Iterator[ShapeProblem]:
    known = refusal.schema.get("properties", {})
    free = [name for name in known if name not in refusal.instance]
    strange = [key for key in refusal.instance if key not in known]
    for key in strange[:MOST]:
        home = home_of(refusal.owner, key, refusal.instance)
        suggestion = nearest(key, free) if home is None else None
        message = f"`{short(key, 30)}` is not a field of {refusal.owner}"
        if home is not None:
            tail = home
        elif not known:
            tail = ", which has no fields; remove it"
        elif not free:
            tail = _listing(message, ", which takes nothing beside ", known, "and")
        else:
            tail = did_you_mean(suggestion) or _listing(message, "; expected ", free)
        fix = certain(FixKind.KEY, key, free, suggestion)
        problem = Problem((*refusal.path, key), message + tail, suggestion, at_key=True, fix=fix)
        yield ShapeProblem("unknown-field", problem)
    if strange[MOST:]:
        message = f"{len(strange) - MOST} more keys are not fields of {refusal.owner}; put the first right to see them"
        yield ShapeProblem("unknown-field", Problem(refusal.path, message, at_key=True))


def _missing(refusal: Refusal) -> Iterator[ShapeProblem]:
    if refusal.message and "properties" in refusal.schema:
        yield from _beginning(refusal)
        return
    for name in refusal.expected:
        if name not in refusal.instance:
            message = f"`{name}` is missing: {refusal.message or f'{refusal.owner} needs it'}"
            yield _lacking(refusal, message, [name])


def _lacking(refusal: Refusal, message: str, names: Collection[str]) -> ShapeProblem:
    return ShapeProblem("missing-field", Problem(refusal.path, message, at_key=True), tuple(names))


def _beginning(refusal: Refusal) -> Iterator[ShapeProblem]:
    """A rule without the field that tells which kind of rule it is."""
    fields = refusal.schema["properties"]
    subjects = [name for name, schema in fields.items() if "not" not in schema]
    if any(key in fields for key in refusal.instance):
        return  # a kind of rule that has no place here, which `_forbidden` tells
    if "rules" in refusal.instance:
        message = f"`rules` is not a field of {refusal.owner}; put what is in it in its place"
        yield ShapeProblem("unknown-field", Problem((*refusal.path, "rules"), message, at_key=True))
        return
    for key in refusal.instance:
        meant = nearest(key, subjects)
        if meant is not None:
            message = f"`{short(key)}` is not a field of {refusal.owner}{did_you_mean(meant)}"
            fix = certain(FixKind.KEY, key, subjects, meant)
            yield ShapeProblem("unknown-field", Problem((*refusal.path, key), message, meant, at_key=True, fix=fix))
            return
    yield _lacking(refusal, str(refusal.message), subjects)


def _type(refusal: Refusal) -> Iterator[ShapeProblem]:
    value, path = refusal.instance, refusal.path
    if refusal.expected == "null":
        yield ShapeProblem("unknown-field", Problem(path, f"{refusal.message}", at_key=True))
        return
    types = [refusal.expected] if isinstance(refusal.expected, str) else refusal.expected
    wanted = _either([_TYPES[name] for name in types if name != "null"], quoted=False)
    if value is None:
        message = f"{_name(refusal)} has no value; expected {wanted}"
    else:
        options = refusal.schema.get("enum", ())
        tail = f"; expected {_either(options)}" if options else _quotes(types, value)
        message = f"{_name(refusal)} must be {wanted}, not {_shown(value)}{tail}"
    yield ShapeProblem("wrong-type", Problem(path, message))


def _quotes(types: Collection[str], value: object) -> str:
    """A plain word or number that YAML took for something else, or a quoted one that it took for text."""
    if "string" in types and "integer" not in types and isinstance(value, bool | int | float):
        return "; quote it"
    if not isinstance(value, str) or "string" in types:
        return ""
    if {"integer", "number"} & set(types) and _NUMBER.fullmatch(value):
        return "; remove the quotes"
    if "boolean" in types and value in ("true", "false"):
        return "; remove the quotes"
    return ""


def _enum(refusal: Refusal) -> Iterator[ShapeProblem]:
    options = [option for option in refusal.expected if isinstance(option, str)]
    value = refusal.instance
    suggestion = nearest(value, options) if isinstance(value, str) else None
    given = f"`{short(value)}`" if isinstance(value, str) else _shown(value)
    name = _name(refusal)
    width = max(_ENUM_WIDTH - len(given) - len(name), _LIST_WIDTH // 2)
    tail = did_you_mean(suggestion) or f"; expected {_either(options, width=width)}"
    fix = certain(FixKind.VALUE, value, options, suggestion) if isinstance(value, str) else None
    message = f"{given} is not a value of {name}{tail}"
    yield ShapeProblem("wrong-value", Problem(refusal.path, message, suggestion, fix=fix))


def _pattern(refusal: Refusal) -> Iterator[ShapeProblem]:
    expected = refusal.message or "expected another form"
    yield _wrong(refusal, f"{_name(refusal)}: `{short(refusal.instance, 28)}` does not fit; {expected}")


def _bound(refusal: Refusal) -> Iterator[ShapeProblem]:
    least, most = refusal.schema.get("minimum"), refusal.schema.get("maximum")
    expected = refusal.message or f"expected {_range(least, most)}"
    yield _wrong(refusal, f"{_name(refusal)} is {refusal.instance}; {expected}")


def _range(least: object, most: object) -> str:
    if least is None or most is None:
        return f"at least {least}" if most is None else f"at most {most}"
    return f"{least} to {most}"


def _empty(refusal: Refusal) -> Iterator[ShapeProblem]:
    yield _wrong(refusal, f"{_name(refusal)} must not be empty")


def _long(refusal: Refusal) -> Iterator[ShapeProblem]:
    count = len(refusal.instance)
    yield _wrong(refusal, f"{_name(refusal)} is {count} characters long; at most {refusal.expected} are allowed")


def _twice(refusal: Refusal) -> Iterator[ShapeProblem]:
    first: dict[str, int] = {}
    places = enumerate(refusal.instance)
    again = [index for index, item in places if first.setdefault(repr(item), index) != index]
    for index in again[:MOST]:
        message = f"{_shown(refusal.instance[index])} is in {_name(refusal)} twice; keep one"
        yield ShapeProblem("wrong-value", Problem((*refusal.path, index), message))


def _number_of_fields(refusal: Refusal) -> Iterator[ShapeProblem]:
    """Too few or too many fields: an empty map, or an object that takes one field of several."""
    schema, instance = refusal.schema, refusal.instance
    fixed = schema.get("required", [])
    options = [name for name in schema.get("properties", {}) if name not in fixed]
    if not options:
        yield _wrong(refusal, f"{_name(refusal)} must not be empty")
        return
    here = [name for name in options if name in instance]
    word = "operator" if "equals" in options else "field"
    if refusal.keyword == "maxProperties":
        if len(here) > 1:
            message = f"{refusal.owner} takes exactly one {word}, and has {_either(here, 'and')}; keep one"
            yield ShapeProblem("wrong-value", Problem((*refusal.path, here[1]), message, at_key=True))
    elif not here:
        message = f"{refusal.owner} needs one {word}: {_either(options)}"
        yield _lacking(refusal, message, options)


def _one_of(refusal: Refusal) -> Iterator[ShapeProblem]:
    """Exactly one of several fields is required."""
    options = [name for option in refusal.expected for name in option["required"]]
    here = [name for name in options if name in refusal.instance]
    if here:
        message = f"{refusal.owner} takes exactly one of {_either(options, 'and')}; keep one"
        yield ShapeProblem("wrong-value", Problem((*refusal.path, here[1]), message, at_key=True))
    else:
        message = f"{_either(options)} is missing: {refusal.owner} needs one of them"
        yield _lacking(refusal, message, options)


def _forbidden(refusal: Refusal) -> Iterator[ShapeProblem]:
    message = refusal.message or f"{_name(refusal)} is not allowed here"
    yield ShapeProblem("unknown-field", Problem(refusal.path, message, at_key=True))


def _key(refusal: Refusal) -> ShapeProblem:
    key = str(refusal.instance)
    if refusal.keyword == "maxLength" and refusal.message is None:
        message = f"`{short(key)}` is {len(key)} characters long; at most {refusal.expected} are allowed in a key"
    elif refusal.keyword == "minLength":
        message = f"a key of {_name(refusal)} must not be empty"
    else:
        message = f"`{short(key)}` cannot be a key; {refusal.message or 'expected another form'}"
    slug = re.sub(r"[^a-z0-9_-]+", "-", key.lower()).strip("-_")
    suggestion = slug if refusal.message and _SLUG.fullmatch(slug) else None
    return ShapeProblem("wrong-value", Problem((*refusal.path, key), message, suggestion, at_key=True))


def _wrong(refusal: Refusal, message: str, suggestion: str | None = None) -> ShapeProblem:
    return ShapeProblem("wrong-value", Problem(refusal.path, message, suggestion))


def _name(refusal: Refusal) -> str:
    """What to call the value that is refused: by its key, or its place in a list."""
    match refusal.path:
        case ():
            return "this value"
        case (*_, str(key)):
            return f"`{short(key)}`"
        case (*_, str(key), int(index)):
            return f"item {index + 1} of `{short(key)}`"
        case _:
            return "this item"


def _shown(value: object) -> str:
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f"the text `{short(value)}`"
        case int() | float():
            return f"the number {short(str(value))}"
        case list():
            return "a list"
        case None:
            return "null"
        case _:
            return "a mapping"


def _either(names: Collection[str], word: str = "or", *, quoted: bool = True, width: int = _LIST_WIDTH) -> str:
    """`a`, `b` or `c`; a long list is cut."""
    words = [f"`{name}`" if quoted else name for name in names]
    shown: list[str] = []
    used = 0
    for item in words:
        used += len(item) + 2
        if shown and used > width:
            left = len(words) - len(shown)
            return f"{', '.join(shown)} {word} {left} other{'s' if left > 1 else ''}"
        shown.append(item)
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {word} {shown[-1]}"


def _listing(start: str, lead: str, names: Collection[str], word: str = "or") -> str:
    """The lead with as many of the names after it as the line that begins so has room for."""
    room = LONGEST_MESSAGE - len(start) - len(lead) - len(f" {word} {len(names)} others")
    return lead + _either(names, word, width=min(room, _LIST_WIDTH))


_BY_KEYWORD: Mapping[str, Callable[[Refusal], Iterator[ShapeProblem]]] = {
    "additionalProperties": _unknown,
    "required": _missing,
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "minimum": _bound,
    "maximum": _bound,
    "minLength": _empty,
    "maxLength": _long,
    "minItems": _empty,
    "uniqueItems": _twice,
    "minProperties": _number_of_fields,
    "maxProperties": _number_of_fields,
    "oneOf": _one_of,
    "not": _forbidden,
}
