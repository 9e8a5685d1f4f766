"""A bounded run of coverage-guided fuzzing, begun from every case and example file, with a fixed seed.

atheris has wheels for Linux on x86-64 and CPython 3.11 to 3.13 (release 3.0.0); `pyproject.toml` asks for it there, and
there a missing one is a failure. Elsewhere the test is skipped, and says that nothing was fuzzed this way.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.strategies import ROOT, seeds

HAS_WHEELS = sys.platform == "linux" and platform.machine() == "x86_64" and (3, 11) <= sys.version_info[:2] <= (3, 13)
RUNS = 6_000
SECONDS = 60


@pytest.mark.timeout(180)
def test_a_bounded_run_finds_nothing(tmp_path: Path) -> None:
    if not HAS_WHEELS:
        pytest.skip(f"NOT FUZZED: atheris has no wheel for Python {platform.python_version()} on {platform.platform()}")
    assert importlib.util.find_spec("atheris") is not None, "atheris is missing: install the extra `test`"
    corpus, found = tmp_path / "corpus", tmp_path / "found"
    corpus.mkdir()
    found.mkdir()
    for number, content in enumerate(seeds()):
        (corpus / f"{number:04}.yaml").write_bytes(content)
    options = [f"-runs={RUNS}", "-seed=20261123", "-timeout=20", f"-max_total_time={SECONDS}", "-max_len=8192"]
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.fuzz.coverage_guided",
            str(corpus),
            *options,
            f"-artifact_prefix={found}{os.sep}",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    assert list(found.iterdir()) == []
    assert "Done " in run.stderr, "the fuzzer did not come to its end"
