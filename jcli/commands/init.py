"""`jcli init`: a workspace that works at once, and what stands around it. Writes new files only."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jcli.commands import exits
from jcli.commands.pipelines import CI
from jcli.commands.samples import CONFIG, DOCUMENTS
from jcli.commands.session import Session, shared
from jcli.commands.surroundings import SCHEMA, for_editors, for_repository
from jcli.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

_IGNORED = ".jcli/"
_NEXT = """\
Next:
  jcli validate
  jcli test
  jcli sync --yes
  jcli publish welcome
  jcli serve --dev"""


@click.command("init")
@click.argument("folder", metavar="[DIR]", required=False)
@click.option("--ci", type=click.Choice(CI), help="Write the files of this CI, too.")
@shared
@click.pass_obj
def init_command(session: Session, folder: str | None, ci: str | None) -> int:
    """Make a working workspace.

    DIR (default: the working directory) gets a jcli.yaml, and journeys/ with a site, an audience, contents, a
    small journey and its test; the schema and settings for editors; a pre-commit hook; and with --ci the files of a
    CI. Where there is a workspace already, what is missing around its journeys is added. Nothing is overwritten.
    """
    from jcli.render.ink import plain

    root = session.path(folder or ".")
    new = not os.path.lexists(root / "jcli.yaml")
    files = _samples(root) if new else {}
    paths: Sequence[str] = ("journeys",) if new else _paths(root)
    files.update({root / name: text for name, text in for_editors(paths, _schema()).items()})
    repository, within = _repository(root)
    files.update({repository / name: text for name, text in for_repository(within, paths, ci).items()})
    files.setdefault(root / ".gitignore", f"{_IGNORED}\n")
    left = [path for path in files if os.path.lexists(path)]
    for path, text in files.items():
        if path not in left:
            _write(path, text)
            click.echo(plain(str(path)))
    if left:
        session.say(f"Left as it was: {', '.join(plain(str(path)) for path in left)}")
    schema = root / SCHEMA
    if schema in left and schema.read_text("utf-8", "replace") != files[schema]:
        session.say(f"{schema} is of another version; `jcli schema --out {SCHEMA}` brings it up to date.")
    ignore = root / ".gitignore"
    if ignore in left and _IGNORED not in ignore.read_text("utf-8", "replace").split():
        session.say(f"Add {_IGNORED} to {ignore}: the local store is not for git.")
    if new:
        session.say(_NEXT if root == Path(".") else f"{_NEXT.replace('Next:', f'Next, in {root}:')}")
    return exits.DONE


def _samples(root: Path) -> dict[Path, str]:
    """The files of a new workspace. ConfigError where one of its documents is there: it is somebody's own."""
    there = [name for name in DOCUMENTS if os.path.lexists(root / name)]
    if there:
        raise ConfigError(
            f"{root} has {', '.join(there)} already; nothing was written",
            hint="name another directory, as in `jcli init my-journeys`, or write a jcli.yaml for what is there",
        )
    config = CONFIG.format(slug=_slug(root.resolve().name))
    return {root / "jcli.yaml": config, **{root / name: text for name, text in DOCUMENTS.items()}}


def _paths(root: Path) -> Sequence[str]:
    """Where the documents of a workspace are that is there already."""
    from jcli.workspace import locate

    return locate(root).config.paths


def _repository(root: Path) -> tuple[Path, str]:
    """The folder of the git repository around the workspace, and the workspace's name in it; outside of git the
    workspace itself, whose name is then empty."""
    real = root.resolve()
    for folder in (real, *real.parents):
        if os.path.lexists(folder / ".git"):
            return (root, "") if folder == real else (folder, real.relative_to(folder).as_posix())
    return root, ""


def _schema() -> str:
    from jcli.checks.schemas import schema_folder

    return (schema_folder() / "document.schema.json").read_text("utf-8")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)


def _slug(name: str) -> str:
    """The directory's name as a slug."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63].strip("-")
    return slug or "workspace"
