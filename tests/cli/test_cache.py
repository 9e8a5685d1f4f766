"""What one run of `validate` keeps for the next changes how long that takes, and nothing else: whatever happens to the
files, the rules, the program or the cache itself, the findings are those of a run that knows nothing."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jcli.commands import checking, memory
from jcli.commands.checking import Checked, check_workspace
from jcli.commands.session import Session
from jcli.workspace import edition
from jcli.workspace.cache import Cache
from tests.cli.conftest import Run

BOTH = "site: main\n---\naudience: admins\nrules: {trait: role, equals: admin}\n---\ncontent: tour\ncontentType: flow\n"
JOURNEY = """\
journey: j-{number}
description: {words}
site: main
audience: {audience}
nodes:
  start: {{type: TRIGGER, config: {trigger}, next: tour}}
  tour: {{type: CONTENT, contentId: {content}, config: {{contentType: flow, timeout: 1d}}, next: {next}}}
  done: {{type: EXIT}}
"""
MANUAL = "{triggerType: MANUAL}"
EVENT = "{triggerType: CUSTOM_EVENT, triggerConfig: {eventName: signed_up}}"


TEST = """\
test: {tested}
live: [{live}]
cases:
  - case: {case}
    person: {person}
    steps:
      - {{event: e-1, expect: {{at: {at}, path: [start, {way}]}}}}
      - {{finish: {content}}}
    expect: {{journeys: {{{other}: {{deliveries: {{{content}: completed}}}}}}}}
---
person: {described}
like: {person}
"""


def a_test(chance: random.Random) -> str:
    """A test, and a person, with some names that are there and some that are not."""
    keys = ["j-1", "j-2", "j-3", "j-33"]
    return TEST.format(
        tested=chance.choice(keys),
        live=chance.choice(keys),
        other=chance.choice(keys),
        case=chance.choice(["one", "another"]),
        person=chance.choice(["ana", "anna"]),
        described=chance.choice(["ana", "bob"]),
        at=chance.choice(["tour", "tuor"]),
        way=chance.choice(["tour", "tour timeout", "tour shown", "tor"]),
        content=chance.choice(["tour", "j-1/tour", "done"]),
    )


def journey(number: int, **changes: str) -> str:
    filled = {"words": "as ever", "audience": "admins", "trigger": EVENT.replace("signed_up", f"e-{number}")}
    return JOURNEY.format(**{**filled, "content": "tour", "next": "done", "number": str(number), **changes})


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep verdicts of small workspaces, too."""
    monkeypatch.setattr(memory, "MANY", 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "jcli.yaml").write_text("workspace: acme\n")
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys" / "all.yaml").write_text(BOTH)
    for number in range(6):
        (tmp_path / "journeys" / f"j-{number}.yaml").write_text(journey(number))
    return tmp_path


def check(folder: Path, *, cached: bool = True) -> Checked:
    return check_workspace(Session(directory=str(folder)), cached=cached)


