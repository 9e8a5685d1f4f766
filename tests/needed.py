"""What a test needs from outside of Python: left out, and said so, on a developer's machine; a failure in CI."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

IN_CI = bool(os.environ.get("CI"))
"""Asked at import: while a test runs, nobody's environment is seen."""


def missing(what: str) -> NoReturn:
    """Leave the test out, or fail it in CI, because something is not there. `what` says how to have it."""
    if IN_CI:
        pytest.fail(what)
    pytest.skip(what)
