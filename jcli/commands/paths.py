"""The files that the arguments of a command name, among those of the workspace."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from jcli.errors import ConfigError

if TYPE_CHECKING:
    from jcli.workspace import Workspace


def chosen_files(paths: Iterable[Path], workspace: Workspace, files: Collection[str]) -> set[str]:
    """The files that the paths name: themselves, or by a folder above them. `files` are all of the workspace, relative
    to it. ConfigError for a path that names none."""
    chosen: set[str] = set()
    for path in paths:
        if not os.path.lexists(path):
            raise ConfigError(f"there is no file or folder {path}")
        name = os.path.relpath(path.resolve(), workspace.root).replace(os.sep, "/")
        found = {file for file in files if name == "." or file == name or file.startswith(f"{name}/")}
        if not found:
            below = ", ".join(workspace.config.paths)
            raise ConfigError(f"{path} holds no document of this workspace", hint=f"documents are read below {below}")
        chosen |= found
    return chosen


def nothing_there(workspace: Workspace) -> ConfigError:
    """A green check of nothing is what a checkout of the wrong branch looks like."""
    below = ", ".join(workspace.config.paths)
    return ConfigError(f"there is no document below {below}", hint="`paths` in jcli.yaml says where documents are")
