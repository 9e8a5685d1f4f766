"""The workspace on disk: `jcli.yaml`, the documents below its `paths`, the git commit. The only reader of them.

`locate` finds the workspace and reads its configuration (a `jcli.yaml` that is not usable is a ConfigError that says
everything that is wrong with it); `load` reads the documents. What cannot be read of those becomes a finding, so
that one bad file never hides another's. Nothing is written here and no document is judged; that is the business of
`jcli/compiler`.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jcli.documents import MAX_BYTES, Document, Spans, read
from jcli.errors import ConfigError
from jcli.findings import Finding, Severity, Span
from jcli.findings import Path as Steps

CONFIG = "jcli.yaml"
DEFAULT_TARGET = "local"
DEFAULT_URL = "sqlite:///.jcli/journeys.db"
_SUFFIXES = (".yaml", ".yml")
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
    `server` is what `server:` holds, key by key; the server judges it."""

    workspace: str
    paths: tuple[str, ...] = ("journeys",)
    target: str = DEFAULT_TARGET
    targets: Mapping[str, Target] = field(default_factory=dict)
    rules: Mapping[str, Severity | None] = field(default_factory=dict)
    server: Mapping[str, Any] = field(default_factory=dict)
    spans: Spans | None = field(default=None, compare=False, repr=False)

    def place(self, path: Steps) -> str:
        """Where a setting stands: `jcli.yaml:3:5`."""
        span = self.spans.key(path) if self.spans else _START
        return f"{CONFIG}:{span.line}:{span.column}"


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
                f"there is no target `{wanted}` in {CONFIG}{_meant(wanted, self.config.targets)}",
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
        try:
            content = _content(self.root / file)
        except OSError:
            return []
        return content.decode("utf-8-sig", "replace").splitlines()

    def commit(self) -> str | None:
        """The git commit that is checked out here; None outside of git or without a commit."""
        command = ["git", "-C", str(self.root), "rev-parse", "--verify", "--quiet", "HEAD"]
        try:
            answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return answer.stdout.strip() or None if answer.returncode == 0 else None


@dataclass(frozen=True, slots=True)
class Loaded:
    """All documents of a workspace and what could not be read of them; `files` in the order of reading."""

    root: Path
    config: Config
    documents: list[Document]
    findings: list[Finding]
    files: tuple[str, ...]


def locate(directory: str | os.PathLike[str] | None = None) -> Workspace:
    """The workspace around a directory (default: the working directory), found by walking up."""
    start = Path(directory) if directory is not None else Path.cwd()
    if not start.is_dir():
        raise ConfigError(f"{directory} is not a directory")
    start = start.resolve()
    for folder in (start, *start.parents):
        if os.path.lexists(folder / CONFIG):
            return Workspace(folder, _read_config(folder))
    raise ConfigError(
        f"there is no {CONFIG} in {start} or above it",
        hint="go to a workspace, name one with `-C DIR`, or make one with `jcli init`",
        code="no-workspace",
    )


def load(workspace: Workspace) -> Loaded:
    """Read every document below `paths`, in the order of the file names."""
    documents: list[Document] = []
    findings: list[Finding] = []
    files: list[str] = []
    for path, file, problem in _files(workspace):
        if problem is None:
            try:
                found, unread = read(_content(path), file)
            except _TooLargeError as error:
                found, unread = [], [_unread(file, str(error.strerror), "too-large")]
            except OSError as error:
                found, unread = [], [_unread(file, f"the file cannot be read: {error.strerror or error}")]
            documents += found
            findings += unread
        else:
            findings.append(problem)
        files.append(file)
    return Loaded(workspace.root, workspace.config, documents, findings, tuple(files))


class _TooLargeError(OSError):
    """A file larger than any that is read."""

    def __init__(self, size: int) -> None:
        super().__init__(0, f"the file has {size:,} bytes; the limit is {MAX_BYTES:,}")


