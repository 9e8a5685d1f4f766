"""Large files made to be slow: none holds `validate` up for 2 s, and what is told of them stays short enough to read.

What is measured is a core's own time, so that a busy machine fails nothing that is quick.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fuzz.door import SECONDS, timed
from tests.fuzz.hostile import HOSTILE, MIB

READABLE = 25_000


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_made_to_be_slow_is_not(name: str) -> None:
    assert 100_000 < len(HOSTILE[name]) <= MIB
    found, seconds = timed(HOSTILE[name])
    assert seconds < SECONDS
    assert len(found) < READABLE
