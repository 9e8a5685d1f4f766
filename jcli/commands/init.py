"""`jcli init`: a workspace that works at once. Writes new files only."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared
from jcli.errors import ConfigError

_CONFIG = """\
workspace: {slug} # part of every id that is made from a key: do not change it once something was synced
paths: [journeys]
target: local
targets:
  local: {{url: "sqlite:///.jcli/journeys.db"}}
"""

_SITE = """\
# Where people meet your product. People, journeys and audiences belong to a site.
site: main
name: Main
domains: [app.example.com]
"""

_AUDIENCE = """\
# Who a journey is for: a rule over people's traits.
audience: new-people
name: New people
site: main
rules: {trait: projects, lt: 1}
"""

_CONTENT = """\
# What journeys show: the head key is the contentId, the body is whatever your front end renders.
content: welcome-tour
name: Welcome tour
contentType: flow
body:
  steps:
    - {title: Welcome, text: This is where your projects live.}
    - {title: Begin, text: Make your first project here.}
---
content: first-project-hint
name: A hint on the first project
contentType: tooltip
body: {text: Make a project to see what comes next.}
"""

_JOURNEY = """\
# A person who opens the dashboard gets the tour; a day later whoever has no project yet gets a hint.
journey: welcome
name: Welcome
description: From the first visit to the first project.
site: main
audience: new-people
goalConfig:
  type: event
  config: {eventName: project_created}
  deadline: 14
nodes:
  dashboard:
    type: TRIGGER
    config:
      triggerType: URL_MATCH
      triggerConfig: {matchType: contains, pattern: /dashboard}
    next: tour
  tour:
    type: CONTENT
    contentId: welcome-tour
    config: {contentType: flow}
    next: {completed: rest, dismissed: rest}
  rest:
    type: WAIT
    config: {duration: 1d}
    next: has-project
  has-project:
    type: GOAL_CHECK
    next: {met: done, not_met: hint}
  hint:
    type: CONTENT
    contentId: first-project-hint
    config: {contentType: tooltip}
    next: done
  done:
    type: EXIT
"""

_IGNORED = ".jcli/"
_FILES = {
    "jcli.yaml": _CONFIG,
    "journeys/site.yaml": _SITE,
    "journeys/audiences.yaml": _AUDIENCE,
    "journeys/contents.yaml": _CONTENT,
    "journeys/welcome.yaml": _JOURNEY,
}
_NEXT = """\
Next:
  jcli validate
  jcli sync --yes
  jcli publish welcome
  jcli serve --dev"""


@click.command("init")
@click.argument("folder", metavar="[DIR]", required=False)
@shared
@click.pass_obj
def init_command(session: Session, folder: str | None) -> int:
    """Make a working workspace.

    DIR (default: the working directory) gets a jcli.yaml, and journeys/ with a site, an audience, contents and a
    small journey. Nothing is overwritten: a file that is there already is an error, and then nothing is written.
    """
    from jcli.render.ink import plain

    root = session.path(folder or ".")
    there = [name for name in _FILES if os.path.lexists(root / name)]
    if there:
        raise ConfigError(
            f"{root} has {', '.join(there)} already; nothing was written",
            hint="name another directory, as in `jcli init my-journeys`",
        )
    slug = _slug(root.resolve().name)
    made = []
    for name, text in _FILES.items():
        _write(root / name, text.format(slug=slug) if name == "jcli.yaml" else text)
        made.append(name)
    ignore = root / ".gitignore"
    if not os.path.lexists(ignore):
        _write(ignore, f"{_IGNORED}\n")
        made.append(ignore.name)
    elif _IGNORED not in ignore.read_text("utf-8", "replace").split():
        session.say(f"Add {_IGNORED} to {ignore}: the local store is not for git.")
    for name in made:
        click.echo(plain(str(root / name)))
    session.say(_NEXT if root == Path(".") else f"{_NEXT.replace('Next:', f'Next, in {root}:')}")
    return exits.DONE


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)


def _slug(name: str) -> str:
    """The directory's name as a slug."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63].strip("-")
    return slug or "workspace"
