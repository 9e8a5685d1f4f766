"""Files before and after as a unified diff, fit for `patch` and `git apply -p0`."""

from __future__ import annotations

from difflib import unified_diff

NOTHING = "/dev/null"


def unified(file: str, before: bytes | None, after: bytes) -> str:
    """The change of a file; `before` is None for one that is new."""
    old, new = ([] if content is None else _lines(content) for content in (before, after))
    lines = unified_diff(old, new, NOTHING if before is None else file, file)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(content: bytes) -> list[str]:
    """The lines as diffs count them: a line break is `\\n`, and what stands before it is content."""
    *lines, last = content.decode("utf-8").split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])
