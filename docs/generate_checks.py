"""Writes `docs/checks.md` from the catalogue and the docstrings of the checks; `--check` says whether it is current.

Each docstring is prose, then `Bad::` and `Good::` with an indented sample. What the page says of a bad sample is what
the checks say of it now. Nothing is written by hand into `docs/checks.md`.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

from jcli.checks import CATALOGUE, Check, Stage
from jcli.compiler import compile_documents
from jcli.documents import read
from jcli.findings import Finding

PAGE = Path(__file__).resolve().parent / "checks.md"

INTRO = """\
# Checks

<!-- Written by docs/generate_checks.py from the docstrings in jcli/checks; change them there. -->

`jcli validate` says everything that is wrong, at once, each with its place and the slug of its check. There are five
stages; a document that fails one of the first three is not judged by the next, all others still are.

| stage | asks | an error bars |
| --- | --- | --- |
| read | Is this YAML that a document can be written in? | sync |
| shape | Are fields, types and values those of the schema? | sync, and a request that carries the document |
| references | Is there what is referred to, and only once? | sync, and such a request |
| graph | Does the journey, or the audience, make sense? Are its words known? | publish; a draft may be incomplete |
| workspace | Do the documents make sense beside each other? | nothing but `jcli validate` itself |

The severity of a check of graph or workspace can be changed in `jcli.yaml`; those of the earlier stages guard what
could not be stored, and stay. `draft: true` on a journey turns its graph errors into warnings until it is meant to be
published.

```yaml
workspace: acme
rules:
  dead-end: error        # error | warning | off
```

A finding names the thing, what was expected and the way out; where a known word is close to the one written, it offers
it. Each section below has a sample that the check refuses, what it says of it, and one that passes.
"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A check's docstring, taken apart: the first sentence, the prose after it, a bad and a good sample."""

    title: str
    prose: str
    bad: str
    good: str


def explain(check: Check) -> Explanation:
    """The parts of the check's docstring; ValueError when one is missing."""
    text = inspect.cleandoc(check.module.__doc__ or "")
    why, bad_mark, samples = text.partition("\nBad::\n")
    bad, good_mark, good = samples.partition("\nGood::\n")
    title, _, prose = why.strip().partition("\n\n")
    if not (title and prose and bad_mark and good_mark):
        raise ValueError(f"the docstring of {check.slug} lacks its title, prose, `Bad::` or `Good::`")
    return Explanation(title, prose, _sample(bad), _sample(good))


def _sample(text: str) -> str:
    return textwrap.dedent(text).strip("\n") + "\n"


def bad_file(check: Check) -> bytes:
    """The bad sample as a file. That of `encoding` reads like the good one and is bad for being saved in Latin-1."""
    return explain(check).bad.encode("latin-1" if check.slug == "encoding" else "utf-8")


def good_file(check: Check) -> bytes:
    return explain(check).good.encode()


def findings_of(content: bytes) -> list[Finding]:
    """What all checks together say of a file, as if it were the whole workspace."""
    documents, early = read(content, "sample.yaml")
    return compile_documents(documents, early, "acme").findings


def page() -> str:
    """The whole of `docs/checks.md`."""
    return "\n".join([INTRO, _contents(), *(_section(check) for check in CATALOGUE)])


def _contents() -> str:
    lines = ["| stage | checks |", "| --- | --- |"]
    for stage in Stage:
        slugs = ", ".join(f"[`{check.slug}`](#{check.slug})" for check in CATALOGUE if check.stage is stage)
        lines.append(f"| {stage.value} | {slugs} |")
    return "\n".join(lines) + "\n"


def _section(check: Check) -> str:
    parts = explain(check)
    said = [
        f"{found.span.line}:{found.span.column} {found.message}"
        for found in findings_of(bad_file(check))
        if found.span is not None
    ]
    return "\n".join(
        [
            f"## {check.slug}\n",
            f"{check.severity.value.capitalize()}, stage {check.stage.value}. {parts.title}\n",
            f"{parts.prose}\n",
            f"Refused:\n\n```yaml\n{parts.bad}```\n",
            "```text\n" + "\n".join(said) + "\n```\n",
            f"Accepted:\n\n```yaml\n{parts.good}```\n",
        ]
    )


def main(arguments: list[str]) -> int:
    text = page()
    if arguments == ["--check"]:
        current = PAGE.is_file() and PAGE.read_text("utf-8") == text
        if not current:
            print("docs/checks.md is not current; run: python docs/generate_checks.py", file=sys.stderr)
        return 0 if current else 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
