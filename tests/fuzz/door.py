"""The door that fuzzed bytes go through: what `jcli validate` does with the contents of one file, in this process.

Read, checked, and shown in every format. Whatever the bytes are, that must raise nothing, and what is told of them must
hold together: each finding has a known slug, a place inside the file, and a message of one line.
"""

from __future__ import annotations

import json
import re
import time
from xml.etree import ElementTree

from jcli.checks import CATALOGUE
from jcli.commands.reading import no_collecting
from jcli.compiler import compile_documents
from jcli.documents import read
from jcli.findings import Finding, identified
from jcli.render import findings as render
from jcli.render.findings.github import github
from jcli.render.findings.gitlab import gitlab
from jcli.render.findings.junit import junit
from jcli.render.findings.sarif import sarif

SECONDS = 2.0
"""What one file may take at most, of a core's time: a process that waits for its turn is not slow."""

_TRIES = 3
_LOOP = 0.04
"""Seconds that `_loop` takes on a core of its own. Where neighbours share the core's units, everything takes longer; by
as much as the loop does, the limit is further away."""

FILE = "journeys/fuzzed.yaml"
_SLUGS = frozenset(check.slug for check in CATALOGUE)
_LINE_ENDS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # YAML's


def found_in(content: bytes) -> tuple[list[Finding], int]:
    """What is wrong in a workspace with this file alone, and how many documents it has."""
    documents, early = read(content, FILE)
    return identified(compile_documents(documents, early, "fuzzed").findings), len(documents)


def timed(content: bytes) -> tuple[list[Finding], float]:
    """The findings, and the seconds of a quiet core that it took to find them and to show them as text: the least of a
    few tries where the first is too long."""
    best = float("inf")
    for _ in range(_TRIES):
        found, seconds = _timed(content)
        best = min(best, seconds / slowness())
        if best < SECONDS:
            break
    return found, best


def slowness() -> float:
    """How many times slower this core is now than a quiet one; at least 1."""
    start = time.process_time()
    _loop()
    return max(1.0, (time.process_time() - start) / _LOOP)


def _loop() -> None:
    kept: dict[int, str] = {}
    for number in range(400_000):
        kept[number & 1023] = str(number)


def _timed(content: bytes) -> tuple[list[Finding], float]:
    start = time.process_time()
    with no_collecting():
        found, _ = found_in(content)
        lines = _LINE_ENDS.split(content.decode("utf-8", "replace"))
        render.full(found, lambda _: lines)
    return found, time.process_time() - start


def validate(content: bytes) -> None:
    """AssertionError where what is said of the file is not fit to be shown, in any format."""
    found, documents = found_in(content)
    assert documents or found, "a file in which nothing is read and nothing is wrong"
    lines = _LINE_ENDS.split(content.decode("utf-8", "replace"))
    assert render.full(found, lambda _: lines).count("\n") >= 2 * len(found)
    assert render.concise(found).count("\n") == len(found)
    assert len(github(found).splitlines()) == len(found)
    assert len(json.loads(render.as_json(found, files=1, documents=documents))["findings"]) == len(found)
    assert len(json.loads(gitlab(found))) == len(found)
    assert len(json.loads(sarif(found))["runs"][0]["results"]) == len(found)
    ElementTree.fromstring(junit(found, {FILE: ["fuzzed"]}, warnings_fail=False))
    for finding in found:
        _is_fit(finding, len(lines))


def _is_fit(finding: Finding, lines: int) -> None:
    assert finding.code in _SLUGS
    assert finding.message
    span = finding.span
    assert span is not None
    assert 1 <= span.line <= span.end_line <= lines + 1
    assert span.column >= 1