def told(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """How many files the next run knows, and what it says about the cache; it finds what it has to find."""
    capsys.readouterr()
    checked = check_workspace(Session(directory=str(folder), verbose=True))
    said = capsys.readouterr().err
    assert checked == check(folder, cached=False)
    found = re.search(r"Knew (\d+) of", said)
    assert found
    return int(found[1]), said


def cache_file(folder: Path) -> Path:
    return folder / ".jcli" / "cache" / "findings.json"


Told = Callable[[], tuple[int, str]]


@pytest.fixture
def next_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    check(folder)
    return lambda: told(folder, capsys)


def codes(folder: Path, file: str) -> list[str]:
    return [finding.code for finding in check(folder).findings if finding.file == f"journeys/{file}"]


def test_the_second_run_knows_every_file(next_run: Told) -> None:
    count, said = next_run()
    assert count == 7
    assert "of no use" not in said


def test_only_what_changed_is_checked_anew(folder: Path, next_run: Told) -> None:
    (folder / "journeys" / "j-3.yaml").write_text(journey(3, words="changed"))
    assert next_run()[0] == 6
    assert next_run()[0] == 7


def test_a_file_with_findings_is_known_with_its_findings(folder: Path, next_run: Told) -> None:
    (folder / "journeys" / "j-3.yaml").write_text(journey(3, next="gone"))
    (folder / "journeys" / "j-4.yaml").write_text(
        journey(4) + "  late: {type: WAIT, config: {duration: 1d}} # jcli: ignore[dead-end] it is\n"
    )
    check(folder)
    assert next_run()[0] == 7
    assert codes(folder, "j-3.yaml") == ["unknown-node"]
    assert codes(folder, "j-4.yaml") == ["unreachable-node"]


def test_a_moved_file_has_its_findings_under_the_new_name(folder: Path, next_run: Told) -> None:
    path = folder / "journeys" / "j-3.yaml"
    path.write_text(journey(3, next="gone"))
    check(folder)
    path.rename(folder / "journeys" / "moved.yaml")
    assert next_run()[0] == 6
    assert codes(folder, "moved.yaml") == ["unknown-node"]
    assert codes(folder, "j-3.yaml") == []


def test_an_audience_that_goes_is_told_at_journeys_that_did_not_change(folder: Path, next_run: Told) -> None:
    (folder / "journeys" / "all.yaml").write_text(BOTH.replace("admins", "members"))
    assert next_run()[0] == 0
    assert codes(folder, "j-3.yaml") == ["unknown-audience"]
    (folder / "journeys" / "all.yaml").write_text(BOTH)
    next_run()
    assert codes(folder, "j-3.yaml") == []


def test_a_journey_that_did_not_change_meets_one_that_did(folder: Path, next_run: Told) -> None:
    (folder / "journeys" / "j-1.yaml").write_text(journey(1, trigger=EVENT.replace("signed_up", "e-4")))
    assert next_run()[0] == 6
    assert codes(folder, "j-4.yaml") == ["same-trigger"]
    assert next_run()[0] == 7
    assert codes(folder, "j-4.yaml") == ["same-trigger"]
    (folder / "journeys" / "j-1.yaml").write_text("# One line more\n" + journey(1))
    assert next_run()[0] == 6
    assert codes(folder, "j-4.yaml") == []


def test_other_rules_are_another_question(folder: Path, next_run: Told) -> None:
    (folder / "journeys" / "all.yaml").write_text(BOTH + "---\ncontent: old\ncontentType: flow\n")
    check(folder)
    assert codes(folder, "all.yaml") == ["unused-content"]
    (folder / "jcli.yaml").write_text("workspace: acme\nrules: {unused-content: 'off'}\n")
    count, said = next_run()
    assert count == 0
    assert "other rules" in said
    assert codes(folder, "all.yaml") == []


def test_another_edition_of_jcli_knows_nothing(next_run: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edition, "edition", lambda: "0" * 32)
    assert next_run()[0] == 0
    assert next_run()[0] == 7


def test_an_edition_that_cannot_be_told_keeps_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edition, "edition", lambda: None)
    assert check(folder) == check(folder, cached=False)
    assert not (folder / ".jcli").exists()


def test_vocabularies_are_read_every_time_and_asked(folder: Path, next_run: Told) -> None:
    path = folder / "journeys" / "words.yaml"
    path.write_text("vocabulary: all\nevents: {e-1: {}, e-2: {}}\n")
    next_run()
    assert codes(folder, "j-3.yaml") == ["unknown-event"]
    assert next_run()[0] == 7
    path.write_text("vocabulary: all\nevents: {e-1: {}, e-2: {}, e-3: {}}\n")
    next_run()
    assert codes(folder, "j-3.yaml") == []


def test_a_test_is_asked_again_when_the_journey_changes_that_it_names(folder: Path, next_run: Told) -> None:
    text = "test: j-1\ncases: [{case: a, steps: [{event: e-1, expect: {at: tour}}]}]\n"
    (folder / "journeys" / "t.yaml").write_text(text)
    assert next_run()[0] == 0  # that a test names it is new to the world
    assert codes(folder, "t.yaml") == []
    (folder / "journeys" / "j-1.yaml").write_text(
        journey(1).replace("tour:", "show:").replace("next: tour", "next: show")
    )
    assert codes(folder, "t.yaml") == ["unknown-node"]
    (folder / "journeys" / "t.yaml").write_text(text.replace("at: tour", "at: show"))
    assert next_run()[0] == 7  # all but the test
    assert codes(folder, "t.yaml") == []
    (folder / "journeys" / "j-9.yaml").write_text(journey(9))
    assert next_run()[0] == 8  # a journey that no test names changes nothing for the others
    (folder / "journeys" / "j-1.yaml").unlink()
    assert codes(folder, "t.yaml") == ["unknown-journey"]


