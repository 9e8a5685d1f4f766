"""`jcli validate` of 5,000 journeys, all checks: cold, next to PyYAML alone and two validators of the schema alone; and
with what the last run kept, next to reading and hashing the files."""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.generate import change, workspace
from benchmarks.measure import BIN, JCLI, ROOT, Run, Timing, in_turns, report, seconds_of, table

SCHEMA = ROOT / "schema" / "document.schema.json"
TOOLS = ROOT / ".tools"
NATIVE = TOOLS / "node_modules" / ".bin" / "jsonschema"
NATIVE_PACKAGE = "@sourcemeta/jsonschema@16.11.0"
SUBSET = 200
"""check-jsonschema would take minutes for all files: it gets this many, and one, and the rest is scaled."""
CHANGED = 10


def native_validator() -> Path | None:
    """The peer from npm, installed into .tools when it is not there; None where that cannot be done."""
    if not NATIVE.exists() and shutil.which("npm"):
        TOOLS.mkdir(exist_ok=True)
        subprocess.run(
            ["npm", "install", "--prefix", str(TOOLS), "--no-audit", "--no-fund", "--silent", NATIVE_PACKAGE],
            capture_output=True,
        )
    return NATIVE if NATIVE.exists() else None


def contenders(folder: Path, paths: list[Path], native: Path | None) -> dict[str, Run]:
    journeys = folder / "journeys"
    peer = [BIN / "check-jsonschema", "--schemafile", SCHEMA]
    ours = [JCLI, "-C", folder, "validate"]
    rounds = itertools.count(1)

    def warm() -> float:
        change(paths, CHANGED, next(rounds))
        return seconds_of(ours)

    runs: dict[str, Run] = {
        "ours": lambda: seconds_of([*ours, "--no-cache"]),
        "ours, one core": lambda: seconds_of([*_one_core(), *ours, "--no-cache"]),
        "hashing": lambda: seconds_of([sys.executable, "-m", "benchmarks.hashing", journeys]),
        "warm": warm,
        "unchanged": lambda: seconds_of(ours),
        "floor": lambda: seconds_of([sys.executable, "-m", "benchmarks.compose", journeys]),
        "peer, many": lambda: seconds_of([*peer, *paths[:: len(paths) // SUBSET][:SUBSET]]),
        "peer, one": lambda: seconds_of([*peer, paths[0]]),
    }
    if native:
        # It reads one document a file, so the file that declares sites, audiences and contents is not given to it.
        folders = sorted(path for path in journeys.iterdir() if path.is_dir())
        call = [native, "validate", SCHEMA, *folders]
        runs["native"] = lambda: seconds_of(call)
        runs["native, --fast"] = lambda: seconds_of([*call, "--fast"])
    return runs


def _one_core() -> list[str]:
    return ["taskset", "-c", "0"] if shutil.which("taskset") else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journeys", type=int, default=5000)
    parser.add_argument("--quick", action="store_true", help="3 rounds instead of 5")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    options = parser.parse_args()
    native = native_validator()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = workspace(folder, options.journeys)
        rounds = 3 if options.quick else 5
        timings = in_turns(contenders(folder, paths, native), rounds)
    report("validate", lines(timings, len(paths), rounds), keep=options.keep)


def lines(timings: dict[str, Timing], files: int, rounds: int) -> list[str]:
    ours, hashing = timings["ours"].median, timings["hashing"].median
    start = timings["peer, one"].median
    each = (timings["peer, many"].median - start) / (min(SUBSET, files) - 1)
    peer = start + each * (files - 1)
    rows = [
        ["`jcli validate`, both cores", timings["ours"].text(), "1"],
        [
            "`jcli validate`, one core",
            timings["ours, one core"].text(),
            f"{timings['ours, one core'].median / ours:.2f}",
        ],
        ["PyYAML's C `compose` alone, one core", timings["floor"].text(), f"{timings['floor'].median / ours:.2f}"],
        [
            f"check-jsonschema, scaled: {start:.2f} s for one file, {each * 1e3:.1f} ms for each of {SUBSET} more",
            f"{peer:.1f} s",
            f"{peer / ours:.1f}",
        ],
    ]
    for name, shown in (("native", "@sourcemeta/jsonschema"), ("native, --fast", "@sourcemeta/jsonschema `--fast`")):
        if name in timings:
            rows.append([shown, timings[name].text(), f"{timings[name].median / ours:.2f}"])
    return [
        f"{files:,} journeys, cold process, files in the page cache; median of {rounds} rounds (lowest to highest), "
        f"{len(os.sched_getaffinity(0))} cores.",
        "",
        *table(["what", "time", "times ours"], rows),
        "",
        "With the cache that the run before filled:",
        "",
        *table(
            ["what", "time", "times reading and hashing"],
            [
                ["reading and hashing the files, one core", timings["hashing"].text(), "1"],
                *(
                    [shown, timings[name].text(), f"{timings[name].median / hashing:.2f}"]
                    for name, shown in (
                        ("warm", f"`jcli validate`, {CHANGED} files changed"),
                        ("unchanged", "`jcli validate`, nothing changed"),
                    )
                ),
            ],
        ),
    ]


if __name__ == "__main__":
    main()
