"""Stage shape: what is refused, where, and in which words; and that the quick verdict and the explaining one agree.

The cases are data, in `tests/data/shape/`: a definition of the schemas, values, and what is to be said of them.
"""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jcli.checks import shape
from jcli.checks.schemas import document_schema
from jcli.checks.shape import MAX_DEPTH, ShapeProblem, check_definition, check_document
from jcli.documents import kind_of, read
from jcli.durations import parse_duration
from jcli.findings import pointer
from jcli.model import Kind, NodeType

DATA = Path(__file__).parents[1] / "data" / "shape"
WORKSPACE = Path(__file__).parents[2] / "journeys"


def _cases() -> Iterator[tuple[str, str, Any, list[list[str]]]]:
    for file in sorted(DATA.glob("*.yaml")):
        documents, findings = read(file.read_bytes(), file.name)
        assert findings == []
        for case in documents[0].data["cases"]:
            name = f"{file.stem}: {case['name']}"
            yield name, documents[0].data["definition"], case["body"], case.get("problems", [])


CASES = list(_cases())


def _told(problems: Iterator[ShapeProblem]) -> list[list[str]]:
    return [[item.slug, pointer(item.problem.path), item.problem.message] for item in problems]


@pytest.mark.parametrize(("name", "definition", "body", "expected"), CASES, ids=[case[0] for case in CASES])
def test_case(name: str, definition: str, body: object, expected: list[list[str]]) -> None:
    assert _told(check_definition(definition, body)) == expected


def test_every_node_type_has_good_and_bad_cases() -> None:
    seen = {(body.get("type"), bool(expected)) for _, _, body, expected in CASES if isinstance(body, dict)}
    assert {(kind.value, bad) for kind in NodeType for bad in (False, True)} <= seen


def test_messages_are_one_line_that_can_be_read() -> None:
    messages = [message for *_, expected in CASES for _, _, message in expected]
    assert [text for text in messages if len(text) > 160 or text.rstrip() != text] == []


@pytest.mark.parametrize(
    ("kind", "data", "path", "suggestion"),
    [
        (None, {"jurney": "a", "name": "A"}, ("jurney",), "journey"),
        (None, {"name": "A"}, (), None),
        (None, {}, (), None),
    ],
)
def test_a_document_of_no_kind(
    kind: Kind | None, data: dict[str, Any], path: tuple[str, ...], suggestion: str | None
) -> None:
    [found] = check_document(kind, data)
    assert (found.slug, found.problem.path, found.problem.suggestion) == ("missing-field", path, suggestion)
    kinds = "expected journey, content, audience, vocabulary, test, person, model or site"
    assert ("did you mean" if suggestion else kinds) in found.problem.message


def test_unknown_fields_are_marked_at_their_key_and_suggest_a_word() -> None:
    [found] = check_definition("Settings", {"reentri": "once"})
    assert (found.problem.at_key, found.problem.suggestion) == (True, "reentry")


def test_a_key_that_is_none_suggests_one_that_is() -> None:
    document = {"journey": "a", "site": "main", "nodes": {"Start Here": {"type": "EXIT"}}}
    [found] = check_document(Kind.JOURNEY, document)
    assert (found.problem.at_key, found.problem.suggestion) == (True, "start-here")


def test_the_example_workspace_has_the_right_shape() -> None:
    documents = [found for file in sorted(WORKSPACE.rglob("*.yaml")) for found in read(file.read_bytes(), file.name)[0]]
    assert len(documents) > 10
    assert [item for found in documents for item in check_document(found.kind, found.data)] == []


def test_everything_is_told_in_the_order_in_which_it_is_written() -> None:
    nodes = {f"n{index}": {"type": "WAIT", "config": {"duration": "x"}} for index in (5, 3, 9, 1)}
    paths = [
        found.problem.path[1] for found in check_document(Kind.JOURNEY, {"journey": "a", "site": "b", "nodes": nodes})
    ]
    assert paths == ["n5", "n3", "n9", "n1"]


def test_an_unknown_definition_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        list(check_definition("Nothing", {}))


@pytest.mark.parametrize(
    ("traits", "path", "words"),
    [
        ({"a": "x\0"}, ("traits", "a"), "U+0000"),
        ({"a\0": 1}, ("traits", "a\0"), "U+0000"),
        ({"a": [2**63]}, ("traits", "a", 0), "64 bits"),
        ({"a": -(2**63) - 1}, ("traits", "a"), "64 bits"),
        ({"a": "\ud800"}, ("traits", "a"), "surrogate"),
    ],
)
def test_what_no_store_can_hold(traits: object, path: tuple[str | int, ...], words: str) -> None:
    [found] = check_definition("PersonPut", {"traits": traits})
    assert (found.slug, found.problem.path) == ("wrong-value", path)
    assert words in found.problem.message


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63), "\\u0000", "😀", 2**53 + 1, {"a": {"b": []}}])
def test_what_every_store_can_hold(value: object) -> None:
    assert list(check_definition("PersonPut", {"traits": {"a": value}})) == []


def _nested(depth: int, inner: object) -> object:
    for _ in range(depth):
        inner = {"not": inner}
    return inner


def test_values_nested_as_deep_as_allowed_are_judged() -> None:
    rule = {"trait": "a", "equal": 1}
    [found] = check_definition("Rules", _nested(MAX_DEPTH - 1, rule))
    assert (found.slug, found.problem.suggestion) == ("unknown-field", "equals")


