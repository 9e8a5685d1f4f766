"""The workspace, read and compiled: the first step of `sync`, and of `validate` where it is small."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jcli.commands.session import Session
    from jcli.compiler import Compilation
    from jcli.targets import Checked
    from jcli.workspace import Config, Entry, Loaded, Workspace


@dataclass(frozen=True, slots=True)
class Read:
    """A workspace with what its files hold and what came of checking them."""

    workspace: Workspace
    loaded: Loaded
    compilation: Compilation

    @property
    def checked(self) -> Checked:
        """What a target takes of it."""
        from jcli.targets import Checked

        config = self.workspace.config
        return Checked(self.compilation, self.loaded.documents, config.workspace, config.rules)


def read_workspace(session: Session, entries: Sequence[Entry] | None = None) -> Read:
    """Everything of the workspace; what is wrong with its documents is in the compilation's findings. `entries` are
    its files where they are listed already."""
    from jcli.compiler import compile_documents
    from jcli.workspace import load

    workspace = session.workspace()
    config = workspace.config
    check_rules(config)
    with no_collecting():
        loaded = load(workspace, entries)
        compilation = compile_documents(
            loaded.documents, loaded.findings, config.workspace, config.rules, files=len(loaded.files)
        )
    say_read(session, len(loaded.files), workspace)
    return Read(workspace, loaded, compilation)


def say_read(session: Session, files: int, workspace: Workspace) -> None:
    if session.verbose:
        session.say(f"Read {files} files of {workspace.root}")


@contextmanager
def no_collecting() -> Iterator[None]:
    """Documents are many small objects, none of them in a cycle and all of them kept: looking for garbage among them
    again and again took a tenth of the time and found nothing."""
    import gc

    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def check_rules(config: Config) -> None:
    """ConfigError for a rule that names no check, or one whose severity is not for choosing."""
    from jcli.checks import adjustable_slugs, known_slugs
    from jcli.commands.names import meant
    from jcli.errors import ConfigError

    adjustable = adjustable_slugs()
    for slug in config.rules:
        if slug in adjustable:
            continue
        place = config.place(("rules", slug))
        if slug in known_slugs():
            raise ConfigError(f"{place}: `{slug}` is always an error: what it finds could not be stored")
        raise ConfigError(
            f"{place}: there is no check `{slug}`{meant(slug, adjustable)}",
            hint=f"the severity of these can be changed: {', '.join(sorted(adjustable))}",
        )
