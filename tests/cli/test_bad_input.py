"""Input that nobody should send: each is a finding or an error with a sentence, never a traceback, never a hang.

Each runs as a child process with a time limit, because a hang inside this one would take all tests along. Beside the
bad file stands one that can be read: its findings must not be hidden, and `sync` must refuse the whole. A file that may
not be read is in `test_workspace.py`, because root may read everything.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Write = Callable[[str, str | bytes], Path]
Make = Callable[[Path], None]

GOOD = "journey: good\nsite: mian\nnodes: {go: {type: TRIGGER, config: {triggerType: MANUAL, triggerConfig: {}}}}\n"
SITE = "site: main\nname: Main\n"
BOMB = "journey: bomb\na: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [*{before}, *{before}, *{before}, *{before}, *{before}, *{before}, *{before}, *{before}]\n"
    for before, name in zip("abcdefghijklmnop", "bcdefghijklmnopq", strict=True)
)


def _file(content: str | bytes) -> Make:
    return lambda path: path.write_bytes(content if isinstance(content, bytes) else content.encode()) and None


def _nested(levels: int) -> str:
    return "content: deep\ncontentType: flow\nbody:\n" + "".join(f"{'  ' * (level + 1)}a:\n" for level in range(levels))


def _flow(levels: int) -> str:
    return f"content: deep\ncontentType: flow\nbody: {'{a: ' * levels}1{'}' * levels}\n"


def _rules(levels: int) -> str:
    rule = "{not: " * levels + "{trait: a, equals: b}" + "}" * levels
    return f"audience: deep\nname: Deep\nrules: {rule}\n"


def _link(target: str) -> Make:
    return lambda path: path.symlink_to(target)


BAD: list[tuple[str, Make, str, str]] = [
    ("a YAML bomb", _file(BOMB), "alias", "is not allowed"),
    ("a duplicate key", _file("site: a\nname: b\nname: c\n"), "duplicate-key", "second time"),
    ("Latin-1", _file("site: caf\xe9\n".encode("latin-1")), "encoding", "is not UTF-8"),
    ("UTF-16", _file("site: a\n".encode("utf-16")), "encoding", "is not UTF-8"),
    ("a directory", Path.mkdir, "syntax", "this is a directory"),
    ("a pipe", os.mkfifo, "syntax", "a pipe"),
    ("a link out of the workspace", _link("/etc/hostname"), "syntax", "out of the workspace"),
    ("a link to a device", _link("/dev/zero"), "syntax", "out of the workspace"),
    ("a link to itself", _link("bad.yaml"), "syntax", "not a regular file"),
    ("an empty file", _file(""), "syntax", "holds no document"),
    ("white space alone", _file(" \n\n# nothing\n"), "syntax", "holds no document"),
    ("an unknown kind", _file("jorney: a\nname: A\n"), "missing-field", "journey"),
    ("a list", _file("- a\n- b\n"), "syntax", "a document is a mapping"),
    ("binary", _file(bytes(range(256)) * 64), "", ""),
    ("NUL bytes", _file(b"site: a\0b\n"), "syntax", ""),
    ("more than 1 MiB", _file("a: " + "x" * 5_000_000), "too-large", "the limit is 1,048,576"),
    ("200 levels in blocks", _file(_nested(200)), "too-large", "more than 64 deep"),
    ("200 levels in brackets", _file(_flow(200)), "too-large", "more than 64 deep"),
    ("100,000 open brackets", _file("a: " + "[" * 100_000), "too-large", "more than 64 deep"),
    ("200 levels of rules", _file(_rules(200)), "too-large", "more than 64 deep"),
    ("60 levels of rules", _file(_rules(29)), "", ""),
    ("a tab", _file("site: a\n\tname: b\n"), "syntax", "tab"),
    ("a number too large", _file("site: a\nname: 99999999999999999999\n"), "syntax", "64 bits"),
    ("a tag", _file("site: !!python/object/apply:os.system [ls]\n"), "syntax", "tag"),
    ("keys that are lists", _file("? [a, b]\n: c\n"), "syntax", "cannot be a key"),
    ("a head key that is no text", _file("journey: [a]\nnodes: {}\n"), "wrong-type", ""),
    ("nodes that are no map", _file("journey: a\nsite: main\nnodes: 7\n"), "wrong-type", ""),
]


def test_nothing_of_what_a_link_out_leads_to_is_shown(run: Run, workspace: Path, write: Write, tmp_path: Path) -> None:
    secret = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    secret.write_text("password: hunter2\n")
    write("journeys/site.yaml", SITE)
    (workspace / "journeys" / "bad.yaml").symlink_to(secret)
    answer = run("validate")
    assert (answer.code, "out of the workspace" in answer.out) == (1, True)
    assert "hunter2" not in answer.out + answer.err


@pytest.mark.parametrize(("make", "code", "sentence"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_file(child: Run, run: Run, workspace: Path, write: Write, make: Make, code: str, sentence: str) -> None:
    write("journeys/good.yaml", GOOD)
    write("journeys/site.yaml", SITE)
    make(workspace / "journeys" / "bad.yaml")
    answer = child("validate", "--format", "json")
    assert answer.code == 1
    found = json.loads(answer.out)["findings"]
    of_bad = [finding for finding in found if finding["file"] == "journeys/bad.yaml"]
    if code:
        assert code in {finding["code"] for finding in of_bad}
        assert any(sentence in finding["message"] for finding in of_bad)
    assert any(f["file"] == "journeys/good.yaml" and f["code"] == "unknown-site" for f in found), (
        "hidden by the bad one"
    )
    assert all(finding["message"].isprintable() for finding in found)
    assert run("validate").code == 1
    sync = child("sync", "--yes")
    assert sync.code == 1
    assert "nothing was written" in sync.err
    assert not (workspace / ".jcli").exists()


def test_no_document_at_all(child: Run, workspace: Path) -> None:
    for command, what in ((("validate",), "no document"), (("sync", "--yes"), "no document to sync")):
        answer = child(*command)
        assert answer.code == 2
        assert f"there is {what} below journeys" in answer.err


def _long(nodes: int) -> str:
    lines = ["journey: long\nsite: main\nnodes:\n  n0:\n    type: TRIGGER"]
    lines.append("    config: {triggerType: MANUAL, triggerConfig: {}}\n    next: n1")
    for number in range(1, nodes - 1):
        lines.append(f"  n{number}:\n    type: WAIT\n    config: {{duration: 1d}}\n    next: n{number + 1}")
    lines.append(f"  n{nodes - 1}:\n    type: EXIT")
    return "\n".join(lines) + "\n"


@pytest.mark.timeout(240)
def test_a_journey_of_10_000_nodes_goes_all_the_way(child: Run, workspace: Path, write: Write) -> None:
    write("journeys/site.yaml", SITE)
    write("journeys/long.yaml", _long(10_000))
    answer = child("validate")
    assert (answer.code, answer.out) == (0, "no findings in 2 documents of 2 files\n")
    assert child("sync", "--yes").code == 0
    assert child("sync", "--yes").err == "There is nothing to write.\n"
    assert child("publish", "long").out == "long is PUBLISHED\n"
    assert "n9999" in child("show", "long").out


def test_10_000_mistakes_are_counted_and_the_first_told(child: Run, workspace: Path, write: Write) -> None:
    write("journeys/site.yaml", SITE)
    write("journeys/long.yaml", _long(10_000).replace("WAIT", "WIAT"))
    answer = child("validate", "--format", "concise")
    assert answer.code == 1
    told = answer.out.splitlines()
    assert sum("did you mean `WAIT`?" in line for line in told) == 200
    assert "9798 more items have something wrong" in told[0]
