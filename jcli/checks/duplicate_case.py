"""Two cases of one journey have the same name.

A case is called by its name, on the command line and in reports, so two of them could not be told apart. Several tests
may be about one journey; their cases share its names. The cases that `each` makes are told apart by their parameters,
unless the entries have the same `name`.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
    ---
    test: welcome
    cases:
      - case: whoever enters is done
        steps:
          - {enter: welcome, expect: {status: completed}}
      - case: whoever enters is done
        steps:
          - {wait: 1d}
          - {enter: welcome, expect: {status: completed}}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
    ---
    test: welcome
    cases:
      - case: whoever enters is done
        steps:
          - {enter: welcome, expect: {status: completed}}
      - case: whoever enters a day later is done
        steps:
          - {wait: 1d}
          - {enter: welcome, expect: {status: completed}}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.facts import Facts, Together
from jcli.checks.named import Sort
from jcli.checks.subject import fitted, short
from jcli.findings import Path, Problem


def check_tests(together: Together) -> Iterator[tuple[Facts, Problem]]:
    first: dict[tuple[str, str], tuple[Facts, Path]] = {}
    for fact in together.trials:
        for item in fact.named:
            if item.sort is not Sort.CASE:
                continue
            owner, path = first.setdefault((item.journey, item.name), (fact, item.path))
            if (owner, path) != (fact, item.path):
                where = "" if owner.file == fact.file else f" in {short(owner.file, 40)}"
                message = _message(item.name, item.journey, where)
                yield fact, Problem(item.path, message, related=(path,) if owner is fact else ())


def _message(name: str, journey: str, where: str) -> str:
    return fitted(
        lambda limit: (
            f"another case of `{short(journey, limit)}`{where} is called `{short(name, limit)}`; give one another name"
        )
    )
