"""Writes the pictures of `docs/graph.md` and the README into `docs/pictures/`; `--check` says whether they are current.

Two journeys of the example workspace as `jcli graph` draws them, and another with an edit that is made here, compared
with what it was. So the pictures cannot be of journeys, or of shapes, that are no more. Needs the extra `graph`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from jcli.compiler import Compilation, compile_documents
from jcli.documents import Document, read
from jcli.model import Journey, Kind
from jcli.render.graphs import Drawing, compared, drawing_of
from jcli.render.graphs.svg import svg
from jcli.workspace import load, locate

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
DRAWN = ("activation-nudge", "first-run-onboarding")
CHANGED = "feature-adoption"
EDIT = (
    ("config: {duration: 14d}", "config: {duration: 21d}"),
    ("weights: {tooltip: 45, tour: 45, holdout: 10}", "weights: {tooltip: 40, tour: 40, holdout: 20}"),
    (
        "next: {met: adopter, not_met: non-adopter}",
        "next: {met: adopter, not_met: ask-why}\n"
        "  ask-why:\n    type: CONTENT\n    contentId: recommend-survey\n"
        "    config: {contentType: survey, timeout: 1w}\n    next: non-adopter",
    ),
)


def drawn() -> dict[str, str]:
    """File name -> what belongs into it."""
    loaded = load(locate(ROOT))
    before = _compiled(loaded.documents)
    edited = (Kind.JOURNEY, CHANGED)
    after = _compiled([_edited(one) if (one.kind, one.key) == edited else one for one in loaded.documents])
    pictures = {key: _drawing(before, key) for key in DRAWN}
    pictures["changes"] = _compared(before, after)
    return {f"{name}.svg": svg(drawing) for name, drawing in pictures.items()}


def _compiled(documents: list[Document]) -> Compilation:
    return compile_documents(documents, (), "example")


def _edited(document: Document) -> Document:
    """The journey with the edit; ValueError when the example no longer says what the edit changes."""
    text = (ROOT / document.file).read_text("utf-8")
    for old, new in EDIT:
        if text.count(old) != 1:
            raise ValueError(f"{document.file} does not say once: {old}")
        text = text.replace(old, new)
    return read(text.encode(), document.file)[0][0]


def _journey(compilation: Compilation, key: str) -> tuple[Journey, dict[str, str]]:
    source = compilation.sources[Kind.JOURNEY, key]
    assert isinstance(source.item, Journey)
    return source.item, dict(source.places.names)


def _drawing(compilation: Compilation, key: str) -> Drawing:
    journey, names = _journey(compilation, key)
    return drawing_of(journey, key, names, compilation.findings)


def _compared(before: Compilation, after: Compilation) -> Drawing:
    (old, old_names), (new, new_names) = _journey(before, CHANGED), _journey(after, CHANGED)
    return compared(old, new, CHANGED, (old_names, new_names), after.findings, since="main")


def main(arguments: list[str]) -> int:
    wanted = drawn()
    found = {path.name: path.read_text("utf-8") for path in PICTURES.glob("*")}
    if arguments == ["--check"]:
        if wanted == found:
            return 0
        print("docs/pictures is not what jcli/render/graphs draws; run: python docs/generate_graph.py")
        return 1
    PICTURES.mkdir(exist_ok=True)
    for name in found.keys() - wanted.keys():
        (PICTURES / name).unlink()
    for name, text in wanted.items():
        (PICTURES / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
