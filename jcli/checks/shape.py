"""Stage shape: whether a document or a request body has the fields, types and values that the schema asks for.

jsonschema-rs gives the verdict in microseconds; only what it refuses goes through jsonschema, whose errors
`jcli/checks/explanation.py` puts into words, all of them at once. A test holds the two verdicts equal. What a schema
cannot say (a duration over ten years, a day that no month has) is `wrong_value`'s business; where the schemas lie,
`schemas`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson

from jcli.checks.case_values import check_person, check_test
from jcli.checks.explanation import Refusal, ShapeProblem, explain
from jcli.checks.model_values import check_model
from jcli.checks.nearest import did_you_mean, nearest
from jcli.checks.schemas import address, api_schema, document_schema
from jcli.checks.subject import short
from jcli.checks.thinning import MOST, WINDOW, Thinned, thin, windows
from jcli.findings import Path, Problem
from jcli.model import Kind

if TYPE_CHECKING:
    import jsonschema

__all__ = ["MAX_DEPTH", "ShapeProblem", "check_definition", "check_document"]

MAX_DEPTH = 64
"""How deep the values of a request may be nested; the same as for files."""

_MOST = 1_000
"""So many refusals of one value are explained."""
_MOST_WINDOWS = 120
"""In so many parts of a large value it is looked for what is wrong, once something is."""


def check_document(kind: Kind | None, data: dict[str, Any]) -> Iterator[ShapeProblem]:
    """What is wrong with the shape of a document of this kind, as the reader returned it."""
    if kind is None:
        yield _no_kind(data)
        return
    found = list(_judge(f"{kind.value.title()}Document", data))
    yield from found
    if kind.rehearses and not found:
        yield from _rehearsed(kind, data)


def _rehearsed(kind: Kind, data: dict[str, Any]) -> Iterator[ShapeProblem]:
    """What the schema cannot say of a test, of whom it is about, or of a model."""
    if kind is Kind.TEST:
        yield from check_test(data, lambda case: _judge("TestCase", case))
    elif kind is Kind.PERSON:
        yield from check_person(data)
    elif kind is Kind.MODEL:
        yield from check_model(data)


def check_definition(name: str, value: object) -> Iterator[ShapeProblem]:
    """What is wrong with the shape of a value that the definition `name` of the schemas describes (`JourneyCreate`,
    `Settings`...). The value is parsed JSON of any kind. KeyError when there is no such definition.
    """
    unstorable = list(_unstorable(value))
    yield from unstorable or _judge(name, value)


def _judge(name: str, value: object) -> Iterator[ShapeProblem]:
    if _verdict(name).is_valid(value):
        return
    found: dict[Any, Refusal] = {}
    left_out: Counter[Path] = Counter()
    failing = _failing_windows(name, value)
    try:
        for window in islice(failing, _MOST_WINDOWS):
            left_out.update(_look(name, window, found) if len(found) < MOST else _counted(name, window))
        if not found and not left_out:  # what is wrong is the length of a list from which repeated items were taken
            found.update(enumerate(islice(_refusals(name, Thinned(value, {}, {})), _MOST)))
        refusals = _in_order(value, found.values())
        stopped = next(failing, None) is not None
    except RecursionError:
        yield _wrong((), "something is wrong where the values are nested deepest; nest them less")
        return
    yield from explain(refusals)
    at_least = "at least " if stopped else ""
    for path, count in left_out.items():
        told = f"{at_least}{count} more items have something wrong; they are told once the first are put right"
        yield _wrong(path, told)
    if not left_out and len(refusals) >= MOST:
        yield _wrong((), "there may be more that is wrong in a value as large as this; put this right to see the rest")


def _failing_windows(name: str, value: object) -> Iterator[Thinned]:
    """The parts of a value in which something is wrong; the whole when no part is wrong by itself."""
    one = False
    for window in windows(value):
        if not _verdict(name).is_valid(window.value):
            one = True
            yield window
    if not one:
        yield Thinned(value, {}, {})


def _look(name: str, window: Thinned, found: dict[Any, Refusal]) -> Mapping[Path, int]:
    """Put into `found` what is wrong in this part of a value; how many wrong items of lists and maps were left out."""
    thinned = thin(window.value, _failing(name, window), MOST - len(found))
    for refusal in islice(_refusals(name, thinned), _MOST - len(found)):
        path = window.original(thinned.original(refusal.path))
        mark = (path, refusal.keyword, str(refusal.instance) if refusal.of_key else None)
        found.setdefault(mark, replace(refusal, path=path))
    return {window.original(path): count for path, count in thinned.left_out.items()}


def _counted(name: str, window: Thinned) -> Mapping[Path, int]:
    """How many items have something wrong in a part of a value that is not explained any more."""
    left = thin(window.value, _failing(name, window), most=0).left_out
    return {window.original(path): count for path, count in left.items()}


def _failing(name: str, window: Thinned) -> Iterator[Path]:
    errors = islice(_verdict(name).iter_errors(window.value), 20 * WINDOW)
    return (tuple(error.instance_path) for error in errors)


def _in_order(value: Any, refusals: Iterable[Refusal]) -> list[Refusal]:
    """Refusals in the order in which the value is written; jsonschema keeps none."""
    orders: dict[Path, dict[Any, int]] = {}

    def place(refusal: Refusal) -> list[int]:
        item, steps = value, []
        for depth, step in enumerate(refusal.path):
            if isinstance(item, dict):
                above = refusal.path[:depth]
                if above not in orders:
                    orders[above] = {key: index for index, key in enumerate(item)}
                steps.append(orders[above][step])
            else:
                steps.append(int(step))
            item = item[step]
        return steps

    return sorted(refusals, key=place)


@cache
def _verdict(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        {"$schema": document_schema()["$schema"], "$ref": address(name)}, registry=_registry(), offline=True
    )


@cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(schema["$id"], schema) for schema in (document_schema(), api_schema())])


def _refusals(name: str, thinned: Thinned) -> Iterator[Refusal]:
    for error in _explainer(name).iter_errors(thinned.value):
        yield from _flat(error)


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


_LOST_HEADS = {"nodes": Kind.JOURNEY, "goalConfig": Kind.JOURNEY, "rules": Kind.AUDIENCE, "cases": Kind.TEST}
"""The field by which a document without a head key is known, and its kind."""


def _no_kind(data: dict[str, Any]) -> ShapeProblem:
    kinds = [kind.value for kind in Kind]
    message = "a document begins with kind and key, as in `journey: my-key`"
    first = next(iter(data), None)
    suggestion = None if first is None or first in kinds else nearest(str(first), kinds)
    field = next((field for field in _LOST_HEADS if field in data), None)
    if field is not None and suggestion != _LOST_HEADS[field].value:
        head = _LOST_HEADS[field].value
        message = f"`{head}` is missing, with which a document with `{field}` begins; write `{head}: my-key` above all"
        return ShapeProblem("missing-field", Problem((), message), (head,))
    if suggestion is None:
        expected = " or ".join([", ".join(kinds[:-1]), kinds[-1]])
        return ShapeProblem("missing-field", Problem((), f"{message}; expected {expected}"))
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
