"""`jcli.yaml`: what it says, and everything that is wrong with it.

`read_config` gives a `Config` or raises a ConfigError with a line for each mistake, each with its place. Whether a rule
names a check is asked by the commands that run checks; what `server:` holds is judged by the server.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jcli.documents import Document, Spans, read
from jcli.errors import ConfigError
from jcli.findings import Path as Steps
from jcli.findings import Severity, Span
from jcli.workspace.content import content_of, printable, within

CONFIG = "jcli.yaml"
DEFAULT_TARGET = "local"
DEFAULT_URL = "sqlite:///.jcli/journeys.db"
_START = Span(1, 1, 1, 2)
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_URL = re.compile(r"(sqlite:///|postgresql://|https?://).+")
_PASSWORD = re.compile(r"[a-z]+://[^/@:]*:[^/@]+@")
_VARIABLE = re.compile(r"env/[A-Za-z_][A-Za-z0-9_]*")
_LEVELS: Mapping[str, Severity | None] = {"error": Severity.ERROR, "warning": Severity.WARNING, "off": None}


@dataclass(frozen=True, slots=True)
class Target:
    """Where journeys are synced to. `token` names the environment variable that holds it, never the token."""

    name: str
    url: str
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """What `jcli.yaml` says. `rules` maps the slug of a check to its severity, None: the check is off.
    `server` is what `server:` holds, key by key; the server judges it. `baseline` is the file of findings to hold back,
    relative to the workspace."""

    workspace: str
    paths: tuple[str, ...] = ("journeys",)
    target: str = DEFAULT_TARGET
    targets: Mapping[str, Target] = field(default_factory=dict)
    rules: Mapping[str, Severity | None] = field(default_factory=dict)
    server: Mapping[str, Any] = field(default_factory=dict)
    baseline: str | None = None
    spans: Spans | None = field(default=None, compare=False, repr=False)

    def place(self, path: Steps) -> str:
        """Where a setting stands: `jcli.yaml:3:5`."""
        span = self.spans.key(path) if self.spans else _START
        return f"{CONFIG}:{span.line}:{span.column}"


def meant(word: str, words: Collection[str]) -> str:
    """`; did you mean ...?` where a word is close, else nothing."""
    close = difflib.get_close_matches(word, words, n=1)
    return f"; did you mean `{close[0]}`?" if close else ""


def read_config(root: Path) -> Config:
    """The configuration in the folder; its paths must be folders there."""
    try:
        content = content_of(root / CONFIG)
    except OSError as error:
        raise ConfigError(f"{root / CONFIG} cannot be read: {error.strerror or error}") from None
    return config_of(content, lambda path: _no_folder(root, path))


def config_of(content: bytes, no_folder: Callable[[str], str | None]) -> Config:
    """The configuration that a `jcli.yaml` says. `no_folder` tells what is wrong with a path, None: nothing."""
    documents, findings = read(content, CONFIG, "`workspace: acme`")
    if findings:
        raise ConfigError("\n".join(_line(f.span or _START, f.message) for f in findings))
    reader = _ConfigReader(documents[0], no_folder)
    config = reader.config()
    if len(documents) > 1:
        reader.say((), f"one document is expected, not {len(documents)}")
    if reader.problems:
        raise ConfigError("\n".join(_line(span, message) for span, message in sorted(reader.problems)))
    return config


def _no_folder(root: Path, path: str) -> str | None:
    real = os.path.realpath(root / path)
    if not within(os.fspath(root), real):
        return f"the folder `{path}` lies outside of the workspace"
    if not os.path.isdir(real):
        return f"there is no folder `{path}` in the workspace; make it, or name the right one"
    return None


def _line(span: Span, message: str) -> str:
    return f"{CONFIG}:{span.line}:{span.column}: {printable(message)}"


class _ConfigReader:
    """Takes `jcli.yaml` apart; `problems` gathers all that is wrong with it, each with its place."""

    def __init__(self, document: Document, no_folder: Callable[[str], str | None]) -> None:
        self._data, self._spans, self._no_folder = document.data, document.spans, no_folder
        self.problems: list[tuple[Span, str]] = []

    def say(self, path: Steps, message: str, *, at_key: bool = False) -> None:
        self.problems.append((self._spans.key(path) if at_key else self._spans.value(path), message))

    def config(self) -> Config:
        data = self._data
        self._known((), data, ("workspace", "paths", "target", "targets", "rules", "server", "baseline"))
        if "workspace" not in data:
            self.say((), "`workspace` is missing; name the workspace, as in `workspace: acme`")
        slug = self._text(("workspace",), data.get("workspace", "workspace"))
        if slug and not _SLUG.fullmatch(slug):
            self.say(("workspace",), "expected a slug: small letters, digits, `-` and `_`, at most 63")
        targets = self._targets(data.get("targets"))
        target = self._text(("target",), data.get("target", self._only(targets)))
        if target and target not in targets:
            known = ", ".join(targets)
            self.say(("target",), f"there is no target `{target}`{meant(target, targets)} (targets: {known})")
        server = self._mapping(("server",), data.get("server"))
        rules, baseline = self._rules(), self._baseline()
        return Config(slug, self._paths(), target, targets, rules, server, baseline, self._spans)

    def _only(self, targets: Mapping[str, Target]) -> str:
        """The target that is meant when none is named: `local`, or the only one there is."""
        if DEFAULT_TARGET in targets or len(targets) > 1:
            return DEFAULT_TARGET
        return next(iter(targets))

    def _known(self, path: Steps, found: Mapping[str, Any], known: Sequence[str]) -> None:
        for key in found:
            if key not in known:
                way_out = meant(key, known) or f"; expected one of {', '.join(known)}"
                self.say((*path, key), f"`{key}` is not a setting{way_out}", at_key=True)

    def _text(self, path: Steps, value: Any) -> str:
        if isinstance(value, str) and value:
            return value
        self.say(path, "expected a text")
        return ""

    def _mapping(self, path: Steps, value: Any) -> Mapping[str, Any]:
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        self.say(path, "expected a mapping, as in `key: value`")
        return {}

    def _paths(self) -> tuple[str, ...]:
        value = self._data.get("paths", ["journeys"])
        if not isinstance(value, list) or not value:
            self.say(("paths",), "expected a list of folders, as in `[journeys]`")
            return ()
        paths = [(("paths", index), self._text(("paths", index), item)) for index, item in enumerate(value)]
        for step, path in paths:
            problem = self._no_folder(path) if path else None
            if problem:
                self.say(step, problem)
        return tuple(path for _, path in paths)

    def _targets(self, value: Any) -> Mapping[str, Target]:
        targets = {}
        for name, item in self._mapping(("targets",), value).items():
            path = ("targets", name)
            if not isinstance(item, dict):
                self.say(path, "expected a mapping, as in `{url: sqlite:///.jcli/journeys.db}`")
                item = {"url": DEFAULT_URL}
            self._known(path, item, ("url", "token"))
            url = item.get("url")
            if not isinstance(url, str) or not _URL.fullmatch(url):
                self.say((*path, "url"), "expected a url, as in `sqlite:///.jcli/journeys.db`")
            elif _PASSWORD.match(url):
                self.say((*path, "url"), "never write a password in the file; leave it to the environment")
            targets[name] = Target(name, str(url), self._token((*path, "token"), item.get("token")))
        return targets or {DEFAULT_TARGET: Target(DEFAULT_TARGET, DEFAULT_URL)}

    def _token(self, path: Steps, value: Any) -> str | None:
        if value is None:
            return None
        if isinstance(value, str) and _VARIABLE.fullmatch(value):
            return value.removeprefix("env/")
        self.say(path, "never write a secret in the file; name an environment variable, as in `token: env/JCLI_TOKEN`")
        return None

    def _baseline(self) -> str | None:
        if "baseline" not in self._data:
            return None
        name = self._text(("baseline",), self._data["baseline"])
        if os.path.isabs(name) or os.path.normpath(name).startswith(".."):
            self.say(("baseline",), f"the file `{name}` lies outside of the workspace")
        return name

    def _rules(self) -> Mapping[str, Severity | None]:
        rules = {}
        for slug, level in self._mapping(("rules",), self._data.get("rules")).items():
            if not isinstance(level, str) or level not in _LEVELS:
                self.say(("rules", slug), "expected error, warning or off")
            else:
                rules[slug] = _LEVELS[level]
        return rules
