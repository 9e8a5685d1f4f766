"""Measuring: runs that take turns, medians, the machine, and the block of results in `README.md`.

The contenders of a benchmark run in turns, not one after the other, so that a neighbour's burst of work on a shared
machine falls on all of them. A figure is the median of its runs, given with the lowest and the highest.
"""

from __future__ import annotations

import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
JCLI = str(BIN / "jcli")
README = Path(__file__).parent / "README.md"

Run = Callable[[], float]
"""Does the work once and gives the seconds that it took."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of the runs of one contender (or requests a second, where the caller says so)."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.runs)

    def text(self, unit: str = "s", scale: float = 1.0, digits: int = 2) -> str:
        low, high = min(self.runs) * scale, max(self.runs) * scale
        return f"{self.median * scale:.{digits}f} {unit} ({low:.{digits}f} to {high:.{digits}f})"


def in_turns(contenders: Mapping[str, Run], rounds: int, *, warm: bool = True) -> dict[str, Timing]:
    """Every contender `rounds` times, taking turns; one turn before that is not counted when `warm`."""
    seen: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + warm):
        for name, run in contenders.items():
            took = run()
            if turn >= warm:
                seen[name].append(took)
        print(f"\r  round {turn + 1 - warm} of {rounds}", end="", file=sys.stderr, flush=True)
    print("\r" + " " * 30 + "\r", end="", file=sys.stderr)
    return {name: Timing(tuple(runs)) for name, runs in seen.items()}


def seconds_of(
    command: Sequence[str | Path],
    *,
    cwd: Path = ROOT,
    codes: tuple[int, ...] = (0,),
    env: Mapping[str, str] | None = None,
) -> float:
    """Wall seconds of a process from start to end; a SystemExit with its output when it fails."""
    begin = time.perf_counter()
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True, env={**os.environ, **(env or {})}
    )
    took = time.perf_counter() - begin
    if done.returncode not in codes:
        shown = " ".join(str(word) for word in command)[:200]
        sys.exit(f"{shown}\nended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return took


def machine() -> str:
    """One line: processors, memory, Python, system, and how busy it was."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text()) if sys.platform == "linux" else None
    return (
        f"{os.cpu_count()} cores ({model[1] if model else platform.machine()}), {memory:.0f} GiB, shared, "
        f"load {os.getloadavg()[0]:.1f}, {platform.system()}, Python {platform.python_version()}"
    )


def commit() -> str:
    """The commit that was measured, with a `+` when the checkout differs from it."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", "jcli", "server", "schema", "benchmarks")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + ("+" if changed else "")


def report(name: str, lines: Sequence[str], *, keep: bool) -> None:
    """Print the result; with `keep`, also put it in place of the benchmark's last block in README.md."""
    stamp = time.strftime("%Y-%m-%d", time.gmtime())
    block = "\n".join([f"{stamp}, commit {commit()}, {machine()}.", "", *lines])
    print(f"{name}\n\n{block}\n")
    if keep:
        text = README.read_text()
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not pattern.search(text):
            sys.exit(f"{README.name} has no block for {name}")
        README.write_text(pattern.sub(lambda found: f"{found[1]}{block}\n{found[2]}", text))


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table."""
    return [f"| {' | '.join(row)} |" for row in (headings, ["---"] * len(headings), *rows)]
