"""The checks as a table, and the page of one, as text, JSON and Markdown.

Everything comes out of `jcli/checks/page.py`; `docs/checks.md` is made of `markdown` too, so that the page in the
terminal and the one in the docs are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from jcli.checks import Check
from jcli.checks.page import is_adjustable, page_of, ways_to_silence
from jcli.render.findings import FORMAT_VERSION
from jcli.render.tables import table


def table_text(checks: Sequence[Check]) -> str:
    rows = [(check.slug, check.stage.value, check.severity.value, page_of(check).title) for check in checks]
    return table(("CHECK", "STAGE", "SEVERITY", "FINDS"), rows)


def table_markdown(checks: Sequence[Check]) -> str:
    rows = [f"| `{c.slug}` | {c.stage.value} | {c.severity.value} | {page_of(c).title} |" for c in checks]
    return "\n".join(["| check | stage | severity | finds |", "| --- | --- | --- | --- |", *rows]) + "\n"


def table_json(checks: Sequence[Check]) -> str:
    return _json({"checks": [_facts(check) for check in checks]})


def text(check: Check, said: Sequence[str]) -> str:
    """The page for a terminal: samples are set in by four blanks."""
    page = page_of(check)
    parts = [
        f"{check.slug}: {check.severity.value}, stage {check.stage.value}",
        f"{page.title}\n\n{page.prose}",
        f"Refused:\n\n{_set_in(page.bad)}",
        "What is said of it:\n\n" + _set_in("\n".join(said)),
        f"Accepted:\n\n{_set_in(page.good)}",
        "If it is meant so:\n\n" + "\n".join(f"- {way}" for way in ways_to_silence(check)),
    ]
    return "\n\n".join(parts) + "\n"


def markdown(check: Check, said: Sequence[str]) -> str:
    """The section of the check in `docs/checks.md`."""
    page = page_of(check)
    parts = [
        f"## {check.slug}",
        f"{check.severity.value.capitalize()}, stage {check.stage.value}. {page.title}",
        page.prose,
        f"Refused:\n\n```yaml\n{page.bad}```",
        "```text\n" + "\n".join(said) + "\n```",
        f"Accepted:\n\n```yaml\n{page.good}```",
    ]
    return "\n\n".join(parts) + "\n"


def as_json(check: Check, said: Sequence[str]) -> str:
    page = page_of(check)
    more = {"why": page.prose, "bad": page.bad, "said": list(said), "good": page.good}
    return _json({"check": {**_facts(check), **more, "silence": list(ways_to_silence(check))}})


def _facts(check: Check) -> dict[str, Any]:
    return {
        "code": check.slug,
        "stage": check.stage.value,
        "severity": check.severity.value,
        "adjustable": is_adjustable(check),
        "title": page_of(check).title,
    }


def _json(answer: dict[str, Any]) -> str:
    whole = {"formatVersion": FORMAT_VERSION, **answer}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _set_in(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.rstrip("\n").split("\n"))
