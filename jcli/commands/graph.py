"""`jcli graph`: journeys as pictures, and what changed in them since a git commit. Reads files and git alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared
from jcli.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from jcli.compiler import Compilation, Source
    from jcli.documents import Document
    from jcli.findings import Finding
    from jcli.model import Journey
    from jcli.render.graphs import Drawing

ENDINGS: Mapping[str, str] = {"mermaid": ".mmd", "dot": ".dot", "svg": ".svg", "png": ".png", "json": ".json"}


@click.command("graph")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--all", "every", is_flag=True, help="Draw every journey; with --diff, every one that changed.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(ENDINGS)),
    help="How to draw; else by the ending of --out, else mermaid.",
)
@click.option("--out", "out", metavar="PATH", help="Write to this file; of several journeys, into this folder.")
@click.option("--diff", "ref", metavar="REF", help="Show what changed since this git commit, branch or tag.")
@click.option(
    "--direction",
    type=click.Choice(["TB", "LR"], case_sensitive=False),
    default="TB",
    show_default=True,
    help="Top to bottom, or left to right.",
)
@shared
@click.pass_obj
def graph_command(
    session: Session,
    keys: tuple[str, ...],
    every: bool,
    form: str | None,
    out: str | None,
    ref: str | None,
    direction: str,
) -> int:
    """Draw journeys, and what changed in them.

    KEY is the key of a journey of the workspace. Mermaid, DOT and JSON are text; SVG and PNG need the extra `graph`.
    What the checks found is marked on the nodes; `jcli validate` says it in full.
    """
    if bool(keys) == every:
        raise ConfigError("name the journeys to draw, or all of them", hint="`jcli graph KEY`, or `jcli graph --all`")
    if out is None and (every or len(set(keys)) > 1):
        raise ConfigError("several pictures need a folder", hint="name it with `--out DIR`")
    chosen = form or _format_of(out)
    write = picture_of(chosen, direction)
    if chosen == "png" and out is None and sys.stdout.isatty():
        raise ConfigError("a PNG is nothing for a terminal", hint="name a file with `--out FILE`, or pipe it somewhere")
    states = _states(session, ref)
    drawings, barred = _drawings(session, states, keys)
    for drawing in drawings:
        _put(session, write(drawing), _target(session, out, drawing.key, chosen, alone=len(set(keys)) == 1))
    if every and not drawings and not barred:
        session.say("There is no journey." if ref is None else f"No journey has changed since {ref}.")
    return exits.FINDINGS if barred else exits.DONE


@dataclass(frozen=True, slots=True)
class _State:
    """The workspace at one time. `journeys` are the documents of its journeys by key, also of those that are wrong."""

    journeys: Mapping[str, Document]
    compilation: Compilation

    def source(self, key: str) -> Source | None:
        from jcli.model import Kind

        return self.compilation.sources.get((Kind.JOURNEY, key))

    def findings(self, key: str) -> list[Finding]:
        return [finding for finding in self.compilation.findings if finding.journey == key]


@dataclass(frozen=True, slots=True)
class _States:
    """The workspace now and, where something is compared, as of `ref`."""

    now: _State
    ref: str | None = None
    then: _State | None = None


def _states(session: Session, ref: str | None) -> _States:
    from jcli.commands.reading import no_collecting, read_workspace
    from jcli.compiler import compile_documents
    from jcli.workspace import load_at

    read = read_workspace(session)
    now = _State(_journeys(read.loaded.documents), read.compilation)
    if ref is None:
        return _States(now)
    with no_collecting():
        past = load_at(read.workspace, ref)
        if past is None:
            session.say(f"There was no workspace here at {ref}: everything is new.")
        documents = past.documents if past else []
        config = past.config if past else read.workspace.config
        compilation = compile_documents(documents, past.findings if past else (), config.workspace, config.rules)
    return _States(now, ref, _State(_journeys(documents), compilation))


def _journeys(documents: list[Document]) -> dict[str, Document]:
    from jcli.model import Kind

    return {document.key: document for document in documents if document.kind is Kind.JOURNEY and document.key}


def _drawings(session: Session, states: _States, keys: tuple[str, ...]) -> tuple[list[Drawing], bool]:
    """The pictures of the journeys named (none: of all there are), and whether one of them could not be drawn."""
    known = sorted({*states.now.journeys, *(states.then.journeys if states.then else ())})
    for key in keys:
        _must_know(key, known, states.now.compilation)
    drawings, barred = [], False
    for key in dict.fromkeys(keys) if keys else known:
        if _told(session, states, key):
            barred = True
            continue
        drawing = _drawing(states, key)
        if keys or states.ref is None or drawing.change is not None:
            drawings.append(drawing)
    return drawings, barred


def _must_know(key: str, known: list[str], compilation: Compilation) -> None:
    from jcli.commands.names import meant

    if key in known:
        return
    unread = sum(finding.journey is None and finding.code == "syntax" for finding in compilation.findings)
    raise NotFound(
        f"the workspace has no journey `{key}`{meant(key, known)}",
        hint="some files cannot be read; `jcli validate` says which" if unread else None,
    )


def _told(session: Session, states: _States, key: str) -> bool:
    """Whether the journey is too wrong to be drawn, now or then; what is wrong is said on stderr."""
    from jcli.render.findings import concise

    told = False
    for state, when in ((states.now, ""), (states.then, f" as of {states.ref}")):
        if state is not None and key in state.journeys and state.source(key) is None:
            session.show(f"{key}{when} cannot be drawn before this is put right:\n", err=True)
            session.show(concise(state.findings(key), session.ink(err=True)), err=True)
            told = True
    return told


def _drawing(states: _States, key: str) -> Drawing:
    from jcli.render.graphs import compared, drawing_of

    now, then = states.now.source(key), states.then.source(key) if states.then else None
    findings = states.now.compilation.findings
    if states.ref is not None:
        names = (then.places.names if then else {}, now.places.names if now else {})
        return compared(_journey(then), _journey(now), key, names, findings, since=states.ref)
    item = _journey(now)
    assert now is not None  # a key is known only by its document, and one that is wrong has been told of
    assert item is not None
    return drawing_of(item, key, now.places.names, findings)


def _journey(source: Source | None) -> Journey | None:
    from jcli.model import Journey

    return source.item if source is not None and isinstance(source.item, Journey) else None


def _format_of(out: str | None) -> str:
    """The format that the ending of a file asks for; Mermaid for any other."""
    suffix = os.path.splitext(out or "")[1].lower()
    return next((form for form, ending in ENDINGS.items() if ending == suffix), "mermaid")


def picture_of(form: str, direction: str = "TB") -> Callable[[Drawing], bytes]:
    """What makes a picture in the format, top to bottom (`TB`) or left to right (`LR`). ConfigError when the packages
    that draw it are not installed."""
    from importlib import import_module

    from jcli.render.graphs import Direction

    name = "objects" if form == "json" else form
    try:
        write: Callable[..., str | bytes] = getattr(import_module(f"jcli.render.graphs.{name}"), name)
    except ImportError as error:
        if error.name is None or error.name.startswith("jcli"):
            raise
        raise ConfigError(
            f"{form.upper()} needs the package {error.name}, which is not installed",
            hint="install the extra `graph`: pip install 'jcli[graph]'",
        ) from None
    ways = () if form == "json" else (Direction(direction.upper()),)

    def written(drawing: Drawing) -> bytes:
        picture = write(drawing, *ways)
        return picture if isinstance(picture, bytes) else picture.encode("utf-8")

    return written


def _target(session: Session, out: str | None, key: str, form: str, *, alone: bool) -> Path | None:
    """Where the picture goes: a file, a file in a folder, or stdout."""
    if out is None:
        return None
    path = session.path(out)
    into = not alone or path.is_dir() or out.endswith(("/", os.sep))
    return path / f"{key}{ENDINGS[form]}" if into else path


def _put(session: Session, picture: bytes, target: Path | None) -> None:
    if target is None:
        sys.stdout.buffer.write(picture)
        sys.stdout.buffer.flush()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(picture)
    session.say(f"Wrote {target}")
