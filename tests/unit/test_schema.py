"""The schema files themselves: valid, described throughout, and there in every way of installing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest

from jcli.checks import schemas, shape
from jcli.checks.schemas import address, api_schema, document_schema, schema_folder
from jcli.errors import ConfigError
from jcli.model import NodeType

ROOT = Path(__file__).parents[2]
SCHEMAS = {"document": document_schema(), "api": api_schema()}
EVERY = [(file, name) for file, schema in SCHEMAS.items() for name in schema["$defs"]]

# In these places of a definition stand conditions, or alternatives that only say what the definition says already.
CONDITIONS = {"if", "not", "oneOf", "propertyNames"}


def _fields(schema: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property below a schema, with its path."""
    if isinstance(schema, list):
        for index, item in enumerate(schema):
            yield from _fields(item, f"{path}/{index}")
    if not isinstance(schema, dict):
        return
    for name, field in schema.get("properties", {}).items():
        if field is True:
            continue  # named for its message alone; described beside it
        yield f"{path}/{name}", field
        yield from _fields(field, f"{path}/{name}")
    for keyword, below in schema.items():
        if keyword not in CONDITIONS | {"properties", "examples", "default"}:
            yield from _fields(below, f"{path}/{keyword}")


def _described(schema: dict[str, Any]) -> bool:
    """Whether the schema, or what it refers to, has a description. What a field is narrowed to by the `type` of its
    object is described where it is defined."""
    if schema.get("description"):
        return True
    reference = schema.get("$ref", "")
    name = reference.rpartition("#/$defs/")[2]
    found: Any = {**document_schema(), "$defs": {**document_schema()["$defs"], **api_schema()["$defs"]}}["$defs"]
    for step in name.split("/"):
        found = found.get(step, {}) if isinstance(found, dict) else {}
    return bool(reference) and isinstance(found, dict) and bool(found.get("description"))


@pytest.mark.parametrize("file", SCHEMAS)
def test_the_schema_is_valid(file: str) -> None:
    assert SCHEMAS[file]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(SCHEMAS[file])


@pytest.mark.parametrize(("file", "name"), EVERY)
def test_every_definition_and_every_field_has_a_description(file: str, name: str) -> None:
    definition = SCHEMAS[file]["$defs"][name]
    assert definition.get("description")
    assert [path for path, field in _fields(definition, name) if not _described(field)] == []


@pytest.mark.parametrize(("file", "name"), EVERY)
def test_every_definition_can_be_compiled_and_its_examples_pass(file: str, name: str) -> None:
    verdict = shape._verdict(name)
    definition = SCHEMAS[file]["$defs"][name]
    assert [value for value in definition.get("examples", []) if not verdict.is_valid(value)] == []


@pytest.mark.parametrize(("file", "name"), EVERY)
def test_the_examples_and_defaults_of_every_field_pass(file: str, name: str) -> None:
    schema = SCHEMAS[file]
    for path, field in _fields(schema["$defs"][name], name):
        if "$ref" in field:
            target = field["$ref"]
            field = {**field, "$ref": target if "document" in target else f"{schema['$id']}{target}"}
        elif "anyOf" in field or "items" in field or "additionalProperties" in field:
            continue  # what they refer to is relative to the file, and judged by the test of the definitions
        verdict = jsonschema_rs.Draft202012Validator(
            {"$id": f"{schema['$id'].rpartition('/')[0]}/field.json", **field}, registry=shape._registry()
        )
        values = [*field.get("examples", []), *([field["default"]] if "default" in field else [])]
        assert [(path, value) for value in values if not verdict.is_valid(value)] == []


def test_objects_of_ours_take_no_other_fields() -> None:
    free = {"Problem", "Event", "TrackingCall", "TrackingBatch"}  # events are of the senders' making
    open_ones = [
        f"{file}: {name}"
        for file, schema in SCHEMAS.items()
        for name, definition in schema["$defs"].items()
        if "properties" in definition and "additionalProperties" not in definition and name not in free
    ]
    assert open_ones == ["document: Operators"]


def test_node_kinds_are_told_by_conditions_and_never_by_one_of() -> None:
    assert b'"oneOf"' not in orjson.dumps(document_schema())


def test_every_node_type_is_known() -> None:
    assert document_schema()["$defs"]["NodeType"]["enum"] == [kind.value for kind in NodeType]


def test_requests_and_files_share_their_definitions() -> None:
    """One definition, two doors."""
    create = api_schema()["$defs"]["JourneyCreate"]["properties"]
    assert create["settings"]["anyOf"][0]["$ref"] == "document.schema.json#/$defs/Settings"
    assert create["goalConfig"]["anyOf"][0]["$ref"] == "document.schema.json#/$defs/GoalConfig"
    assert api_schema()["$defs"]["CanvasNode"]["$ref"] == document_node()["$ref"].replace("#", "document.schema.json#")
    assert api_schema()["$defs"]["AudienceCreate"]["properties"]["rules"]["$ref"] == "document.schema.json#/$defs/Rules"


def document_node() -> dict[str, Any]:
    node: dict[str, Any] = document_schema()["$defs"]["FileNode"]
    return node


def test_a_stored_canvas_can_be_sent_back() -> None:
    """Every field that a node or an edge is answered with is a field that a request takes."""
    definitions = api_schema()["$defs"]
    for answered, sent in (("Node", "CanvasNode"), ("Edge", "CanvasEdge")):
        assert set(definitions[answered]["properties"]) <= set(definitions[sent]["properties"])


def test_definitions_are_found_by_name_in_either_file() -> None:
    assert address("Settings").endswith("/document.schema.json#/$defs/Settings")
    assert address("JourneyCreate").endswith("/api.schema.json#/$defs/JourneyCreate")


def test_the_checkout_is_where_an_editable_install_finds_them() -> None:
    assert schema_folder() == ROOT / "schema"


def test_a_broken_installation_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "_PLACES", (tmp_path / "a", tmp_path / "b"))
    with pytest.raises(ConfigError, match="schema files"):
        schema_folder()


def test_a_wheel_carries_the_schemas(tmp_path: Path) -> None:
    """Built from a copy, offline, unpacked, and asked from outside of the checkout."""
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "setup.py", "README.md"):
        shutil.copy(ROOT / name, source)
    for name in ("jcli", "server", "schema"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    build = ["-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "--no-cache-dir"]
    subprocess.run([sys.executable, *build, "-w", str(tmp_path), str(source)], check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    shutil.unpack_archive(wheel, installed, "zip")
    code = (
        f"import sys; sys.path.insert(0, {str(installed)!r}); from jcli.checks.schemas import schema_folder; "
        "from jcli.checks.shape import check_definition as check; "
        "assert list(check('Settings', {'a': 1})) and not list(check('JourneyCreate', {'name': 'a', 'siteId': 'b'})); "
        "print(schema_folder())"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert Path(done.stdout.strip()) == installed / "jcli" / "schema"
    assert (installed / "jcli" / "schema" / "api.schema.json").read_bytes() == (
        ROOT / "schema" / "api.schema.json"
    ).read_bytes()


def test_the_reference_of_the_files_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate_yaml_reference.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
