"""`jcli validate`: everything that is wrong with the workspace, at once, in source order. Offline; changes nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jcli.commands import exits
from jcli.commands.checking import check_workspace
from jcli.commands.session import Session, shared

if TYPE_CHECKING:
    from jcli.commands.checking import Checked
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

    checked = check_workspace(session)
    files = set(checked.files) if not paths else _chosen([session.path(path) for path in paths], checked)
    findings = [finding for finding in checked.findings if not paths or finding.file in files]
    documents = sum(count for file, count in checked.documents.items() if file in files)
    if not checked.files:
        raise _nothing_to_check(checked)
    _show(session, form, findings, len(files), documents, checked)
    failed = bool(findings) if fail_on == "warning" else has_errors(findings)
    return exits.FINDINGS if failed else exits.DONE


def _nothing_to_check(checked: Checked) -> ConfigError:
    """A green check of nothing is what a checkout of the wrong branch looks like."""
    from jcli.errors import ConfigError

    below = ", ".join(checked.workspace.config.paths)
    return ConfigError(f"there is no document below {below}", hint="`paths` in jcli.yaml says where documents are")


def _show(session: Session, form: str, findings: list[Finding], files: int, documents: int, checked: Checked) -> None:
    from jcli.render import findings as render

    if form == "json":
        text = render.as_json(findings, files=files, documents=documents)
    elif form == "concise":
        text = render.concise(findings, session.ink())
    else:
        text = render.full(findings, checked.workspace.lines, session.ink())
        text += render.summary(findings, files=files, documents=documents)
    session.show(text)


def _chosen(paths: list[Path], checked: Checked) -> set[str]:
    """The files that the arguments name: themselves, or by a folder above them."""
    from jcli.errors import ConfigError

    root = checked.workspace.root
    chosen: set[str] = set()
    for path in paths:
        if not os.path.lexists(path):
            raise ConfigError(f"there is no file or folder {path}")
        name = os.path.relpath(path.resolve(), root).replace(os.sep, "/")
        found = {file for file in checked.files if name == "." or file == name or file.startswith(f"{name}/")}
        if not found:
            below = ", ".join(checked.workspace.config.paths)
            raise ConfigError(f"{path} holds no document of this workspace", hint=f"documents are read below {below}")
        chosen |= found
    return chosen
