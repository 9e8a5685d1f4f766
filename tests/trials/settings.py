"""Settings for tests of coverage: the example workspace, a few documents beside a site, live worlds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jcli.compiler import Compilation, compile_documents
from jcli.documents import Document, read
from jcli.model import JourneyStatus
from jcli.rehearsal import Setting, setting_of
from jcli.trials.taken import Watched
from tests.engine.harness import zones
from tests.trials.made import START, setting

ROOT = Path(__file__).resolve().parents[2]


def setting_from(text: str) -> Setting:
    """The documents of the text, beside a site `main`."""
    return setting(f"site: main\n---\n{text}")


@cache
def example_documents() -> list[Document]:
    """The example workspace, without its tests."""
    return [
        document
        for file in sorted((ROOT / "journeys").glob("*.yaml"))
        for document in read(file.read_bytes(), file.name)[0]
        if document.kind is not None and document.kind.value not in ("test", "person", "model")
    ]


@cache
def example_compilation() -> Compilation:
    return compile_documents(example_documents(), [], "example")


@cache
def examples() -> Setting:
    return setting_of(example_compilation(), "example", zones, example_documents())


def world_of(setting: Setting, *keys: str) -> Watched:
    """A world in which these journeys (none named: all) are published since START."""
    live = setting.journeys[keys[0]] if keys else next(iter(setting.journeys.values()))
    world = Watched(setting.catalogue(keys or None), START, live.journey.site_id)
    for item in list(world.catalogue.journeys.values()):
        world.set_status(item.journey.id, JourneyStatus.PUBLISHED)
    return world
