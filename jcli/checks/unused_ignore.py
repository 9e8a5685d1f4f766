"""A comment that silences warnings does not do what it says.

`# jcli: ignore[dead-end] why` silences a warning on its line or, alone above an entry, in all of it. When the journey
changes and the warning goes, the comment is left behind, and hides the next one that nobody meant. The same is said
of a slug that no check has, and of an error: what bars publish or sync is mended, never hidden. Where a document has
errors that keep the later checks from looking, a comment in it may yet have its use, and nothing is said.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tour}
      # jcli: ignore[dead-end] they come back by themselves
      tour:
        type: WAIT
        config: {duration: 2d}
        next: done
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tour}
      # jcli: ignore[dead-end] they come back by themselves
      tour:
        type: WAIT
        config: {duration: 2d}
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from jcli.checks.nearest import Suggestions, did_you_mean
from jcli.checks.subject import short
from jcli.findings import Fix, FixKind, Ignore, Problem

SAMPLE = "`# jcli: ignore[dead-end] why`"


@dataclass(frozen=True, slots=True)
class Silence:
    """A comment and what came of it: the slugs that it silenced, those of errors within its reach, and those that may
    have something to say once other errors are mended. `adjustable` has every check, and whether `rules` may change
    its severity."""

    ignore: Ignore
    silenced: Collection[str]
    errors: Collection[str]
    open: Collection[str]
    adjustable: Mapping[str, bool]
    suggestions: Suggestions


def check(silence: Silence) -> Iterator[Problem]:
    ignore = silence.ignore
    if ignore.verb != "ignore":
        yield Problem((), f"`{short(ignore.verb)}` is nothing that a comment can ask for; write {SAMPLE}")
        return
    idle = all(slug in silence.adjustable and _is_idle(slug, silence) for slug in ignore.slugs)
    if not ignore.slugs:
        yield Problem((), f"the comment names no check to silence; add its name, as in {SAMPLE}")
    for slug in ignore.slugs:
        if slug not in silence.silenced and (message := _message(slug, silence)):
            yield Problem((), message, fix=Fix(FixKind.COMMENT) if idle else None)


def _is_idle(slug: str, silence: Silence) -> bool:
    """Whether nothing is there, and nothing can come, that the comment might silence or be mistaken about."""
    return slug not in (*silence.silenced, *silence.errors, *silence.open)


def _message(slug: str, silence: Silence) -> str | None:
    adjustable = silence.adjustable.get(slug)
    if adjustable is None:
        meant = silence.suggestions.nearest(slug, silence.adjustable)
        return f"there is no check `{short(slug)}`" + (did_you_mean(meant) or "; take one that `jcli rule` lists")
    if slug == "unused-ignore":
        return "`unused-ignore` is not silenced by a comment; change it under `rules` in jcli.yaml"
    if not adjustable:
        return f"`{slug}` is always an error, and no comment silences errors; mend it and remove the comment"
    if slug in silence.errors:
        way_out = "mend it, or lower it under `rules` in jcli.yaml"
        return f"`{slug}` is an error here, and no comment silences errors; {way_out}"
    if slug in silence.open:
        return None
    return f"`{slug}` has nothing to say here; remove it from the comment"
