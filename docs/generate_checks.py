"""Writes `docs/checks.md` from the catalogue and the docstrings of the checks; `--check` says whether it is current.

`jcli/checks/page.py` takes the docstrings apart. What the page says of a bad sample is what the checks say of it now.
Nothing is written by hand into `docs/checks.md`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from jcli.checks import CATALOGUE, Stage
from jcli.compiler.samples import said_of
from jcli.render.rules import markdown

PAGE = Path(__file__).resolve().parent / "checks.md"

INTRO = """\
# Checks

<!-- Written by docs/generate_checks.py from the docstrings in jcli/checks; change them there. -->

`jcli validate` says everything that is wrong, at once, each with its place and the slug of its check. A document that
fails a stage is not judged by the next, all others still are. `jcli rule SLUG` shows the section of a check in the
terminal.

| stage | asks | an error bars |
| --- | --- | --- |
| read | Is this YAML that a document can be written in? | sync |
| shape | Are fields, types and values those of the schema? | sync, and a request that carries the document |
| references | Is there what is referred to, and only once? | sync, and such a request |
| graph | Does the journey, or the audience, make sense? Are its words known? | publish; a draft may be incomplete |
| workspace | Do the documents make sense beside each other? | nothing but `jcli validate` itself |
| tests | Can the tests be played, and do they prove anything? | nothing but `jcli validate` itself |
| comments | Do the comments that silence warnings do what they say? | nothing |

A finding names the thing, what was expected and the way out; where a known word is close to the one written, it offers
it. An error in a [test](testing.md), of whatever stage, bars nothing but `jcli validate` itself. Each section below has
a sample that the check refuses, what it says of it, and one that passes.

## Silencing

Where a warning is right and the journey is meant to be so, say it where the next reader looks:

```yaml
  rest: {type: WAIT, config: {duration: 2d}} # jcli: ignore[dead-end] they come back by themselves

  # jcli: ignore[dead-end, no-timeout] drawn by the growth team
  ask:
    type: WAIT_FOR_EVENT
    config: {eventName: answered}
```

- After something on its line, the comment silences the warnings that begin on that line.
- Alone on a line, it silences those of the whole entry that begins below it: a node, a field, an item of a list.
- Above the head key of a document (`journey: welcome`), it silences those of the whole document.
- What follows the bracket is the reason. It may be left out; a reader will thank you for it.
- Several slugs stand with commas between them. There is no comment that silences all checks.

Only warnings are silenced. An error is mended, or made a warning first; a `#` within a text is no comment. A comment
that silences nothing is itself reported, as [`unused-ignore`](#unused-ignore), so that none is left behind.

The severity of a check can be changed for the whole workspace in `jcli.yaml`, but for those of the stages read, shape
and references: they guard what could not be stored, and stay errors. `draft: true` on a journey turns its graph errors
into warnings until it is meant to be published.

```yaml
workspace: acme
rules:
  dead-end: error        # error | warning | off
```

For one run, `jcli validate --select SLUG` shows some checks alone and `--ignore SLUG` leaves some out. A workspace that
has many findings from before can start from a [baseline](cli.md#jcli-validate): what is in it is held back, and what is
new is told.
"""


def page() -> str:
    """The whole of `docs/checks.md`."""
    return "\n".join([INTRO, _contents(), *(markdown(check, said_of(check)) for check in CATALOGUE)])


def _contents() -> str:
    lines = ["| stage | checks |", "| --- | --- |"]
    for stage in Stage:
        slugs = ", ".join(f"[`{check.slug}`](#{check.slug})" for check in CATALOGUE if check.stage is stage)
        lines.append(f"| {stage.value} | {slugs} |")
    return "\n".join(lines) + "\n"


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
