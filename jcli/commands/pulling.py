"""The disk of `jcli pull`: the files that it reads, and how it writes them, all or none, here or on a branch."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jcli.commands.reading import Read, read_workspace

if TYPE_CHECKING:
    from jcli.commands.session import Session
    from jcli.plan import Pull, PullChoices, PulledFile

_MODELINE = b"# yaml-language-server:"
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Desk:
    """A workspace that was read, with the paths of its files."""

    session: Session
    read: Read
    paths: Mapping[str, str]

    def pull(self, choices: PullChoices) -> Pull:
        from jcli import operations
        from jcli.operations import Files
        from jcli.targets.homeward import view_of
        from jcli.workspace import content_of

        config, compilation = self.read.workspace.config, self.read.compilation
        with self.session.open_target() as target:
            view = view_of(target, self.read.checked, choices)
        files = Files(
            config.workspace,
            os.path.normpath(config.paths[0]).replace(os.sep, "/"),
            lambda file: content_of(self.paths[file]),
            self._is_free,
            self._modeline,
        )
        return operations.pull(view, compilation, self.read.loaded.documents, files)

    def uncommitted(self, pulled: Pull, *, everything: bool) -> list[str] | None:
        """The files that hold what nobody committed, of those that would be written, or of `everything` that was
        read. None outside of git."""
        from jcli.workspace import CONFIG
        from jcli.workspace.branches import uncommitted

        files = [one.file for one in pulled.files if one.before is not None]
        return uncommitted(self.read.workspace.root, [CONFIG, *self.read.loaded.files] if everything else files)

    def write(self, pulled: Pull) -> None:
        """Write the files, or none of them. Stale when one is not what was read."""
        from jcli.render.findings import counted

        for one in pulled.files:
            self._must_be_as_read(one)
        done: list[PulledFile] = []
        try:
            for one in pulled.files:
                done.append(one)
                self._put(one)
        except BaseException:
            for one in reversed(done):
                self._put_back(one)
            raise
        self.session.say(f"Wrote {counted(len(pulled.files), 'file')}")

    def commit(self, pulled: Pull, branch: str) -> None:
        """Commit the files on a branch, whose name is the result."""
        from jcli.commands.planning import target_name
        from jcli.render.pulls import message
        from jcli.workspace.branches import commit_on_branch

        workspace = self.read.workspace
        text = message(pulled, target_name(self.session, self.read))
        contents = {one.file: one.after for one in pulled.files}
        made = commit_on_branch(workspace.root, branch, contents, text, workspace.config.workspace)
        said = "Committed" if made.fresh else "It was there already:"
        self.session.say(f"{said} {made.commit[:12]} on {branch}; the files here are as they were.")
        click.echo(branch)

    def _path(self, file: str) -> Path:
        return Path(self.paths[file]) if file in self.paths else self.read.workspace.root / file

    def _is_free(self, file: str) -> bool:
        """Whether there may be a new document of this name: below `paths`, and nothing is there."""
        folders = [os.path.normpath(folder).replace(os.sep, "/") for folder in self.read.workspace.config.paths]
        below = any(folder == "." or file.startswith(f"{folder}/") for folder in folders)
        named = file.endswith((".yaml", ".yml")) and not any(part.startswith(".") for part in file.split("/"))
        return below and named and not os.path.lexists(self._path(file))

    def _modeline(self, file: str) -> str | None:
        """The first line that most files of the folder have, where it tells editors of the schema."""
        folder = os.path.dirname(self._path(file))
        around = [path for path in self.paths.values() if os.path.dirname(path) == folder][:_LOOKED_AT]
        lines = Counter(map(_first_line, around))
        most = lines.most_common(1)
        return most[0][0] if most else None

    def _must_be_as_read(self, one: PulledFile) -> None:
        from jcli.errors import Stale
        from jcli.workspace import content_of

        path = self._path(one.file)
        there = os.path.lexists(path)
        if there != (one.before is not None) or (there and content_of(path) != one.before):
            raise Stale(f"{one.file} changed while the pull was being made; nothing was written", hint="pull again")

    def _put(self, one: PulledFile) -> None:
        from jcli.errors import JcliError
        from jcli.workspace import write_file

        path = self._path(one.file)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if one.before is not None and not os.access(path, os.W_OK):
                raise PermissionError(0, "it may not be written to")
            write_file(path, one.after)
        except OSError as error:
            raise JcliError(f"{one.file} cannot be written: {error.strerror or error}; nothing was changed") from None

    def _put_back(self, one: PulledFile) -> None:
        from jcli.workspace import write_file

        path = self._path(one.file)
        if one.before is None:
            path.unlink(missing_ok=True)
        elif path.read_bytes() != one.before:
            write_file(path, one.before)


def desk_of(session: Session) -> Desk:
    """The workspace read, with the paths of its files."""
    from jcli.workspace import list_files

    entries = list_files(session.workspace())
    return Desk(session, read_workspace(session, entries), {entry.file: entry.path for entry in entries})


def _first_line(path: str) -> str | None:
    with open(path, "rb") as file:
        line = file.readline(500).removeprefix(b"\xef\xbb\xbf").rstrip()
    return line.decode("utf-8", "replace") if line.startswith(_MODELINE) else None
