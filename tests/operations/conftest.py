"""A store, a clock that the test moves, and workspaces written as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from textwrap import dedent

import pytest

from jcli.compiler import Compilation, compile_documents
from jcli.documents import read
from jcli.model import Actor
from jcli.store import Store, open_store

START = 1_767_225_600_000  # 2026-01-01T00:00:00Z


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/journeys.db")
    yield opened
    opened.close()


@pytest.fixture
def new_id() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"00000000-0000-4000-8000-{next(numbers):012d}"


@pytest.fixture
def actor() -> Actor:
    return Actor("ana", "cli")


def workspace(*texts: str) -> Compilation:
    """The compilation of a workspace `acme` whose files are the texts."""
    documents, findings = [], []
    for number, text in enumerate(texts):
        found, unread = read(dedent(text).encode(), f"journeys/{number}.yaml")
        documents += found
        findings += unread
    return compile_documents(documents, findings, "acme")
