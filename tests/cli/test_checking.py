"""A large workspace is checked in several processes: the same findings in the same order, and plain words when one of
the processes ends early."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from pathlib import Path

import pytest

from jcli.commands import checking
from jcli.commands.checking import Checked, check_workspace
from jcli.commands.session import Session
from jcli.commands.shares import Share
from jcli.compiler import check_references, check_shapes, compile_documents, world_of
from jcli.documents import read
from jcli.errors import JcliError
from jcli.findings import in_source_order
from jcli.workspace import Entry, Workspace

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are split where that is safe")

CASES = sorted((Path(__file__).parents[1] / "cases").glob("*/*.yaml"))
JOURNEY = """\
journey: j-{0}
site: main
nodes:
  start: {{type: TRIGGER, config: {{triggerType: MANUAL}}, next: {1}}}
  done: {{type: EXIT}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "jcli.yaml").write_text("workspace: acme\n")
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys" / "sites.yaml").write_text(
        "site: main\n---\naudience: all\nrules: {trait: a, exists: true}\n"
    )
    return tmp_path


def fill(folder: Path, count: int = 250, wrong: int = 7) -> None:
    """Journeys, every `wrong`th with something wrong: a node that is not there, or YAML that breaks off."""
    for number in range(count):
        text = JOURNEY.format(number, "done" if number % wrong else "gone")
        if number % (3 * wrong) == 1:
            text += "  late: {type: EXIT\n"
        (folder / "journeys" / f"j-{number:03}.yaml").write_text(text)


def checked_by(processes: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Checked:
    monkeypatch.setattr(checking, "cores", lambda: processes)
    return check_workspace(Session(directory=str(folder)), cached=False)


def shares_are_used(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of every attempt in shares, how many processes were to be used."""
    used: list[int] = []
    real = checking._by_verdicts

    def noted(session: Session, workspace: Workspace, entries: list[Entry], memory: None) -> Checked | None:
        result = real(session, workspace, entries, memory)
        used.append(checking.cores() if result else 0)
        return result

    monkeypatch.setattr(checking, "_by_verdicts", noted)
    return used


@pytest.mark.parametrize("processes", [2, 3])
def test_shares_find_what_one_process_finds(folder: Path, monkeypatch: pytest.MonkeyPatch, processes: int) -> None:
    fill(folder, 320)
    used = shares_are_used(monkeypatch)
    alone = checked_by(1, folder, monkeypatch)
    shared = checked_by(processes, folder, monkeypatch)
    assert used == [processes]
    assert len(alone.findings) > 50
    assert (shared.findings, shared.files, shared.documents) == (alone.findings, alone.files, alone.documents)


@pytest.mark.parametrize("processes", [2, 3])
def test_documents_of_different_shares_are_compared(
    folder: Path, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    twin = "{triggerType: CUSTOM_EVENT, triggerConfig: {eventName: signed_up}}"
    for number in range(320):
        trigger = twin if number in (3, 150, 317) else "{triggerType: MANUAL}"
        text = JOURNEY.format(number, "done").replace("{triggerType: MANUAL}", trigger)
        (folder / "journeys" / f"j-{number:03}.yaml").write_text(text)
    used = shares_are_used(monkeypatch)
    alone = checked_by(1, folder, monkeypatch)
    shared = checked_by(processes, folder, monkeypatch)
    assert used == [processes]
    assert shared.findings == alone.findings
    places = [(finding.code, finding.file, finding.span and finding.span.line) for finding in shared.findings]
    assert places == [
        ("same-trigger", "journeys/j-150.yaml", 4),
        ("same-trigger", "journeys/j-317.yaml", 4),
        ("unused-audience", "journeys/sites.yaml", 3),
    ]


def test_a_small_workspace_is_checked_in_one_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder, 100)
    used = shares_are_used(monkeypatch)
    assert len(checked_by(4, folder, monkeypatch).files) == 101
    assert used == []


@pytest.mark.parametrize("head", ["journey: j-3\n", "journey: other\nid: 1b4e28ba-2fa1-51d2-883f-0016d3cca427\n"])
def test_what_is_declared_twice_is_told_as_ever(folder: Path, monkeypatch: pytest.MonkeyPatch, head: str) -> None:
    fill(folder)
    pinned = JOURNEY.format("pinned", "done") + "id: 1b4e28ba-2fa1-51d2-883f-0016d3cca427\n"
    (folder / "journeys" / "a-pinned.yaml").write_text(pinned)
    (folder / "journeys" / "z-twice.yaml").write_text(head + JOURNEY.format("", "gone").partition("\n")[2])
    used = shares_are_used(monkeypatch)
    alone = checked_by(1, folder, monkeypatch)
    assert {"duplicate-journey", "duplicate-id"} & {finding.code for finding in alone.findings}
    assert checked_by(2, folder, monkeypatch) == alone
    assert used == [0]


EVENTS = """\
vocabulary: product
events:
  opened: {{properties: {{source: {0}}}}}
---
audience: openers
rules: {{event: opend}}
---
content: tour
contentType: flow
"""
HEARS = """\
journey: hears
site: main
nodes:
  start:
    type: TRIGGER
    config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: openned, where: {property: any, equals: 1}}}
    next: tour
  tour: {type: CONTENT, contentId: tour, config: {contentType: modal}, next: waits}
  waits:
    type: WAIT_FOR_EVENT
    config: {eventName: opened, where: {property: source, equals: 1}, timeout: 1d}
    next: {event: done, timeout: done}
  done: {type: EXIT}
