"""A workspace and a model from a text, and lives in it: what the tests of simulations begin with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from jcli.compiler import compile_documents
from jcli.documents import Document, read
from jcli.engine import Catalogue
from jcli.model import JourneyStatus, Kind
from jcli.rehearsal import Live, Setting, World, setting_of
from jcli.simulation import Asked, Life, Model, Result, Tally, model_of, result_of, tally_of


@dataclass(frozen=True)
class Stage:
    """The journeys of a text, all published, with the model that stands among them."""

    setting: Setting
    model: Model

    @property
    def catalogue(self) -> Catalogue:
        return self.setting.catalogue(status=JourneyStatus.PUBLISHED)

    @property
    def site_id(self) -> str:
        return next(iter(self.setting.journeys.values())).journey.site_id

    def live(self, key: str) -> Live:
        return self.setting.journeys[key]

    def node(self, key: str, name: str) -> str:
        found = self.live(key).node_id(name)
        assert found is not None
        return found

    def life(self, number: int, seed: int = 1) -> tuple[Life, World]:
        life = Life(self.model, self.catalogue, self.site_id, seed, number)
        return life, life.live()

    def lives(self, people: int, seed: int = 1) -> Iterator[tuple[Life, World]]:
        return (self.life(number, seed) for number in range(people))

    def tally(self, people: int, seed: int = 1) -> Tally:
        return tally_of(self.model, self.catalogue, self.site_id, seed, range(people))

    def result(self, asked: Asked) -> Result:
        lives = list(self.setting.journeys.values())
        keys = [live.key for live in lives]
        return result_of(self.tally(asked.people, asked.seed), self.model, asked, self.setting, lives, keys)


def documents_of(text: str) -> list[Document]:
    documents, findings = read(text.encode(), "journeys/all.yaml")
    assert findings == []
    return documents


def stage_of(text: str) -> Stage:
    """The documents of a text, which hold one model and no mistake."""
    documents = documents_of(text)
    compilation = compile_documents(documents, [], "acme", {})
    assert [finding.message for finding in compilation.findings if finding.severity.value == "error"] == []
    setting = setting_of(compilation, "acme", ZoneInfo)
    data = next(document.data for document in documents if document.kind is Kind.MODEL)
    return Stage(setting, model_of(data, setting.journeys))
