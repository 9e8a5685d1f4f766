"""What the last run knew of the files: asked before they are checked, told when they are.

A verdict is used again when the file has the same name and content, and the world is the same; rules, workspace and the
edition of jcli are in the key of the cache. A run that knows nothing comes to the same findings. Only what the last
run met is kept, so the cache is no larger than its workspace asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from typing import TYPE_CHECKING

from jcli.commands.digests import Digests, digests_of

if TYPE_CHECKING:
    from pathlib import Path

    from jcli.compiler import Judged
    from jcli.compiler.verdicts import Plain
    from jcli.workspace import Config, Entry, Workspace
    from jcli.workspace.cache import Cache

NAME = "findings.json"
MANY = 100
"""Below so many files checking all of them takes less time than anybody notices, and leaves nothing behind."""

FOREIGN = "it does not hold what was written there"


class Memory:
    """The verdicts of the last run, by file, and the world in which they were given."""

    def __init__(self, cache: Cache, digests: Digests | None) -> None:
        self.cache = cache
        self._digests = digests
        self.used = 0
        self._world = ""
        self._files: Mapping[str, Plain] = {}
        if digests is not None:  # without them there was no cache a moment ago, and what is there now comes too late
            self._load()

    def _load(self) -> None:
        import orjson

        content = self.cache.load()
        if content is None:
            return
        try:
            known = orjson.loads(content)
            self._world, self._files = known["world"], dict(known["files"])
        except (ValueError, LookupError, TypeError):
            self._of_no_use()

    def unchanged(self, entries: Sequence[Entry]) -> dict[int, Judged]:
        """The entries, by number, whose files are what they were, with what is known of them."""
        from jcli.compiler import Judged

        found: dict[int, Judged] = {}
        if not self._files or self._digests is None:
            return found
        try:
            for number, (entry, digest) in enumerate(zip(entries, self._digests.all(), strict=True)):
                row = self._files.get(entry.file)
                if row is not None and row[0] == digest and digest is not None:
                    found[number] = Judged(digest, row[1], entry.file)
        except (LookupError, TypeError):
            self._of_no_use()
            found = {}
        self.used = len(found)
        return found

    def holds_in(self, world: str) -> bool:
        """Whether what is known is true in this world. If not it is forgotten; what comes next is of this world."""
        holds = world == self._world or self.used == 0
        if not holds:
            self._files, self.used = {}, 0
        self._world = world
        return holds

    def compares_as(self, judged: Collection[Judged], new: Iterable[Judged]) -> bool:
        """Whether comparing all files comes to what it came to in the last run: what is new is new in what no other
        file sees, and no file has come or gone."""
        if len(judged) != len(self._files):
            return False
        return all((row := self._files.get(one.file)) is not None and one.compares_as(row[1]) for one in new)

    def keep(self, judged: Iterable[Judged]) -> None:
        """Remember this run, and not the one before; writes nothing when there is nothing new."""
        import orjson

        files = {one.file: one.row for one in judged}
        if files == self._files:
            return
        try:
            self.cache.save(orjson.dumps({"world": self._world, "files": files}))
        except TypeError:
            self.cache.trouble = "a file holds half of a character, which JSON cannot"

    def _of_no_use(self) -> None:
        self.cache.trouble = FOREIGN
        self._files = {}


@contextmanager
def remembering(
    workspace: Workspace, entries: Sequence[Entry], *, wanted: bool
) -> Iterator[Callable[[], Memory | None]]:
    """What is known of the workspace, for whoever asks; None where nothing is kept. What can be done beforehand is
    done meanwhile, in another process."""
    from jcli.workspace.cache import cache_path

    path = cache_path(workspace, NAME) if wanted and len(entries) >= MANY else None
    if path is None or not path.exists():
        yield lambda: None if path is None else _memory(path, workspace.config, None)
        return
    with digests_of(entries) as digests:
        yield lambda: _memory(path, workspace.config, digests)


def _memory(path: Path, config: Config, digests: Digests | None) -> Memory | None:
    from jcli.workspace.cache import Cache
    from jcli.workspace.edition import edition

    judge = edition()
    return None if judge is None else Memory(Cache(path, _key(judge, config)), digests)


def _key(judge: str, config: Config) -> str:
    rules = sorted((slug, severity and severity.value) for slug, severity in config.rules.items())
    return blake2b(repr((judge, config.workspace, rules)).encode(), digest_size=16).hexdigest()