@pytest.mark.parametrize("depth", [MAX_DEPTH, 200, 1000, 20_000])
def test_values_nested_deeper_are_refused(depth: int) -> None:
    [found] = check_definition("Rules", _nested(depth, {"trait": "a", "equals": 1}))
    assert (found.slug, len(found.problem.path)) == ("wrong-value", MAX_DEPTH)


def test_one_mistake_among_ten_thousand_nodes() -> None:
    nodes: list[dict[str, Any]] = [{"id": f"n{i}", "type": "WAIT", "config": {"duration": "2d"}} for i in range(10_000)]
    nodes[7_000]["config"] = {"durations": "2d"}
    body = {"nodes": nodes, "edges": [{"sourceNodeId": "a"}, *({"sourceNodeId": "a", "targetNodeId": "b"},) * 100]}
    told = _told(check_definition("CanvasSave", body))
    assert [(slug, path) for slug, path, _ in told] == [
        ("unknown-field", "/nodes/7000/config/durations"),
        ("missing-field", "/edges/0"),
    ]


def test_mistakes_without_number_are_counted() -> None:
    nodes = {f"n{index}": {"type": "EXITT"} for index in range(1000)}
    told = _told(check_document(Kind.JOURNEY, {"journey": "a", "site": "b", "nodes": nodes}))
    assert len(told) == 201
    assert told[-1][1:] == ["/nodes", "800 more items have something wrong; they are told once the first are put right"]


def test_jsonschema_is_imported_only_to_explain() -> None:
    code = (
        "import sys; from jcli.checks.shape import check_definition as check; "
        "assert not list(check('Settings', {})); assert 'jsonschema' not in sys.modules; "
        "assert list(check('Settings', 5)); assert 'jsonschema' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# -- the two verdicts -----------------------------------------------------------------------------------------------

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 400_000_000),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(max_size=4),
    st.sampled_from(
        ["2d", "2d\n", "P1D", "PT", "0s", "٣d", "2027-01-31", "09:00", "person", "TRIGGER", "event", "mon"]
    ),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda below: st.one_of(st.lists(below, max_size=2), st.dictionaries(st.sampled_from("ab"), below, max_size=2)),
    max_leaves=4,
)
_FIELDS = sorted(
    {field for definition in document_schema()["$defs"].values() for field in definition.get("properties", {})}
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        for step in value if isinstance(value, dict) else range(len(value)):
            yield from _places(value[step], (*path, step))


@st.composite
def near_valid(draw: st.DrawFn, ending: str = "") -> tuple[str, Any]:
    """A definition and one of its cases, changed in up to three places: a value replaced, a field removed or put in."""
    _, definition, body, _ = draw(st.sampled_from([case for case in CASES if case[1].endswith(ending)]))
    body = copy.deepcopy(body)
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(list(_places(body))))
        if not path:
            continue
        parent = body
        for step in path[:-1]:
            parent = parent[step]
        match draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace":
                parent[path[-1]] = draw(_VALUES)
            case "remove":
                del parent[path[-1]]
            case _ if isinstance(parent, dict):
                parent[draw(st.sampled_from(_FIELDS))] = draw(_VALUES)
    return definition, body


def _verdicts(definition: str, body: Any) -> tuple[bool, bool]:
    quick = shape._verdict(definition).is_valid(body)
    return quick, not list(shape._explainer(definition).iter_errors(body))


@given(near_valid())
@example(("FileNode", {"type": "WAIT", "config": {"duration": "2d\n"}}))
@example(("FileNode", {"type": "WAIT", "config": {"duration": "٣d"}}))
@example(("FileNode", {"type": "WAIT", "config": {"duration": 2.0}}))
@example(("SiteDocument", {"site": "a", "domains": ["a.b", "a.b"]}))
def test_both_verdicts_are_one_and_each_refusal_is_explained(case: tuple[str, Any]) -> None:
    definition, body = case
    quick, slow = _verdicts(definition, body)
    assert quick == slow
    assert (list(check_definition(definition, body)) == []) == quick


@given(near_valid("Document"))
def test_a_document_is_judged_alike_by_its_kind_and_by_the_whole_schema(case: tuple[str, Any]) -> None:
    """An editor holds a file against the schema as a whole; the checks, against the definition of its kind."""
    _, body = case
    kind = kind_of(body) if isinstance(body, dict) else None
    whole = shape.jsonschema_rs.Draft202012Validator(document_schema())
    if kind is not None:
        assert whole.is_valid(body) == shape._verdict(f"{kind.value.title()}Document").is_valid(body)
    else:
        assert not whole.is_valid(body)


def test_a_whole_number_written_with_a_fraction_is_one_everywhere() -> None:
    """JSON Schema takes 3600.0 for a whole number, so what reads the value later must as well."""
    assert list(check_definition("FileNode", {"type": "WAIT", "config": {"duration": 3600.0}})) == []
    assert parse_duration(3600.0) == parse_duration("1h")


@pytest.mark.parametrize("length", [1_001, 3_000])
def test_a_list_that_is_too_long_is_told_of_also_when_all_its_items_are_alike(length: int) -> None:
    alike = [{"type": "track", "event": "signed_up", "userId": "ana"}] * length
    [found] = check_definition("EventBatch", {"siteId": "main", "batch": alike})
    assert found.problem.path == ("batch",)
