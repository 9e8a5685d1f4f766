"""`jcli validate`: everything that is wrong with the workspace, at once, in source order. Offline; changes nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jcli.commands import exits
from jcli.commands.reading import read_workspace
from jcli.commands.session import Session, shared

if TYPE_CHECKING:
    from jcli.commands.reading import Read
    from jcli.errors import ConfigError
    from jcli.findings import Finding


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["full", "concise", "json"]),
    default="full",
    show_default=True,
    help="How findings are shown.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    show_default=True,
    help="From which severity on the exit code is 1.",
)
@shared
@click.pass_obj
def validate_command(session: Session, paths: tuple[str, ...], form: str, fail_on: str) -> int:
    """Check the workspace and say everything that is wrong.

    With PATHs (files or folders) only what is wrong in them is shown; all documents are read all the same, because
    they refer to each other.
    """
    from jcli.findings import has_errors

    read = read_workspace(session)
    files = set(read.loaded.files) if not paths else _chosen([session.path(path) for path in paths], read)
    findings = [finding for finding in read.compilation.findings if not paths or finding.file in files]
    documents = sum(document.file in files for document in read.loaded.documents)
    if not read.loaded.files:
        raise _nothing_to_check(read)
    _show(session, form, findings, len(files), documents, read)
    failed = bool(findings) if fail_on == "warning" else has_errors(findings)
    return exits.FINDINGS if failed else exits.DONE


def _nothing_to_check(read: Read) -> ConfigError:
    """A green check of nothing is what a checkout of the wrong branch looks like."""
    from jcli.errors import ConfigError

    below = ", ".join(read.workspace.config.paths)
    return ConfigError(f"there is no document below {below}", hint="`paths` in jcli.yaml says where documents are")


def _show(session: Session, form: str, findings: list[Finding], files: int, documents: int, read: Read) -> None:
    from jcli.render import findings as render

    if form == "json":
        text = render.as_json(findings, files=files, documents=documents)
    elif form == "concise":
        text = render.concise(findings, session.ink())
    else:
        text = render.full(findings, read.workspace.lines, session.ink())
        text += render.summary(findings, files=files, documents=documents)
    session.show(text)


def _chosen(paths: list[Path], read: Read) -> set[str]:
    """The files that the arguments name: themselves, or by a folder above them."""
    from jcli.errors import ConfigError

    root = read.workspace.root
    chosen: set[str] = set()
    for path in paths:
        if not os.path.lexists(path):
            raise ConfigError(f"there is no file or folder {path}")
        name = os.path.relpath(path.resolve(), root).replace(os.sep, "/")
        found = {file for file in read.loaded.files if name == "." or file == name or file.startswith(f"{name}/")}
        if not found:
            below = ", ".join(read.workspace.config.paths)
            raise ConfigError(f"{path} holds no document of this workspace", hint=f"documents are read below {below}")
        chosen |= found
    return chosen
