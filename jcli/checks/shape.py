"""Stage shape: whether a document or a request body has the fields, types and values that the schema asks for.

jsonschema-rs gives the verdict in microseconds; only what it refuses goes through jsonschema, whose errors
`jcli/checks/explanation.py` puts into words, all of them at once. A test holds the two verdicts equal. What a schema
cannot say (a duration over ten years, a day that no month has) is `wrong_value`'s business; where the schemas lie,
`schemas`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson

from jcli.checks.explanation import Refusal, ShapeProblem, explain
from jcli.checks.nearest import did_you_mean, nearest
from jcli.checks.schemas import address, api_schema, document_schema
from jcli.checks.subject import short
from jcli.checks.thinning import Thinned, thin
from jcli.findings import Path, Problem
from jcli.model import Kind

if TYPE_CHECKING:
    import jsonschema

__all__ = ["MAX_DEPTH", "ShapeProblem", "check_definition", "check_document"]

MAX_DEPTH = 64
"""How deep the values of a request may be nested; the same as for files."""


def check_document(kind: Kind | None, data: dict[str, Any]) -> Iterator[ShapeProblem]:
    """What is wrong with the shape of a document of this kind, as the reader returned it."""
    if kind is None:
        yield _no_kind(data)
    else:
        yield from _judge(f"{kind.value.title()}Document", data)


def check_definition(name: str, value: object) -> Iterator[ShapeProblem]:
    """What is wrong with the shape of a value that the definition `name` of the schemas describes (`JourneyCreate`,
    `Settings`...). The value is parsed JSON of any kind. KeyError when there is no such definition.
    """
    unstorable = list(_unstorable(value))
    yield from unstorable or _judge(name, value)


def _judge(name: str, value: object) -> Iterator[ShapeProblem]:
    if _verdict(name).is_valid(value):
        return
    thinned = thin(value, (tuple(error.instance_path) for error in _verdict(name).iter_errors(value)))
    try:
        refusals = sorted(_refusals(name, thinned), key=lambda refusal: _place(value, refusal.path))
    except RecursionError:
        yield _wrong((), "something is wrong where the values are nested deepest; nest them less")
        return
    yield from explain(refusals)
    for path, count in thinned.left_out.items():
        yield _wrong(path, f"{count} more items have something wrong; they are told once the first are put right")


@cache
def _verdict(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        {"$schema": document_schema()["$schema"], "$ref": address(name)}, registry=_registry(), offline=True
    )


@cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(schema["$id"], schema) for schema in (document_schema(), api_schema())])


def _place(value: Any, path: Path) -> list[int]:
    """Where the path stands in the order in which the value is written; jsonschema keeps no order."""
    place = []
    for step in path:
        place.append(step if isinstance(step, int) else list(value).index(step))
        value = value[step]
    return place


def _refusals(name: str, thinned: Thinned) -> Iterator[Refusal]:
    for error in _explainer(name).iter_errors(thinned.value):
        for refusal in _flat(error):
            yield replace(refusal, path=thinned.original(refusal.path))


def _flat(error: jsonschema.ValidationError) -> Iterator[Refusal]:
    """The error, or what is below a choice. `anyOf` stands only between a definition and null, so that whoever wrote
    something meant the definition."""
    if error.validator == "anyOf":
        options: Any = error.validator_value
        for child in error.context or ():
            if options[child.schema_path[0]] != {"type": "null"}:
                yield from _flat(child)
        return
    schema: Any = error.schema
    yield Refusal(
        keyword=str(error.validator),
        expected=error.validator_value,
        instance=error.instance,
        schema=schema,
        path=tuple(error.absolute_path),
        of_key="propertyNames" in error.absolute_schema_path,
    )


@cache
def _explainer(name: str) -> Any:
    """The validator of jsonschema for a definition. The library takes longer to import than most commands take to
    run, so it is imported when there is something to explain."""
    library = import_module("jsonschema")
    referencing = import_module("referencing")
    kinds = library.validators.extend(library.Draft202012Validator, {"pattern": _pattern})
    resources = [
        (schema["$id"], referencing.Resource.from_contents(schema)) for schema in (document_schema(), api_schema())
    ]
    return kinds({"$ref": address(name)}, registry=referencing.Registry().with_resources(resources))


def _pattern(_validator: Any, pattern: str, instance: object, _schema: object) -> Iterator[jsonschema.ValidationError]:
    """`pattern` as the schema language means it: `$` is the end of the text, not the place before a last newline."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield import_module("jsonschema").ValidationError(f"{instance!r} does not match {pattern!r}")


def _no_kind(data: dict[str, Any]) -> ShapeProblem:
    kinds = [kind.value for kind in Kind]
    message = "a document begins with its kind and key, as in `journey: my-key`"
    first = next(iter(data), None)
    suggestion = None if first is None else nearest(str(first), kinds)
    if suggestion is None:
        expected = ", ".join(f"`{kind}`" for kind in kinds)
        return ShapeProblem("missing-field", Problem((), f"{message}; expected one of {expected}"))
    return ShapeProblem(
        "missing-field", Problem((str(first),), message + did_you_mean(suggestion), suggestion, at_key=True)
    )


def _unstorable(value: object) -> Iterator[ShapeProblem]:
    """What JSON can say and no store can hold. Almost every body is cleared by a quick look at its bytes."""
    try:
        raw = orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER)
    except TypeError:
        raw = b""
    if raw and b"\\u0000" not in raw and raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:
        return
    waiting: list[tuple[Path, object]] = [((), value)]
    while waiting:
        path, item = waiting.pop()
        if isinstance(item, dict | list) and len(path) >= MAX_DEPTH:
            yield _wrong(path, f"values are nested more than {MAX_DEPTH} deep; take levels of `[` or `{{` out")
        elif isinstance(item, dict):
            waiting.extend(((*path, key), below) for key, below in reversed(item.items()))
            for key in item:
                yield from _unstorable_text((*path, key), key, at_key=True)
        elif isinstance(item, list):
            waiting.extend(((*path, index), item[index]) for index in reversed(range(len(item))))
        elif isinstance(item, str):
            yield from _unstorable_text(path, item)
        elif isinstance(item, int) and not -(2**63) <= item < 2**63:
            yield _wrong(path, f"the number `{short(str(item), 24)}` does not fit in 64 bits; send it as text")


def _unstorable_text(path: Path, text: str, *, at_key: bool = False) -> Iterator[ShapeProblem]:
    if "\0" in text:
        yield _wrong(path, "the character `U+0000` cannot be stored; remove it", at_key)
    elif not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        yield _wrong(path, "half of a surrogate pair is no character, like `U+D800`; send the whole one", at_key)


def _wrong(path: Path, message: str, at_key: bool = False) -> ShapeProblem:
    return ShapeProblem("wrong-value", Problem(path, message, at_key=at_key))