def test_a_file_that_cannot_be_read_is_told_every_time(folder: Path, next_run: Told) -> None:
    path = folder / "journeys" / "late.yaml"
    path.symlink_to(folder / "journeys" / "nowhere")
    for _ in range(2):
        next_run()
        assert codes(folder, "late.yaml") == ["syntax"] or codes(folder, "nowhere") == ["syntax"]
    path.unlink()
    assert next_run()[0] == 7


def test_a_file_that_is_declared_twice_is_told_as_ever(folder: Path, next_run: Told) -> None:
    (folder / "journeys" / "twin.yaml").write_text(journey(3))
    assert check(folder) == check(folder, cached=False)
    assert codes(folder, "twin.yaml") == ["duplicate-journey"]
    (folder / "journeys" / "twin.yaml").unlink()
    assert next_run()[0] == 7


def test_half_a_character_is_checked_every_time(folder: Path, next_run: Told) -> None:
    (folder / "journeys" / "half.yaml").write_text('content: tour-2\ncontentType: flow\nname: "\\ud800"\n')
    assert check(folder) == check(folder, cached=False)
    next_run()


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut in its head": lambda content: content[:20],
    "cut in the middle": lambda content: content[: len(content) // 2],
    "one byte off": lambda content: content[:-9] + b"X" + content[-8:],
    "garbage": lambda content: random.Random(7).randbytes(5000),
    "another format": lambda content: content.replace(b"jcli cache 1\n", b"jcli cache 0\n", 1),
    "a picture": lambda content: b"\x89PNG\r\n\x1a\n" + content,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_cache_is_no_cache(folder: Path, next_run: Told, damage: Callable[[bytes], bytes]) -> None:
    path = cache_file(folder)
    path.write_bytes(damage(path.read_bytes()))
    count, said = next_run()
    assert count == 0
    assert "was of no use" in said
    assert next_run()[0] == 7


@pytest.mark.parametrize(
    "content",
    [b"[]", b"not JSON", b'{"world": "", "files": [1]}', b'{"world": "", "files": {"journeys/j-1.yaml": 1}}', b"{}"],
)
def test_a_cache_of_somebody_else_is_no_cache(folder: Path, next_run: Told, content: bytes) -> None:
    path = cache_file(folder)
    key = path.read_bytes().split(b"\n")[1].decode()
    Cache(path, key).save(content)
    count, said = next_run()
    assert count == 0
    assert "was of no use" in said
    assert next_run()[0] == 7


def test_a_cache_that_is_a_folder_is_no_cache(folder: Path, next_run: Told) -> None:
    cache_file(folder).unlink()
    cache_file(folder).mkdir()
    count, said = next_run()
    assert count == 0
    assert "cannot be" in said


def test_a_full_disk_is_no_error(folder: Path, monkeypatch: pytest.MonkeyPatch, next_run: Told) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (folder / "journeys" / "j-3.yaml").write_text(journey(3, words="changed"))
    monkeypatch.setattr(os, "replace", full)
    _, said = next_run()
    assert "No space left on device" in said
    assert sorted(path.name for path in cache_file(folder).parent.iterdir()) == [".gitignore", "findings.json"]


def test_a_folder_that_nobody_may_write_to_is_no_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch, next_run: Told
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (folder / "journeys" / "j-3.yaml").write_text(journey(3, words="changed"))
    monkeypatch.setattr(tempfile, "mkstemp", refused)  # the mode of the folder would not hold the superuser back
    _, said = next_run()
    assert "Permission denied" in said


def test_a_file_in_the_place_of_the_folder_is_no_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / ".jcli").write_text("")
    assert told(folder, capsys)[0] == 0
    assert (folder / ".jcli").read_text() == ""