def _content(path: Path | str) -> bytes:
    """The bytes of a regular file. Opened without waiting, so that a pipe cannot hold the reader up; a file over
    the limit is not read at all."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(0, "it is not a regular file")
        if status.st_size > MAX_BYTES:
            raise _TooLargeError(status.st_size)
        return file.read(MAX_BYTES + 1)


def _unread(file: str, message: str, code: str = "syntax") -> Finding:
    return Finding(code, Severity.ERROR, message, file=file, span=_START)


def _files(workspace: Workspace) -> Iterator[tuple[str, str, Finding | None]]:
    """Path, name relative to the workspace, and what is wrong with it, of all that is named like a document."""
    root = os.fspath(workspace.root)
    seen: set[str] = set()
    for folder in workspace.config.paths:
        top = os.path.realpath(os.path.join(root, folder))
        if top not in seen:
            seen.add(top)
            yield from _below(root, top, seen)


def _below(root: str, folder: str, seen: set[str]) -> Iterator[tuple[str, str, Finding | None]]:
    """Walk a folder in sorted order. A link is followed within the workspace alone, and what it leads to goes by
    its own name; what `seen` holds (a second way to a file, a loop) is passed over."""
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        name = _shown(root, folder)
        yield folder, name, _unread(name, f"the directory cannot be read: {error.strerror or error}")
        return
    for entry in entries:
        document = entry.name.endswith(_SUFFIXES)
        if entry.name.startswith(".") or entry.name == CONFIG:
            continue
        real = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
        if not _within(root, real):
            if document or os.path.isdir(real):
                file = _shown(root, entry.path)
                yield entry.path, file, _unread(file, "the link leads out of the workspace; keep its target inside")
        elif real in seen:
            continue
        elif document:
            seen.add(real)
            file = _shown(root, real if os.path.lexists(real) else entry.path)
            yield real, file, _not_a_file(file, real)
        elif os.path.isdir(real):
            seen.add(real)
            yield from _below(root, real, seen)


def _not_a_file(file: str, real: str) -> Finding | None:
    if os.path.isfile(real):
        return None
    if os.path.isdir(real):
        return _unread(file, "this is a directory; only a file may be named like a document")
    if not os.path.lexists(real):
        return _unread(file, "the link leads to nothing")
    return _unread(file, "this is not a regular file (a pipe, a socket or a device)")


def _within(root: str, real: str) -> bool:
    return real == root or real.startswith(root.rstrip(os.sep) + os.sep)


def _shown(root: str, path: str) -> str:
    """The name relative to the workspace with `/`, fit to print: bytes that are not UTF-8 and control characters
    are escaped."""
    name = os.path.relpath(path, root).replace(os.sep, "/")
    if name.isprintable():
        return name
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in name)


def _meant(word: str, words: Collection[str]) -> str:
    close = difflib.get_close_matches(word, words, n=1)
    return f"; did you mean `{close[0]}`?" if close else ""


def _read_config(root: Path) -> Config:
    try:
        documents, findings = read(_content(root / CONFIG), CONFIG)
    except OSError as error:
        raise ConfigError(f"{root / CONFIG} cannot be read: {error.strerror or error}") from None
    if findings:
        raise ConfigError("\n".join(_line(f.span or _START, f.message) for f in findings))
    reader = _ConfigReader(documents[0], root)
    config = reader.config()
    if len(documents) > 1:
        reader.say((), f"one document is expected, not {len(documents)}")
    if reader.problems:
        raise ConfigError("\n".join(_line(span, message) for span, message in sorted(reader.problems)))
    return config


def _line(span: Span, message: str) -> str:
    return f"{CONFIG}:{span.line}:{span.column}: {message}"


class _ConfigReader:
    """Takes `jcli.yaml` apart; `problems` gathers all that is wrong with it, each with its place."""

    def __init__(self, document: Document, root: Path) -> None:
        self._data, self._spans, self._root = document.data, document.spans, root
        self.problems: list[tuple[Span, str]] = []

    def say(self, path: Steps, message: str, *, at_key: bool = False) -> None:
        self.problems.append((self._spans.key(path) if at_key else self._spans.value(path), message))

    def config(self) -> Config:
        data = self._data
        self._known((), data, ("workspace", "paths", "target", "targets", "rules", "server"))
        if "workspace" not in data:
            self.say((), "`workspace` is missing; name the workspace, as in `workspace: acme`")
        slug = self._text(("workspace",), data.get("workspace", "workspace"))
        if slug and not _SLUG.fullmatch(slug):
            self.say(("workspace",), "expected a slug: small letters, digits, `-` and `_`, at most 63")
        targets = self._targets(data.get("targets"))
        target = self._text(("target",), data.get("target", self._only(targets)))
        if target and target not in targets:
            known = ", ".join(targets)
            self.say(("target",), f"there is no target `{target}`{_meant(target, targets)} (targets: {known})")
        server = self._mapping(("server",), data.get("server"))
        return Config(slug, self._paths(), target, targets, self._rules(), server, self._spans)

    def _only(self, targets: Mapping[str, Target]) -> str:
        """The target that is meant when none is named: `local`, or the only one there is."""
        if DEFAULT_TARGET in targets or len(targets) > 1:
            return DEFAULT_TARGET
        return next(iter(targets))

    def _known(self, path: Steps, found: Mapping[str, Any], known: Sequence[str]) -> None:
        for key in found:
            if key not in known:
                meant = _meant(key, known) or f"; expected one of {', '.join(known)}"
                self.say((*path, key), f"`{key}` is not a setting{meant}", at_key=True)

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
            real = os.path.realpath(self._root / path)
            if path and not _within(os.fspath(self._root), real):
                self.say(step, f"the folder `{path}` lies outside of the workspace")
            elif path and not os.path.isdir(real):
                self.say(step, f"there is no folder `{path}` in the workspace; make it, or name the right one")
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

    def _rules(self) -> Mapping[str, Severity | None]:
        rules = {}
        for slug, level in self._mapping(("rules",), self._data.get("rules")).items():
            if not isinstance(level, str) or level not in _LEVELS:
                self.say(("rules", slug), "expected error, warning or off")
            else:
                rules[slug] = _LEVELS[level]
        return rules
