"""The OpenAPI document: committed as generated, complete, true to the schemas; and the server held against it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jcli.checks.shape import check_definition
from server.examples import EXAMPLES
from server.openapi import document, document_bytes
from tests.api.client import ROOT, Api, Live, end_live, start_live
from tests.api.visiting import basic
from tests.databases import DATABASES, fresh

DOCUMENT = document()
OPERATIONS = [
    (method, path, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
]


def test_the_committed_document_is_the_generated_one() -> None:
    """`python -m server.openapi > schema/openapi.json` mends it."""
    assert (ROOT / "schema" / "openapi.json").read_bytes() == document_bytes()


def test_it_is_served_to_everybody(api: Api) -> None:
    served = api.client.request("GET", "/openapi.json")
    assert (served.status_code, served.content) == (200, document_bytes())


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_each_operation_is_described(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert len(operation["description"]) > 10
    good = [code for code in operation["responses"] if code.startswith("2")]
    assert good
    for code in good:
        for content in operation["responses"][code].get("content", {}).values():
            assert content["example"]
    if "requestBody" in operation:
        assert operation["requestBody"]["content"]["application/json"]["example"]
    if path.startswith("/api"):
        assert {"401", "403", "429", "500", "503"} <= set(operation["responses"])
        assert operation["security"][0]["bearer"]


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(ids)) == len(ids)


def test_every_reference_leads_somewhere() -> None:
    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    for reference in references(DOCUMENT):
        found = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "Health"])
def test_examples_are_true(name: str) -> None:
    definition = re.sub(r"\d+$", "", name)
    assert [(found.problem.path, found.problem.message) for found in check_definition(definition, EXAMPLES[name])] == []


def test_the_examples_of_problems_have_the_titles_that_are_answered(api: Api) -> None:
    answered = api.get("/api/journeys/none").json()
    assert answered["title"] == EXAMPLES["Problem404"]["title"]


def _for_the_generator(served: dict[str, Any]) -> dict[str, Any]:
    """The document with the kinds of nodes as alternatives. It says the same: schemathesis can tell whether data fits
    nine conditions on `type`, but not make data that does."""
    node, rules = (served["components"]["schemas"][name] for name in ("CanvasNode", "NodeByType"))
    kinds = []
    for rule in rules["allOf"]:
        if "else" in rule:
            continue
        name = rule["if"]["properties"]["type"]["const"]
        shows = name == "CONTENT"
        properties = {
            **node["properties"],
            **rule["then"]["properties"],
            "type": {"const": name},
            "contentId": {"type": "string", "minLength": 1, "maxLength": 255} if shows else {"type": "null"},
        }
        required = ["type", *rule["then"].get("required", []), *(["contentId"] if shows else [])]
        kinds.append(
            {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
        )  # fmt: skip
    assert len(kinds) == 8
    served["components"]["schemas"]["CanvasNode"] = {"anyOf": kinds}
    return served


def _schemathesis_behind_the_write_key(live: Live, folder: Path) -> None:
    """`/v1` once more with a key that is good, or nothing behind it would be reached. Streams do not end. That wrong
    authentication is refused is a matter of the first run, and events are judged more loosely than described."""
    with live.client() as client:
        key = client.post("/api/sites", json={"name": "Open"}).json()["data"]["writeKey"]
    command = [
        str(Path(sys.executable).with_name("st")), "run", "openapi.json", "--url", live.url,
        "--header", f"Authorization: {basic(key)}", "--include-path-regex", "^/v1/", "--exclude-path-regex", "/stream$",
        "--phases", "examples,coverage,fuzzing", "--checks", "all",
        "--exclude-checks", "positive_data_acceptance,negative_data_rejection,ignored_auth,unsupported_method",
        "--seed", "20260102", "--max-examples", "15", "--continue-on-failure", "--warnings", "off",
    ]  # fmt: skip

    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)

    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr[-2_000:]


@pytest.fixture(params=DATABASES)
def live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Live]:
    """A server on each kind of database."""
    with fresh(request.param, tmp_path) as url:
        live = start_live(url)
        yield live
        end_live(live)


@pytest.mark.timeout(900)
def test_schemathesis_finds_nothing(live: Live, tmp_path: Path) -> None:
    """All phases and all checks against a real server, but for one check: that every body which fits its schema is
    accepted. A canvas may fit and have an edge to nobody, a version may fit and be stale."""
    with live.client() as client:
        served = _for_the_generator(client.get("/openapi.json").json())
    (tmp_path / "openapi.json").write_text(json.dumps(served))
    command = [
        str(Path(sys.executable).with_name("st")), "run", "openapi.json", "--url", live.url,
        "--header", f"Authorization: {live.headers['Authorization']}",
        "--phases", "examples,coverage,fuzzing,stateful", "--checks", "all",
        "--exclude-checks", "positive_data_acceptance",
        "--seed", "20260101", "--max-examples", "15", "--continue-on-failure", "--warnings", "off",
    ]  # fmt: skip

    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=580, check=False)

    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr[-2_000:]
    _schemathesis_behind_the_write_key(live, tmp_path)
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert re.search(rf"✅ +{phase}", ran.stdout), ran.stdout
    assert f"Tested: {len(OPERATIONS)}" in ran.stdout
    with live.client() as client:
        assert client.get("/readyz").status_code == 200
        assert client.get("/api/journeys").json()["meta"]["total"] > 0
