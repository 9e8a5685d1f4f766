"""`jcli test --watch`: plays again what a change of the files touches, until Ctrl-C.

A change touches the cases of a test document that changed, the cases in whose world a journey or its audience is no
longer what it was, and those that failed before. It must not end because of what is wrong in a file: somebody is just
writing it. Where to look next: `rounds.py` plays and shows.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jcli.commands.rounds import Options, run
from jcli.commands.session import Session, tell
from jcli.errors import JcliError

if TYPE_CHECKING:
    from jcli.commands.rounds import Round
    from jcli.commands.testing import Trials
    from jcli.trials.script import Case
    from jcli.workspace import Workspace

WAIT = 250
"""Milliseconds after which jcli.yaml is looked at when nothing else happened."""
CALM = 50
"""Milliseconds without a change after which one is told: whoever saves several files at once is heard once."""


def watch(session: Session, options: Options) -> int:
    """Never returns: Ctrl-C ends it."""
    memory = Memory(options.alone)
    while True:
        workspace = session.workspace()
        for changed in _changes(workspace):
            if changed is None:
                break
            _again(session, options, memory, changed)


def _again(session: Session, options: Options, memory: Memory, changed: Collection[str]) -> None:
    if changed:
        click.clear()  # nothing, where no terminal is
        session.say(f"Changed: {', '.join(sorted(changed))}")
    try:
        done = run(session, options, among=memory.touched_by(changed) if memory.trials else None)
        memory.keep(done)
    except JcliError as error:
        tell(error.message, error.hint)
    session.say("Waiting for changes; Ctrl-C ends it.")


class Memory:
    """What the last rounds came to: the workspace as it was, and the cases that failed."""

    def __init__(self, alone: bool) -> None:
        self.trials: Trials | None = None
        self._alone = alone
        self._failed: set[tuple[str, str]] = set()

    def keep(self, done: Round) -> None:
        from jcli.trials.verdicts import Outcome

        self.trials = done.trials
        for one in done.verdicts:
            self._failed.discard((one.journey, one.name))
            if one.outcome is not Outcome.PASSED:
                self._failed.add((one.journey, one.name))

    def touched_by(self, changed: Collection[str]) -> Any:
        """Which cases are to be played again, of a workspace of which these files have changed."""
        before = self.trials
        assert before is not None
        known = {(case.journey, case.name): case for case in before.cases}
        moved: set[str] | None = None

        def touched(trials: Trials, case: Case) -> bool:
            nonlocal moved
            if moved is None:
                moved = _moved(before, trials)
            name = (case.journey, case.name)
            if case.file in changed or name in self._failed or known.get(name) != case or _edits(case):
                return True
            live = () if self._alone else case.live
            return bool(moved) if live is None else not moved.isdisjoint({case.journey, *live})

        return touched


def _edits(case: Case) -> bool:
    """Whether it brings the journey into another revision, which depends on more than the journeys."""
    from jcli.trials.script import Verb

    return case.revision is not None or any(step.verb is Verb.EDIT for step in case.steps)


def _moved(before: Trials, now: Trials) -> set[str]:
    """The keys of the journeys in which somebody could live otherwise than before."""
    keys = {*before.setting.journeys, *before.setting.barred, *now.setting.journeys, *now.setting.barred}
    return {key for key in keys if _world(before, key) != _world(now, key)}


def _world(trials: Trials, key: str) -> object:
    """What decides how people live in a journey."""
    setting = trials.setting
    live = setting.journeys.get(key)
    if live is None:
        return setting.barred.get(key)
    return setting.workspace, live.document.data, setting.audiences.get(live.journey.audience_id or "")


def _changes(workspace: Workspace) -> Iterator[set[str] | None]:
    """Nothing at first, once it is sure that no later change is missed; then the files of each change, relative to the
    workspace. None, and the end, when jcli.yaml has changed."""
    from watchfiles import watch as watched

    from jcli.workspace import CONFIG, is_document

    root = os.fspath(workspace.root)
    folders = [os.path.realpath(workspace.root / path) for path in workspace.config.paths]
    config = _stamp(workspace.root / CONFIG)
    stirred = watched(
        *(folder for folder in folders if os.path.isdir(folder)),
        watch_filter=lambda _, path: is_document(workspace, path),
        step=CALM,
        debounce=4 * CALM,
        rust_timeout=WAIT,
        yield_on_timeout=True,
    )
    first = True
    for found in stirred:
        if found or first:
            first = False
            yield {os.path.relpath(path, root).replace(os.sep, "/") for _, path in found}
        if _stamp(workspace.root / CONFIG) != config:
            yield None
            return


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