def test_nothing_is_written_where_a_link_leads_out(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (folder / ".jcli").symlink_to(outside)
    assert check(folder) == check(folder, cached=False)
    assert list(outside.iterdir()) == []


def test_what_was_left_half_written_is_removed(folder: Path, next_run: Told) -> None:
    left = cache_file(folder).with_name(".findings.json.left")
    left.write_text("")
    os.utime(left, (0, 0))
    (folder / "journeys" / "j-3.yaml").write_text(journey(3, words="changed"))
    next_run()
    assert not left.exists()


def test_what_is_gone_is_not_kept(folder: Path, next_run: Told) -> None:
    size = cache_file(folder).stat().st_size
    for number in range(3, 6):
        (folder / "journeys" / f"j-{number}.yaml").unlink()
    next_run()
    assert cache_file(folder).stat().st_size < size * 0.7


def test_nothing_is_written_when_nothing_is_new(folder: Path, next_run: Told) -> None:
    before = cache_file(folder).stat().st_ino
    next_run()
    assert cache_file(folder).stat().st_ino == before


def test_the_folder_can_be_chosen(
    run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("JCLI_CACHE_DIR", str(elsewhere / "new"))
    check(folder)
    assert (elsewhere / "new" / "acme-findings.json").is_file()
    assert not (folder / ".jcli").exists()
    monkeypatch.setenv("JCLI_CACHE_DIR", "here")
    answer = run("-C", str(folder), "validate")
    assert answer.code == 2
    assert "absolute" in answer.err


def test_no_cache_reads_none_and_writes_none(run: Run, folder: Path) -> None:
    assert run("-C", str(folder), "validate", "--no-cache").code == 0
    assert not (folder / ".jcli").exists()
    assert run("-C", str(folder), "validate").code == 0
    assert (folder / ".jcli" / "cache" / ".gitignore").read_text() == "*\n"
    answer = run("-C", str(folder), "validate", "--no-cache", "-v")
    assert "Knew" not in answer.err


def test_a_small_workspace_keeps_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MANY", 8)
    check(folder)
    assert not (folder / ".jcli").exists()


def test_what_is_fixed_is_seen_at_once(run: Run, folder: Path) -> None:
    (folder / "journeys" / "j-3.yaml").write_text(journey(3, next="dnoe"))
    assert run("-C", str(folder), "validate").code == 1
    assert run("-C", str(folder), "validate", "--fix").code == 0
    assert "next: done" in (folder / "journeys" / "j-3.yaml").read_text()
    assert run("-C", str(folder), "validate").code == 0


def test_every_format_shows_the_same(run: Run, folder: Path) -> None:
    (folder / "journeys" / "j-1.yaml").write_text(journey(1, trigger=EVENT.replace("signed_up", "e-4")))
    (folder / "journeys" / "j-3.yaml").write_text(journey(3, next="dnoe"))
    for form in ("full", "json", "sarif", "junit", "github", "gitlab"):
        first = run("-C", str(folder), "validate", "--format", form, "--no-cache")
        run("-C", str(folder), "validate")
        assert run("-C", str(folder), "validate", "--format", form) == first


def test_several_runs_at_once_find_the_same(folder: Path) -> None:
    for number in range(6, 120):
        (folder / "journeys" / f"j-{number}.yaml").write_text(
            journey(number, next="gone" if number % 9 == 0 else "done")
        )
    command = [sys.executable, "-m", "jcli", "-C", str(folder), "validate", "--format", "json"]
    answers = []
    for _ in range(2):
        runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
        answers += [process.communicate(timeout=120) for process in runs]
    assert {errors for _, errors in answers} == {""}
    assert len({out for out, _ in answers}) == 1
    assert json.loads(answers[0][0])["summary"]["errors"] == 13
    assert sorted(path.name for path in cache_file(folder).parent.iterdir()) == [".gitignore", "findings.json"]


def test_no_check_needs_a_room_that_has_no_say() -> None:
    """Else a change there would leave verdicts in the cache that are no longer true."""
    script = "import jcli.compiler, sys; print(*sorted(name for name in sys.modules if name.startswith('jcli.')))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "jcli.checks.dead_end" in found
    assert {name.split(".")[1] for name in found} & edition.WITHOUT_A_SAY == set()


def test_the_edition_changes_with_the_text_of_a_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in ("checks", "commands"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "one.py").write_text("1\n")
    monkeypatch.setattr(edition.jcli, "__file__", str(tmp_path / "__init__.py"))
    first = edition.edition()
    (tmp_path / "commands" / "one.py").write_text("2\n")
    assert edition.edition() == first
    (tmp_path / "checks" / "one.py").write_text("2\n")
    assert edition.edition() != first


class Workspace:
    """A workspace that somebody works in."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder, self.chance = folder, chance
        self.documents = folder / "journeys"

    def path(self) -> Path:
        return self.chance.choice(sorted(self.documents.glob("j-*.yaml")))

    def reword(self) -> None:
        self.rewrite(words=str(self.chance.random()))

    def rewrite(self, **changes: str) -> None:
        path = self.path()
        path.write_text(journey(int(path.stem[2:].partition("-")[0]), **changes))

    def retrigger(self) -> None:
        self.rewrite(trigger=self.chance.choice([MANUAL, EVENT, EVENT.replace("signed_up", "signed_in")]))

    def mistake(self) -> None:
        wrong = [{"next": "gone"}, {"audience": "admin"}, {"content": "tuor"}, {"trigger": "{}"}, {"words": "[1"}]
        self.rewrite(**self.chance.choice(wrong))

    def comment(self) -> None:
        path, slug = self.path(), self.chance.choice(["same-trigger", "dead-end", "unknown-event", "nothing"])
        path.write_text(path.read_text().replace("  start:", f"  # jcli: ignore[{slug}] so\n  start:", 1))

    def move(self) -> None:
        path = self.path()
        path.rename(path.with_name(f"{path.stem}-{self.chance.randrange(3)}.yaml"))

    def remove(self) -> None:
        if len(list(self.documents.glob("j-*.yaml"))) > 4:
            self.path().unlink()

    def add(self) -> None:
        number = self.chance.randrange(12)
        (self.documents / f"j-{number}.yaml").write_text(journey(number))

    def declare(self) -> None:
        text = BOTH
        if self.chance.random() < 0.5:
            text += "---\naudience: admin\nrules: {trait: role, equals: owner}\n"
        if self.chance.random() < 0.5:
            text = text.replace("contentType: flow", "contentType: modal")
        (self.documents / "all.yaml").write_text(text)

    def vocabulary(self) -> None:
        events = ", ".join(f"e-{number}: {{}}" for number in range(self.chance.randrange(8)))
        path = self.documents / "words.yaml"
        if events:
            extra = f"---\n{journey(99)}" if self.chance.random() < 0.5 else ""
            path.write_text(f"vocabulary: all\nevents: {{{events}, signed_up: {{}}}}\n{extra}")
        else:
            path.unlink(missing_ok=True)

    def trial(self) -> None:
        path = self.documents / f"t-{self.chance.randrange(3)}.yaml"
        if path.exists() and self.chance.random() < 0.3:
            path.unlink()
        else:
            path.write_text(a_test(self.chance))

    def rules(self) -> None:
        word = self.chance.choice(["error", "warning", "'off'"])
        (self.folder / "jcli.yaml").write_text(f"workspace: acme\nrules: {{same-trigger: {word}}}\n")

    def step(self) -> None:
        usual = [self.reword] * 4 + [self.retrigger] * 3
        kinds = [
            self.mistake,
            self.comment,
            self.move,
            self.remove,
            self.add,
            self.declare,
            self.vocabulary,
            self.trial,
            self.trial,
            self.rules,
        ]
        self.chance.choice([*usual, *kinds])()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("processes", [1, 2])
def test_whatever_is_done_the_findings_are_those_of_a_run_that_knows_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, seed: int, processes: int
) -> None:
    monkeypatch.setattr(checking, "LARGE", 4)
    monkeypatch.setattr(checking, "cores", lambda: processes)
    work = Workspace(folder, random.Random(seed))
    found: set[str] = set()
    for _ in range(24):
        work.step()
        cached = check(folder)
        assert cached == check(folder, cached=False)
        found |= {finding.code for finding in cached.findings}
    assert len(found) > 3


@pytest.fixture(autouse=True)
def no_child_is_left() -> Iterator[None]:
    """No process that checked part of the files; servers that other tests have started may go on."""
    before = _children()
    yield
    assert _children() <= before


def _children() -> set[str]:
    tasks = Path("/proc/self/task").glob("*/children") if sys.platform == "linux" else ()
    return {child for task in tasks for child in task.read_text().split()}
