"""Coverage-guided fuzzing of the door: `python -m tests.fuzz.coverage_guided CORPUS -runs=N ...` (libFuzzer's options).

A process of its own, because libFuzzer ends the process in which it runs. What reads, checks and compiles is
instrumented, so inputs that get further are kept and changed again. An exception, or an input that takes longer than
`-timeout`, ends it with a code other than 0 and writes the input down.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(
    include=["jcli.documents", "jcli.checks", "jcli.compiler", "jcli.canonical", "jcli.graph"]
):
    from tests.fuzz.door import validate


def main() -> None:
    atheris.Setup(sys.argv, validate_one)
    atheris.Fuzz()


def validate_one(content: bytes) -> None:
    validate(content)


if __name__ == "__main__":
    main()
