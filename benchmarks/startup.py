"""How long `jcli --help` and `jcli validate` of one file take, next to Python importing click and nothing else."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.generate import workspace
from benchmarks.measure import JCLI, Run, in_turns, report, seconds_of, table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10 rounds instead of 30")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    options = parser.parse_args()
    rounds = 10 if options.quick else 30
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace(folder, 1)
        contenders: dict[str, Run] = {
            "click": lambda: seconds_of([sys.executable, "-c", "import click"]),
            "help": lambda: seconds_of([JCLI, "--help"]),
            "complete": lambda: seconds_of(
                [JCLI], env={"_JCLI_COMPLETE": "bash_complete", "COMP_WORDS": "jcli va", "COMP_CWORD": "1"}
            ),
            "validate": lambda: seconds_of([JCLI, "-C", folder, "validate"]),
        }
        timings = in_turns(contenders, rounds)
    floor = timings["click"].median
    shown = {
        "click": '`python -c "import click"`',
        "help": "`jcli --help`",
        "complete": "shell completion of `jcli va`",
        "validate": "`jcli validate`, one journey",
    }
    rows = [
        [text, timings[key].text("ms", 1e3, 0), f"{timings[key].median / floor:.2f}"] for key, text in shown.items()
    ]
    lines = [f"Median of {rounds} rounds (lowest to highest).", "", *table(["what", "time", "ratio"], rows)]
    report("startup", lines, keep=options.keep)


if __name__ == "__main__":
    main()
