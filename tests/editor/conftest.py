"""Tools that come from npm: there, or said to be missing."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.needed import missing

ROOT = Path(__file__).resolve().parents[2]


def npm_tool(name: str) -> Path:
    """The path of something in `.tools`, which `.ci/tools` installs. Without it the test is left out on a developer's
    machine and fails in CI."""
    path = ROOT / ".tools" / name
    if shutil.which("node") is None or not path.exists():
        message = f"node, or .tools/{name}, is missing: install npm and run .ci/tools"
        missing(message)
    return path
