"""The same case, lived here and through the HTTP API: the same ledgers after every step."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from jcli.compiler import Compilation, compile_documents
from jcli.engine import Input, Reaction
from jcli.model import Kind
from jcli.rehearsal import Setting, Who, World, setting_of
from jcli.store import open_store
from jcli.trials.living import Life
from jcli.trials.playing import play
from jcli.trials.reading import cases_of
from jcli.trials.script import Case, Person, Verb
from jcli.trials.verdicts import Outcome
from jcli.workspace import load, locate
from server.app import create_app
from server.settings import Settings
from tests.api.client import ROOT, SECRET, Api, InProcess, StillClock
from tests.engine.harness import Strict, zones
from tests.trials.doors import Doubled, Server
from tests.trials.made import DAY, START, case, documents_of, past, step
from tests.trials.test_playing import TEXT

ServerOf = Callable[[Compilation], Server]


@pytest.fixture
def server_of(tmp_path: Path) -> Iterator[ServerOf]:
    store = open_store(f"sqlite:///{tmp_path}/journeys.db")
    clock = StillClock(START)
    app = create_app(store, Settings(secret=SecretStr(SECRET)), clock, lambda: str(uuid.uuid4()), background=False)
    with InProcess(app) as client:
        yield lambda compilation: Server(Api(client, store, clock), compilation)
    store.close()


class Seen(Strict):
    """A strict world that is looked at after whatever happens."""

    def feed(self, who: Who, given: Input) -> Reaction:
        reaction = super().feed(who, given)
        self.check()
        return reaction


def lives_the_same(case: Case, setting: Setting, server: Server) -> bool:
    """Whether anybody was in a journey at all."""
    life = Life(case, setting, make_world=lambda *given: Doubled(server, *given))
    life.begin()
    world = life.world
    assert isinstance(world, Doubled)
    world.drawn = lambda: life.tested.journey
    for one in case.steps:
        if one.verb is not Verb.EXPECT:
            life.act(one)
        if one.expect is not None:
            world.settle()
        here, there = world.ledgers()
        assert here == there
        assert world.refusals == server.refusals
    world.settle()
    here, there = world.ledgers()
    assert here == there
    return bool(here)


def stays_out(case: Case) -> bool:
    """Whether the case is about somebody who is not let in."""
    return any(step.expect is not None and "not_enrolled" in step.expect.fields for step in case.steps)


ADMIN = Person("ana", traits={"role": "admin"}, past=(past("go", 3 * DAY), past("invited", DAY)))
GONE = {"nodes": {"show": None, "come": {"next": "rest"}, "is-admin": None, "ab": None, "mail": None}}
LIVES = {
    "waits": case("tour", step("event", "go"), step("dismiss", "show"), step("wait", 2 * DAY), step("wait", 30 * DAY)),
    "goes through": case("tour", step("event", "go"), step("finish", "show"), person=ADMIN, split={"ab": "b"}),
    "comes to match": case("admins", step("identify", {"role": "admin"}), step("wait", 9 * DAY)),
    "at an instant": case(
        "gated", step("page", "https://app/x"), step("wait", DAY), step("event", "later"), person=ADMIN
    ),
    "visitor": case(
        "tour",
        step("event", "go", user="maria"),
        step("event", "go"),
        step("wait", DAY),
        step("identify", {"role": "admin"}, user="maria"),
        step("finish", "show"),
        person=Person("v", anonymous=True),
    ),
    "edited": case("tour", step("event", "go"), step("edit", GONE, node_map={"show": "rest"}), step("wait", 3 * DAY)),
    "frozen": case(
        "tour",
        step("event", "go"),
        step("dismiss", "show"),
        step("unpublish", "tour"),
        step("wait", 5 * DAY),
        step("publish", "tour", {}),
        step("pause", "tour"),
        step("event", "go"),
        step("archive", "tour"),
    ),
    "by hand": case("admins", step("enter", "admins"), step("enter", "tour"), step("stop", "admins")),
    "late": case("tour", step("event", "go"), step("wait", 21 * DAY), step("event", "invited", dated=-DAY)),
}


@pytest.mark.parametrize("name", LIVES)
def test_made_lives(name: str, server_of: ServerOf) -> None:
    documents = documents_of(TEXT)
    compilation = compile_documents(documents, [], "test")
    assert lives_the_same(LIVES[name], setting_of(compilation, "test", zones, documents), server_of(compilation))


LOADED = load(locate(ROOT))
EXAMPLES = cases_of(LOADED.documents)


@pytest.fixture(scope="module")
def compiled() -> Compilation:
    return compile_documents(LOADED.documents, LOADED.findings, "example")


@pytest.fixture(scope="module")
def example(compiled: Compilation) -> Setting:
    return setting_of(compiled, "example", zones, LOADED.documents)


def test_the_example_journeys_have_cases() -> None:
    assert {case.journey for case in EXAMPLES} == {one.key for one in LOADED.documents if one.kind is Kind.JOURNEY}


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda case: case.title)
def test_examples_through_the_api(case: Case, example: Setting, compiled: Compilation, server_of: ServerOf) -> None:
    assert lives_the_same(case, example, server_of(compiled)) or stays_out(case)


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda case: case.title)
def test_examples_on_the_bare_engine(case: Case, example: Setting) -> None:
    """Through the runner of `jcli test`, and through the one that checks every promise of the engine."""
    verdict = play(case, example)
    assert verdict.outcome is Outcome.PASSED
    worlds = []
    for make_world in (World, Seen):
        life = Life(case, example, make_world=make_world)
        life.begin()
        for one in case.steps:
            if one.verb is not Verb.EXPECT:
                life.act(one)
            if one.expect is not None:
                life.world.settle()
        life.world.settle()
        worlds.append(life.world)
    bare, watched = worlds
    assert (bare.lives, bare.deliveries, bare.people) == (watched.lives, watched.deliveries, watched.people)
