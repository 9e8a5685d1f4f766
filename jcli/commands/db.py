"""`jcli db`: looking after the database itself. `copy`, which needs two of them, and `resume` are in `moving.py`.

The commands work on a database and on no server: what is behind one is its operator's business.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from jcli.commands import exits
from jcli.commands.moving import copy_command, resume_command
from jcli.commands.session import Session, clock, shared
from jcli.errors import ConfigError

if TYPE_CHECKING:
    from jcli.store import Store


@click.group("db")
@shared
def db_command() -> None:
    """Look after the database.

    Works on the database of the target itself; a target that is a server is refused.
    """


Command = TypeVar("Command", bound=Callable[..., Any])


def _formatted(function: Command) -> Command:
    """The option `--format` of text and JSON."""
    formats = click.Choice(["text", "json"])
    return click.option("--format", "form", type=formats, default="text", show_default=True, help="How to show it.")(
        function
    )


@contextmanager
def _opened(session: Session, *, create: bool = False, filling: bool = False) -> Iterator[Store]:
    """The store of the target as it is, not brought up to date."""
    from jcli.store import open_store

    store = open_store(session.store_url(), create=create, migrate=False, filling=filling)
    try:
        yield store
    finally:
        store.close()


@db_command.command("status")
@_formatted
@shared
@click.pass_obj
def status_command(session: Session, form: str) -> int:
    """Tell what the database holds, and how it is.

    Its schema and size, the rows of each table, and what waits for a worker. Changes nothing, not even an old schema.
    """
    from jcli.operations import store_facts
    from jcli.render import upkeep as render
    from jcli.store import schema_at, shown_url

    url = session.store_url()
    schema, shown = schema_at(url), shown_url(url)
    facts = None
    if not schema.newer:
        with _opened(session, filling=True) as store:
            facts = store_facts(store, clock)
    if form == "json":
        session.show(render.status_json(shown, schema, facts))
    elif facts is not None:
        session.show(render.status(shown, facts, session.ink()))
    else:
        session.show(f"{shown}\n  schema  {render.schema_line(schema)}\n")
    return exits.DONE


@db_command.command("migrate")
@click.option("--check", is_flag=True, help="Change nothing; exit code 4 when there is something to apply.")
@_formatted
@shared
@click.pass_obj
def migrate_command(session: Session, check: bool, form: str) -> int:
    """Bring the schema of the database up to date.

    Prints the migrations that it applied, all in one transaction. A database that is not there is made. The other
    commands do the same when they open an older database.
    """
    from jcli.render import upkeep as render

    with _opened(session, create=not check) as store:
        names = store.schema().pending if check else store.migrate()
        schema = store.schema()
    if form == "json":
        session.show(render.migrations_json([] if check else names, schema))
    else:
        session.show("".join(f"{name}\n" for name in names))
    if not names:
        session.say("The schema is up to date.")
    elif check:
        session.say("They are still to be applied; `jcli db migrate` does it.")
        return exits.CHANGES
    return exits.DONE


@db_command.command("check")
@_formatted
@shared
@click.pass_obj
def check_command(session: Session, form: str) -> int:
    """Check that the database is sound.

    Its pages and references, every counter against a recount, ledgers without gaps, people's states against the rows
    beside them, and that nobody waits for a timer that would never be looked at. Reads everything, changes nothing and
    stops nobody.
    """
    from jcli.commands.progress import progress
    from jcli.operations import examine
    from jcli.render import upkeep as render

    with _opened(session) as store, progress(session, "Checking", "steps") as moved:
        store.ready()
        faults = examine(store, clock, moved)
    session.show(render.faults_json(faults) if form == "json" else render.faults(faults, session.ink()))
    if faults:
        session.say("`jcli db backup` keeps what is there as it is; a backup from before may be sound.")
    return exits.FINDINGS if faults else exits.DONE


@db_command.command("backup")
@click.argument("file", metavar="FILE")
@click.option("--force", is_flag=True, help="Replace the file that is there.")
@shared
@click.pass_obj
def backup_command(session: Session, file: str, force: bool) -> int:
    """Write a consistent copy of the database to FILE.

    It may be in use meanwhile, and nobody waits. The copy is checked before it gets its name, so FILE is a whole backup
    or is not touched. Only who runs this may read it. A PostgreSQL database has a tool of its own; the command is told.
    """
    from jcli.commands.progress import progress
    from jcli.render.upkeep import bytes_line

    path = session.path(file)
    _refuse_taken(session.store_url(), path, force=force)
    with _opened(session) as store:
        command = store.dump_command(path)
        if command is not None:
            raise ConfigError("this database is backed up by a tool of its own", hint=command)
        with progress(session, "Copying", "pages") as moved, _beside(path) as copy:
            store.backup(copy, moved)
    session.say(f"Wrote {path} ({bytes_line(path.stat().st_size)}), which was checked")
    return exits.DONE


def _refuse_taken(url: str, path: Path, *, force: bool) -> None:
    if os.path.realpath(path) == os.path.realpath(url.removeprefix("sqlite:///")):
        raise ConfigError(f"{path} is the database itself", hint="name another file for the backup")
    if path.is_dir():
        raise ConfigError(f"{path} is a folder", hint="name a file in it")
    if os.path.lexists(path) and not force:
        raise ConfigError(f"there is a file {path} already", hint="name another one, or pass --force to replace it")


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A new file in the same folder, which takes the name when the block ends well, and is gone when it does not."""
    from tempfile import mkstemp

    descriptor, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(descriptor)
    try:
        yield Path(name)
        os.replace(name, path)
    except BaseException:
        for leftover in (name, f"{name}-journal", f"{name}-wal", f"{name}-shm"):
            Path(leftover).unlink(missing_ok=True)
        raise


db_command.add_command(copy_command)
db_command.add_command(resume_command)
