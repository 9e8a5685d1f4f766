"""Judging what has changed says what judging everything says."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from jcli.compiler import compile_documents
from jcli.documents import read
from jcli.editor.desk import Desk
from jcli.findings import Finding, in_source_order
from jcli.workspace import locate
from tests.editor.conftest import ROOT

EDITS = [
    ("site: main", "site: mian"),
    ("audience: ", "audience: new-"),
    ("type: EXIT", "type: EXITT"),
    ("journey: ", "journey: other-"),
    ("journey: ", "site: "),
    ("next: ", "next: no-"),
    ("true:", "maybe:"),
    ("deadline:", "deadlin:"),
    ("nodes:", "nodes: ["),
    ("contentType: ", "contentType: 7 # "),
    ("at: ", "at: no-"),
    ("person: ", "person: no-"),
    ("passed: [", "passed: [no-"),
    ("finish: ", "finish: no-"),
    ("case: ", "case: the same # "),
    ("name: ", "# jcli: ignore[dead-end] not yet\nname: "),
    (": ", ": &"),
]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "journeys").mkdir()
    (tmp_path / "jcli.yaml").write_text("workspace: acme\nrules: {missing-way: warning}\n")
    for file in (ROOT / "journeys").glob("*.yaml"):
        (tmp_path / "journeys" / file.name).write_bytes(file.read_bytes())
    return Desk(locate(tmp_path))


def whole(desk: Desk) -> list[Finding]:
    config = desk.workspace.config
    read_anew = [read(desk.content(file).encode(), file) for file in sorted(desk.check())]
    documents = [document for documents, _ in read_anew for document in documents]
    unread = [finding for _, findings in read_anew for finding in findings]
    return compile_documents(documents, unread, config.workspace, config.rules).findings


@pytest.mark.parametrize("seed", range(4))
def test_after_any_edit_the_same_is_said(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    files = sorted(desk.check())
    texts = {file: desk.content(file) for file in files}
    seen = set()
    for _ in range(25):
        file = chance.choice(files)
        if chance.random() < 0.3:
            desk.take_away(file)
        else:
            old, new = chance.choice([edit for edit in EDITS if edit[0] in texts[file]])
            desk.put(file, texts[file].replace(old, new, chance.choice([1, 99])))

        found = in_source_order(finding for findings in desk.check().values() for finding in findings)

        assert found == whole(desk)
        seen |= {finding.code for finding in found}
    assert len(seen) > 3
