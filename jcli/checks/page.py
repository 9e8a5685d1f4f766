"""The page of a check: its docstring taken apart.

A docstring is a title, prose, then `Bad::` and `Good::` with an indented sample. `docs/checks.md` and `jcli rule` are
made of the same parts. What the checks say of a sample is not asked here: `jcli/compiler/samples.py` does.
"""

from __future__ import annotations

import inspect
import textwrap
from dataclasses import dataclass

from jcli.checks import BARRING, Check, Stage
from jcli.findings import Severity


@dataclass(frozen=True, slots=True)
class Page:
    """The first sentence, the prose after it, a bad and a good sample."""

    title: str
    prose: str
    bad: str
    good: str


def page_of(check: Check) -> Page:
    """The parts of the check's docstring; ValueError when one is missing."""
    text = inspect.cleandoc(check.module.__doc__ or "")
    why, bad_mark, samples = text.partition("\nBad::\n")
    bad, good_mark, good = samples.partition("\nGood::\n")
    title, _, prose = why.strip().partition("\n\n")
    if not (title and prose and bad_mark and good_mark):
        raise ValueError(f"the docstring of {check.slug} lacks its title, prose, `Bad::` or `Good::`")
    return Page(" ".join(title.split()), prose, _sample(bad), _sample(good))


def _sample(text: str) -> str:
    return textwrap.dedent(text).strip("\n") + "\n"


def bad_file(check: Check) -> bytes:
    """The bad sample as a file. That of `encoding` reads like the good one and is bad for being saved in Latin-1."""
    return page_of(check).bad.encode("latin-1" if check.slug == "encoding" else "utf-8")


def good_file(check: Check) -> bytes:
    return page_of(check).good.encode()


def is_adjustable(check: Check) -> bool:
    """Whether `rules` in `jcli.yaml` may change its severity."""
    return check.stage not in BARRING


def ways_to_silence(check: Check) -> tuple[str, ...]:
    """What somebody can do who does not want to hear of it, a sentence each, the narrowest way first."""
    slug = check.slug
    if not is_adjustable(check):
        return ("It is always an error and bars sync: what it finds could not be stored.",)
    rule = f"Under `rules` in jcli.yaml, `{slug}: off` silences it everywhere, and `{{}}` makes it {{}}."
    if check.stage is Stage.TESTS and check.severity is Severity.ERROR:
        said = "It is an error of a test: it makes `jcli validate` fail, bars nothing else, and no comment silences it."
        return (said, rule.format(f"{slug}: warning", "a warning"))
    if check.severity is Severity.ERROR:
        return (
            "It is an error and bars publish; no comment silences it. `draft: true` on a journey makes it a warning.",
            rule.format(f"{slug}: warning", "a warning"),
        )
    louder = rule.format(f"{slug}: error", "an error")
    if slug == "unused-ignore":
        return ("No comment silences it: remove the comment that it is about.", louder)
    comment = f"`# jcli: ignore[{slug}] why` silences it on its line; alone on a line, in the whole entry below it."
    return (comment, louder)
