"""Where the workspace is, and what follows from it: targets, urls, the lines of a file, the git commit."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from jcli.errors import ConfigError
from jcli.workspace.config import CONFIG, Config, Target, meant, read_config
from jcli.workspace.content import content_of, within

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What YAML takes for the end of a line; `str.splitlines` takes more, and would count otherwise than the reader."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with a usable `jcli.yaml`; `root` is absolute and free of links."""

    root: Path
    config: Config

    def target(self, name: str | None = None) -> Target:
        """The target of this name (default: the configuration's), its sqlite path absolute."""
        wanted = name or self.config.target
        target = self.config.targets.get(wanted)
        if target is None:
            known = ", ".join(self.config.targets)
            raise ConfigError(
                f"there is no target `{wanted}` in {CONFIG}{meant(wanted, self.config.targets)}",
                hint=f"the targets are: {known}",
            )
        return Target(target.name, self.url(target.url), target.token)

    def url(self, url: str) -> str:
        """The url with the path of a `sqlite:///` file taken from the root of the workspace."""
        scheme = "sqlite:///"
        if not url.startswith(scheme) or url == scheme:
            return url
        return scheme + str(self.root / url[len(scheme) :])

    def lines(self, file: str) -> list[str]:
        """The lines of a file of the workspace, for showing; none when it cannot be read as text."""
        text = self.text(file)
        return [] if text is None else _BREAK.split(text.removesuffix("\n"))

    def text(self, file: str) -> str | None:
        """The text of a file of the workspace, for showing; None when it cannot be read, or is a link that leads out:
        nothing of what lies there is shown."""
        path = os.path.realpath(self.root / file)
        if not within(os.path.realpath(self.root), path):
            return None
        try:
            return content_of(path).decode("utf-8-sig", "replace")
        except OSError:
            return None

    def folder(self) -> str:
        """Where the workspace is in its git repository, as in `growth/`; empty at its root, and outside of git."""
        for folder in (self.root, *self.root.parents):
            if os.path.lexists(folder / ".git"):
                return "".join(f"{part}/" for part in self.root.relative_to(folder).parts)
        return ""

    def commit(self) -> str | None:
        """The git commit that is checked out here; None outside of git or without a commit."""
        command = ["git", "-C", str(self.root), "rev-parse", "--verify", "--quiet", "HEAD"]
        try:
            answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return answer.stdout.strip() or None if answer.returncode == 0 else None


def locate(directory: str | os.PathLike[str] | None = None) -> Workspace:
    """The workspace around a directory (default: the working directory), found by walking up."""
    start = Path(directory) if directory is not None else Path.cwd()
    if not start.is_dir():
        raise ConfigError(f"{directory} is not a directory")
    start = start.resolve()
    for folder in (start, *start.parents):
        if os.path.lexists(folder / CONFIG):
            return Workspace(folder, read_config(folder))
    raise ConfigError(
        f"there is no {CONFIG} in {start} or above it",
        hint="go to a workspace, name one with `-C DIR`, or make one with `jcli init`",
        code="no-workspace",
    )
