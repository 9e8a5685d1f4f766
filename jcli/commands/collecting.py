"""What the pytest plugin does where there is a workspace: collects its test documents and plays their cases, one item a
case, and makes the worlds that its fixtures hand out.

The workspace is read once for each session, whatever is collected of it. It must not be imported but by
`jcli/pytest_plugin.py`: pytest is not among the packages that jcli asks for. Where to look next: `testing.py`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jcli.commands.session import Session
from jcli.commands.testing import Trials, trials_of
from jcli.errors import JcliError
from jcli.model import JourneyStatus
from jcli.rehearsal import Setting, World
from jcli.render.findings import full
from jcli.render.ink import Ink, plain
from jcli.render.trials import failure
from jcli.trials.script import START, Case
from jcli.trials.verdicts import Outcome, Verdict
from jcli.workspace import CONFIG, Workspace, is_document, locate

if TYPE_CHECKING:
    from _pytest._code.code import ExceptionInfo, TerminalRepr


class Desk:
    """What is known of workspaces in one session of pytest."""

    def __init__(self) -> None:
        self._around: dict[Path, Workspace | None] = {}
        self._trials: dict[Path, Trials] = {}

    def workspace(self, folder: Path) -> Workspace | None:
        """The workspace around a folder; None where there is none. JcliError for one that is not usable."""
        if folder not in self._around:
            above = folder.parent
            if os.path.lexists(folder / CONFIG):
                self._around[folder] = locate(folder)
            else:
                self._around[folder] = None if above == folder else self.workspace(above)
        return self._around[folder]

    def trials(self, root: Path) -> Trials:
        if root not in self._trials:
            self._trials[root] = trials_of(Session(directory=str(root), quiet=True))
        return self._trials[root]


_DESK = pytest.StashKey[Desk]()


def desk_of(config: pytest.Config) -> Desk:
    return config.stash.setdefault(_DESK, Desk())


def workspace_of(config: pytest.Config, path: Path) -> Workspace:
    """The workspace that the fixtures of a test module mean."""
    named = config.getini("jcli_workspace")
    folder = config.rootpath / named if named else path.parent
    try:
        found = desk_of(config).workspace(folder.resolve())
    except JcliError as error:
        pytest.fail(_told(error), pytrace=False)
    if found is None:
        pytest.fail(
            f"there is no {CONFIG} in {folder} or above it; name the workspace's folder in the setting jcli_workspace",
            pytrace=False,
        )
    return found


def setting_of(config: pytest.Config, root: Path) -> Setting:
    """The journeys of the workspace, for a fixture."""
    try:
        return desk_of(config).trials(root).setting
    except JcliError as error:
        pytest.fail(_told(error), pytrace=False)


def world_of(
    setting: Setting, *, live: Sequence[str] | None = None, start: int | str | None = None, **unknown: Any
) -> World:
    """A world with these journeys published (None: all). They must be of one site, as a world is. What is `unknown` is
    a mistake of whoever wrote the marker."""
    for name in unknown:
        pytest.fail(f"the marker `jcli` takes `live` and `start`, and no `{name}`", pytrace=False)
    keys = list(setting.journeys) if live is None else [live] if isinstance(live, str) else list(live)
    for key in keys:
        if key not in setting.journeys:
            pytest.fail(f"`{key}` cannot be live: {setting.barred.get(key, 'there is no such journey')}", pytrace=False)
    sites = {setting.journeys[key].journey.site_id for key in keys}
    if len(sites) != 1:
        pytest.fail(
            f"a world is of one site, and these are {len(keys)} journeys of {len(sites)} sites; "
            "name those of one, as in @pytest.mark.jcli(live=['welcome'])",
            pytrace=False,
        )
    world = World(setting.drafts, _begins(start), sites.pop())
    for key in keys:
        world.set_status(setting.journeys[key].journey.id, JourneyStatus.PUBLISHED)
    return world


def _begins(start: int | str | None) -> int:
    from jcli.durations import parse_instant

    if not isinstance(start, str):
        return START if start is None else start
    try:
        return parse_instant(start)
    except ValueError as error:
        return pytest.fail(f"the `start` of the marker `jcli`: {error}", pytrace=False)


def collector(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The collector of a file that may hold tests; None for one that is no document of a workspace."""
    real = path.resolve()
    try:
        workspace = desk_of(parent.config).workspace(real.parent)
    except JcliError:
        return TestDocuments.from_parent(parent, path=path, workspace=None)  # and say why, when it is collected
    if workspace is None or not is_document(workspace, str(real)):
        return None
    found: TestDocuments = TestDocuments.from_parent(parent, path=path, workspace=workspace)
    return found


class TestDocuments(pytest.File):
    """A file with tests. What is wrong with it is an error of the collection, as with a Python file."""

    __test__ = False

    def __init__(self, *, workspace: Workspace | None, **rest: Any) -> None:
        super().__init__(**rest)
        self._workspace = workspace

    def collect(self) -> Iterator[TestCase]:
        try:
            workspace = self._workspace or locate(self.path.parent)
            trials = desk_of(self.config).trials(workspace.root)
        except JcliError as error:
            raise self.CollectError(_told(error)) from None
        file = os.path.relpath(self.path.resolve(), workspace.root).replace(os.sep, "/")
        wrong = trials.errors({file})
        if wrong:
            raise self.CollectError(full(wrong, workspace.lines, _ink(self.config)).rstrip())
        cases = [case for case in trials.cases if case.file == file]
        names = Counter(case.name for case in cases)
        for case in cases:
            name = case.name if names[case.name] == 1 else case.title
            yield TestCase.from_parent(self, name=plain(name), case=case, trials=trials)


class CaseFailed(Exception):
    """A case that did not pass."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.title)
        self.verdict = verdict


class TestCase(pytest.Item):
    """A case of a test document."""

    __test__ = False

    def __init__(self, *, case: Case, trials: Trials, **rest: Any) -> None:
        super().__init__(**rest)
        self._case, self._trials = case, trials
        self.extra_keyword_matches.add(case.journey)
        self.add_marker("jcli")

    def runtest(self) -> None:
        verdict = self._trials.play(self._case)
        if verdict.outcome is not Outcome.PASSED:
            raise CaseFailed(verdict)

    def repr_failure(self, excinfo: ExceptionInfo[BaseException], style: Any = None) -> str | TerminalRepr:
        """As `jcli test` tells it, with the file as pytest names it."""
        if not isinstance(excinfo.value, CaseFailed):
            return super().repr_failure(excinfo, style)
        file = os.path.relpath(self.path, self.config.invocation_params.dir)
        return failure(replace(excinfo.value.verdict, file=file), _ink(self.config), title=False).rstrip()

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self._trials.line(self._case, self._case.path) - 1, plain(self._case.title)


def _ink(config: pytest.Config) -> Ink:
    return Ink(config.get_terminal_writer().hasmarkup)


def _told(error: JcliError) -> str:
    return error.message + (f"\n{error.hint}" if error.hint else "")
