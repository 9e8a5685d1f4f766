"""Which cases did not pass when they were played last: kept beside the other caches of the workspace.

It is never needed: one that is lost, damaged or of another version is as good as an empty one. Where to look next:
`jcli/workspace/cache.py` keeps the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jcli.trials.script import Case
    from jcli.trials.verdicts import Verdict
    from jcli.workspace import Workspace
    from jcli.workspace.cache import Cache

NAME = "tests.json"
_KEY = "failed 1"


class Recall:
    """The cases that failed, by file, journey and name."""

    def __init__(self, workspace: Workspace) -> None:
        import orjson

        from jcli.workspace.cache import Cache, cache_path

        path = cache_path(workspace, NAME)
        self._cache: Cache | None = None if path is None else Cache(path, _KEY)
        content = None if self._cache is None else self._cache.load()
        try:
            rows = orjson.loads(content) if content is not None else []
            self.failed = {(str(file), str(journey), str(name)) for file, journey, name in rows}
        except (ValueError, TypeError):
            self.failed = set()

    def has(self, case: Case) -> bool:
        return _identity(case) in self.failed

    def keep(self, verdicts: Iterable[Verdict], known: Iterable[Case]) -> None:
        """Remember what came of these; what was not played stays as it was, unless it is gone. Nothing is written when
        nothing is new."""
        import orjson

        from jcli.trials.verdicts import Outcome

        told = {_identity(one): one.outcome is not Outcome.PASSED for one in verdicts}
        failed = {one for one in map(_identity, known) if told.get(one, one in self.failed)}
        if failed != self.failed and self._cache is not None:
            self._cache.save(orjson.dumps(sorted(failed)))
        self.failed = failed


def _identity(case: Case | Verdict) -> tuple[str, str, str]:
    return case.file, case.journey, case.name
