"""Settings for tests of trials: the example workspace, or a few documents beside a site."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from jcli.compiler import Compilation, compile_documents
from jcli.documents import Document, read
from jcli.model import Instant, JourneyStatus
from jcli.rehearsal import Setting, setting_of
from jcli.trials.taken import Watched
from tests.engine.harness import zones

ROOT = Path(__file__).resolve().parents[2]
START: Instant = 1_772_442_000_000
"""Monday, 2026-03-02, 09:00 UTC: when cases begin."""


def setting_from(text: str) -> Setting:
    """The documents of the text, beside a site `main`; the first journey must be able to run."""
    return setting_of(compiled(read(f"site: main\n---\n{text}".encode(), "journeys.yaml")[0]), "acme", zones)


@cache
def examples() -> Setting:
    """The example workspace, without its tests."""
    documents = [
        document
        for file in sorted((ROOT / "journeys").glob("*.yaml"))
        for document in read(file.read_bytes(), file.name)[0]
        if document.kind is not None and document.kind.value not in ("test", "person", "model")
    ]
    return setting_of(compiled(documents), "example", zones)


def compiled(documents: Iterable[Document]) -> Compilation:
    return compile_documents(list(documents), [], "acme")


def world_of(setting: Setting, *keys: str, published: bool = True) -> Watched:
    """A world in which these journeys (none named: all) are published since START."""
    live = setting.journeys[keys[0]] if keys else next(iter(setting.journeys.values()))
    world = Watched(setting.catalogue(keys or None), START, live.journey.site_id)
    for item in world.catalogue.journeys.values() if published else ():
        world.set_status(item.journey.id, JourneyStatus.PUBLISHED)
    return world