"""


def test_every_process_knows_the_vocabulary_of_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder)
    (folder / "journeys" / "a-events.yaml").write_text(EVENTS.format("text"))
    (folder / "journeys" / "z-hears.yaml").write_text(HEARS)
    used = shares_are_used(monkeypatch)
    alone = checked_by(1, folder, monkeypatch)
    codes = {
        finding.code
        for finding in alone.findings
        if finding.file in ("journeys/a-events.yaml", "journeys/z-hears.yaml")
    }
    assert codes == {"unknown-event", "wrong-trait-type", "content-type-mismatch"}
    assert checked_by(2, folder, monkeypatch).findings == alone.findings
    assert used == [2]


def test_what_tests_name_is_looked_for_in_all_shares(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder, wrong=1000)
    cases = "cases:\n  - {{case: one, person: ana, steps: [{{enter: j-{0}}}], expect: {{path: [start, dne]}}}}\n"
    (folder / "journeys" / "a-test.yaml").write_text("test: j-249\n" + cases.format(2) + "---\nperson: anna\n")
    (folder / "journeys" / "z-test.yaml").write_text(
        "test: j-2\n" + cases.format(249) + "---\ntest: j-249\n" + cases.format(400)
    )
    used = shares_are_used(monkeypatch)
    alone = checked_by(1, folder, monkeypatch)
    found = [
        (one.code, one.file, one.span and one.span.line) for one in alone.findings if one.file and "test" in one.file
    ]
    a, z = "journeys/a-test.yaml", "journeys/z-test.yaml"
    assert found == [
        ("unknown-person", a, 3),
        ("unknown-node", a, 3),
        ("unknown-person", z, 3),
        ("unknown-node", z, 3),
        ("duplicate-case", z, 7),
        ("unknown-person", z, 7),
        ("unknown-journey", z, 7),
        ("unknown-node", z, 7),
    ]
    assert checked_by(2, folder, monkeypatch) == alone
    assert used == [2]


def test_vocabularies_that_contradict_each_other_are_told_as_ever(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(folder)
    (folder / "journeys" / "a-events.yaml").write_text(EVENTS.format("text"))
    (folder / "journeys" / "z-events.yaml").write_text(
        EVENTS.format("number").partition("---")[0].replace("product", "b")
    )
    used = shares_are_used(monkeypatch)
    alone = checked_by(1, folder, monkeypatch)
    assert "conflicting-type" in {finding.code for finding in alone.findings}
    assert checked_by(2, folder, monkeypatch) == alone
    assert used == [0]


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_journeys_without_ids_are_judged_the_same(path: Path) -> None:
    documents, unread = read(path.read_bytes(), path.name)
    shaped = check_shapes(documents, unread, "acme")
    world = world_of(shaped.heads)
    found = [
        in_source_order([*referred.early, *referred.late])
        for referred in (check_references(shaped, world, "acme", ids=ids) for ids in (True, False))
    ]
    assert found[0] == found[1]
    assert set(found[0]) <= set(compile_documents(documents, unread, "acme").findings) or len(documents) > 1


def test_a_process_that_is_killed_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder)
    here = os.getpid()
    real = Share.verdicts

    def killed(share: Share, world: object) -> object:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(share, world)  # type: ignore[arg-type]

    monkeypatch.setattr(Share, "verdicts", killed)
    with pytest.raises(JcliError, match="was ended by signal 9") as caught:
        checked_by(2, folder, monkeypatch)
    assert "one process" in str(caught.value.hint)
    assert multiprocessing.active_children() == []


def test_what_fails_in_another_process_fails_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder)
    here = os.getpid()
    real = Share.declared

    def broken(share: Share) -> object:
        if os.getpid() != here:
            raise RuntimeError("only there")
        return real(share)

    monkeypatch.setattr(Share, "declared", broken)
    used = shares_are_used(monkeypatch)
    assert len(checked_by(2, folder, monkeypatch).files) == 251
    assert used == [0]


def test_an_interruption_leaves_no_process_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder)
    here = os.getpid()
    real = Share.declared

    def interrupted(share: Share) -> object:
        if os.getpid() == here:
            raise KeyboardInterrupt
        return real(share)

    monkeypatch.setattr(Share, "declared", interrupted)
    with pytest.raises(KeyboardInterrupt):
        checked_by(2, folder, monkeypatch)
    assert multiprocessing.active_children() == []
