"""The options that all commands share, before or after the subcommand, and what follows from them: the workspace,
the target, the store, who acts, and where words that are not the result go."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from jcli.errors import ConfigError

if TYPE_CHECKING:
    from jcli.model import Actor, Instant
    from jcli.render.ink import Ink
    from jcli.store import Store
    from jcli.targets import Target
    from jcli.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])
Missing = Literal["refuse", "make", "empty"]
"""What to do about a database that is not there."""


@dataclass(slots=True)
class Session:
    """What the shared options of one run say."""

    directory: str | None = None
    target: str | None = None
    quiet: bool = False
    verbose: bool = False

    def say(self, text: str) -> None:
        """Tell the user something that is not the result: on stderr, unless `-q`."""
        if not self.quiet:
            click.echo(text, err=True)

    @staticmethod
    def show(text: str, *, err: bool = False) -> None:
        """Write a result to stdout (or findings that stop the work to stderr). Its colour has been decided, so click
        must not strip it."""
        click.echo(text, nl=False, err=err, color=True)

    def path(self, name: str) -> Path:
        """A path that an argument names: with `-C DIR` it starts there, as if the command had been run in DIR."""
        return Path(self.directory or ".") / name

    def workspace(self) -> Workspace:
        from jcli.workspace import locate

        return locate(self.directory)

    def workspace_or_none(self) -> Workspace | None:
        """The workspace; None when there is none around and none was asked for."""
        try:
            return self.workspace()
        except ConfigError as error:
            if error.code != "no-workspace" or self.directory is not None:
                raise
            return None

    def store_url(self, configured: str | None = None) -> str:
        """The url of the store, for a command that needs the database itself; ConfigError where the target is a
        server."""
        url, _ = self._place(configured)
        return self._database_only(url)

    def database_url(self, name: str) -> str:
        """The url of a database that an argument names: a url, or a target of `jcli.yaml`."""
        if "://" not in name:
            url = self.workspace().target(name).url
        else:
            workspace = self.workspace_or_none()
            url = workspace.url(name) if workspace else name
        return self._database_only(url)

    @staticmethod
    def _database_only(url: str) -> str:
        if _is_server(url):
            raise ConfigError(
                f"this needs the database itself, and the target is a server: {url}",
                hint="run it where the database is, or name another target with --target",
            )
        return _readable(url)

    def _place(self, configured: str | None = None) -> tuple[str, str | None]:
        """The url of the target, and which variable holds its token (None: nothing was said): `--target`, else
        `JCLI_STORE`, else `configured`, else the target that `jcli.yaml` names. With `JCLI_STORE` there need be no
        workspace."""
        given = (os.environ.get("JCLI_STORE") or configured) if self.target is None else None
        if not given:
            target = self.workspace().target(self.target)
            return target.url, target.token
        workspace = self.workspace_or_none()
        return (workspace.url(given) if workspace else given), None

    @contextmanager
    def store(self, *, create: bool = False) -> Iterator[Store]:
        """The store of the target, its schema up to date. Without `create` it must be there."""
        from jcli.store import open_store

        store = open_store(self.store_url(), create=create)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def open_target(self, *, missing: Missing = "refuse") -> Iterator[Target]:
        """What the command works on. A database that is not there is refused, made, or taken for an empty one
        elsewhere, so that looking leaves nothing behind."""
        from tempfile import TemporaryDirectory

        url, token = self._place()
        with ExitStack() as opened:
            if _is_server(url):
                target = self._server(url, token)
            else:
                url, create = self.store_url(), missing == "make"
                if missing == "empty" and not _is_there(url):
                    folder = opened.enter_context(TemporaryDirectory(prefix="jcli-"))
                    url, create = f"sqlite:///{folder}/empty.db", True
                target = self._database(url, create=create)
            opened.callback(target.close)
            yield target

    def _server(self, url: str, token: str | None) -> Target:
        from uuid import uuid4

        from jcli.targets.remote import HttpTarget, checked_url

        name = token or "JCLI_TOKEN"
        checked = checked_url(url)
        secret = os.environ.get(name, "").strip()
        if not secret:
            raise ConfigError(
                f"the target {checked} asks for a token, and {name} is not set",
                hint=f"put the token into the environment variable {name}; `jcli token` makes one for your own server",
            )
        return HttpTarget(checked, secret, lambda: str(uuid4()))

    def _database(self, url: str, *, create: bool) -> Target:
        from uuid import uuid4

        from jcli.store import open_store
        from jcli.targets import StoreTarget

        return StoreTarget(open_store(url, create=create), clock, lambda: str(uuid4()), self.actor())

    def actor(self, door: str = "cli") -> Actor:
        """Whoever runs the command; sees every site."""
        from getpass import getuser

        from jcli.model import Actor

        try:
            name = getuser()
        except (KeyError, OSError):
            name = "unknown"
        return Actor(name, door)

    @staticmethod
    def ink(*, err: bool = False) -> Ink:
        """Colour for stdout (or stderr), or none."""
        from jcli.render.ink import for_stream

        return for_stream(sys.stderr if err else sys.stdout, os.environ)


def _is_there(url: str) -> bool:
    """Whether a store is there, sound or not; a database without a schema is none."""
    from jcli.store import schema_at

    file = url.removeprefix("sqlite:///")
    if file != url:
        return os.path.lexists(file)
    schema = schema_at(url)
    return bool(schema.applied or schema.newer)


def _is_server(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def clock() -> Instant:
    """Now, in milliseconds since 1970 UTC."""
    from time import time_ns

    return time_ns() // 1_000_000


def confirmed(question: str, *, yes: bool) -> bool:
    """Whether to go on: asked on a terminal, told by `--yes` elsewhere."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigError("nobody is here to ask", hint="pass --yes to go on without a question")
    return click.confirm(question, err=True)


def tell(message: str, hint: str | None = None) -> None:
    """Say on stderr what went wrong, and the way out. Lines stay lines; what could move the cursor is escaped."""
    from jcli.render.ink import plain

    for line in [f"Error: {message}", *([f"Hint: {hint}"] if hint else [])]:
        click.echo("\n".join(plain(part) for part in line.split("\n")), err=True)


def shared(function: Command) -> Command:
    """Give a command the options that all share; what they say is kept in the session."""
    for names, attributes in reversed(_SHARED):
        function = click.option(*names, expose_value=False, callback=_keep, **attributes)(function)
    return function


_SHARED: tuple[tuple[tuple[str, str], dict[str, Any]], ...] = (
    (("-C", "directory"), {"metavar": "DIR", "help": "Work on the workspace in DIR or around it."}),
    (("--target", "target"), {"metavar": "NAME", "help": "Use this target of jcli.yaml."}),
    (("-q", "quiet"), {"is_flag": True, "help": "Say nothing on stderr but errors."}),
    (("-v", "verbose"), {"is_flag": True, "help": "Say more on stderr."}),
)


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    session = context.ensure_object(Session)
    if value and parameter.name:
        setattr(session, parameter.name, value)


def _readable(url: str) -> str:
    if not url.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise ConfigError(
            f"jcli reads and writes sqlite:/// files, postgresql:// databases and https:// servers, not {_scheme(url)}",
            hint="name a target with such a url, by `--target NAME` or in jcli.yaml",
        )
    return url


def _scheme(url: str) -> str:
    """What a url begins with; the rest of it may hold a password."""
    scheme, separator, _ = url.partition("://")
    return f"{scheme}://" if separator else "a path"
