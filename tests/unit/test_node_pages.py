"""`docs/nodes/`: a page for each type of node, with a picture, what the page promises to say, and a sample that passes
every check and that the engine runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jcli.compiler import compile_documents
from jcli.documents import read
from jcli.engine.compile import compile_journey
from jcli.model import Journey, Kind, NodeType

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "nodes"


def _name(node_type: NodeType) -> str:
    return node_type.value.lower().replace("_", "-") + ".md"


def test_each_type_has_its_page_and_each_page_its_type() -> None:
    assert sorted(path.name for path in FOLDER.glob("*.md")) == sorted(["README.md", *map(_name, NodeType)])
    index = (FOLDER / "README.md").read_text("utf-8")
    assert [node_type for node_type in NodeType if f"[{node_type.value}]({_name(node_type)})" not in index] == []


@pytest.mark.parametrize("node_type", NodeType)
def test_a_page_says_what_it_must(node_type: NodeType) -> None:
    page = (FOLDER / _name(node_type)).read_text("utf-8")
    assert page.startswith(f"# {node_type.value}\n")
    assert page.count("```mermaid\nflowchart LR\n") == 1
    for promised in ("**Waits:**", "**Ways out:**", "**Reads:**", "**Ends it:**"):
        assert promised in page, promised


@pytest.mark.parametrize("node_type", NodeType)
def test_the_sample_passes_every_check_and_runs(node_type: NodeType) -> None:
    page = (FOLDER / _name(node_type)).read_text("utf-8")
    (sample,) = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    documents, findings = read(sample.encode(), "sample.yaml")
    compilation = compile_documents(documents, findings, "sample", {})
    assert compilation.findings == []
    (source,) = [source for source in compilation.sources.values() if source.kind is Kind.JOURNEY]
    assert isinstance(source.item, Journey)
    assert node_type in {node.type for node in compile_journey(source.item, 1).canvas.nodes.values()}
