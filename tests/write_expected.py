"""Writes what the checks say now of every `tests/cases/*/bad-*.yaml` next to it, as `.expected`.

For when a message was changed on purpose: run it, then read the difference in git line by line before committing it.
"""

from __future__ import annotations

from pathlib import Path

from jcli.compiler import compile_documents
from jcli.documents import read

CASES = Path(__file__).resolve().parent / "cases"


def main() -> None:
    for file in sorted(CASES.glob("*/bad-*.yaml")):
        documents, early = read(file.read_bytes(), "case.yaml")
        found = compile_documents(documents, early, "acme").findings
        lines = [f"{f.span.line}:{f.span.column} {f.code} {f.message}\n" for f in found if f.span]
        file.with_suffix(".expected").write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
