"""Whatever people do to files and through the API, in whatever order: a sync does what the model says, and no more.

`SYNC_EXAMPLES=2000` looks longer than the suite does.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from jcli import operations
from jcli.canonical import item_of_form
from jcli.checks import World
from jcli.compiler import Compilation, findings_of_journey
from jcli.errors import NotAllowed, Stale
from jcli.findings import has_errors
from jcli.model import EnrollmentStatus, Journey, JourneyStatus, Kind
from jcli.plan import Action, Choices, Outcome, Plan, PullWay, SavedPlan, Side, as_data, of_data, saved
from jcli.store import open_store
from tests.sync.edits import EDITS, FIELDS, Edit, edit_canvas, edit_data, journey_data
from tests.sync.model import Document, Place, Verdict, journey_of, stated, ways_of
from tests.sync.stage import (
    API,
    THINGS,
    Stage,
    allowing,
    audit_rows,
    enrollment_rows,
    lost,
    revision_numbers,
)

NUMBERS = st.integers(0, 40)
EDIT = st.sampled_from(EDITS)
VERBS = (
    operations.publish,
    operations.publish,
    operations.pause,
    operations.unpublish,
    operations.archive,
    operations.restore,
)
KEYS = ("alpha", "beta", "gamma")
LIVE = (JourneyStatus.PUBLISHED, JourneyStatus.PAUSED)


@pytest.fixture(autouse=True, scope="module")
def _template(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An empty store for all runs: making one takes longer than all that a run does to it."""
    Together.template = tmp_path_factory.mktemp("template") / "empty.db"
    open_store(f"sqlite:///{Together.template}").close()


@contextmanager
def may_be_refused(*codes: str) -> Iterator[None]:
    try:
        yield
    except NotAllowed as error:
        if error.code not in codes:
            raise


class Together(RuleBasedStateMachine):
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.stage = Stage(self.folder, self.template)
        self.kept: tuple[SavedPlan, dict[Place, Any]] | None = None
        self.numbers = count(1)
        self.enrolled: dict[str, str] = {}
        self.revisions: dict[str, tuple[int, int]] = {}
        self.audited = 0

    def teardown(self) -> None:
        self.stage.close()
        shutil.rmtree(self.folder)

    @initialize()
    def begin(self) -> None:
        self.put(Kind.SITE, "main", {"site": "main", "name": "Main"})
        rules = {"trait": "role", "equals": "admin"}
        self.put(Kind.AUDIENCE, "admins", {"audience": "admins", "name": "Admins", "site": "main", "rules": rules})
        self.put(
            Kind.CONTENT, "tip", {"content": "tip", "name": "Tip", "contentType": "tooltip", "body": {"text": "Hi"}}
        )
        self.put(Kind.JOURNEY, "alpha", journey_data("alpha", None))
        self.put(Kind.JOURNEY, "beta", journey_data("beta", "admins"))
        self.sync_it(Choices())

    # Files

    def put(self, kind: Kind, key: str, data: dict[str, Any]) -> None:
        self.stage.git[kind, key] = Document(kind, key, data, f"journeys/{kind}-{key}.yaml")

    def edit_files(self, before: dict[Place, Document]) -> None:
        """Keep an edit of the files unless it bars the sync, as a review would see to it."""
        if not self.stage.git or self.stage.compiled().bars_sync:
            self.stage.git = before

    def document(self, which: int, *kinds: Kind) -> Document | None:
        found = [document for document in self.stage.git.values() if document.kind in kinds]
        return found[which % len(found)] if found else None

    @rule(which=NUMBERS, fields=st.sampled_from(FIELDS))
    def edit_fields_in_git(self, which: int, fields: dict[str, Any]) -> None:
        document, before = self.document(which, Kind.JOURNEY), deepcopy(self.stage.git)
        if document is None:
            return
        for field, value in fields.items():
            if value is None:
                document.data.pop(field, None)
            elif field == "settings":
                document.data[field] = {**document.data.get(field, {}), **value}
            else:
                document.data[field] = value
        self.edit_files(before)

    @rule(which=NUMBERS, edit=EDIT, where=NUMBERS)
    def edit_nodes_in_git(self, which: int, edit: Edit, where: int) -> None:
        document, before = self.document(which, Kind.JOURNEY), deepcopy(self.stage.git)
        if document is not None:
            edit_data(document.data, edit, where, f"new-{next(self.numbers)}")
            self.edit_files(before)

    @rule(which=NUMBERS, where=NUMBERS)
    def give_a_node_another_key_in_git(self, which: int, where: int) -> None:
        """Now and then with the id that it had."""
        document, before = self.document(which, Kind.JOURNEY), deepcopy(self.stage.git)
        if document is None:
            return
        old = list(document.data["nodes"])[where % len(document.data["nodes"])]
        one, new = {key: one for one, key in document.names.items()}[old], f"renamed-{next(self.numbers)}"
        document.data["nodes"] = {new if key == old else key: node for key, node in document.data["nodes"].items()}
        if where % 2:
            document.data["nodes"][new]["id"] = one
        for node in document.data["nodes"].values():
            ways = ways_of(node.pop("next", []))
            node["next"] = [
                {"to": new if to == old else to, **({"label": label} if label else {})} for label, to in ways
            ]
        self.edit_files(before)

    @rule(which=NUMBERS)
    def let_git_have_it_or_share_it(self, which: int) -> None:
        document = self.document(which, Kind.JOURNEY)
        if document is not None:
            document.data["managedBy"] = "shared" if document.data.get("managedBy") == "git" else "git"

    @rule(which=NUMBERS, name=st.sampled_from(["Main", "Home"]), value=st.sampled_from(["admin", "owner"]))
    def edit_a_thing_in_git(self, which: int, name: str, value: str) -> None:
        document = self.document(which, *THINGS)
        if document is None:
            return
        if which % 2 or document.kind is Kind.SITE:
            document.data["name"] = name
        elif document.kind is Kind.AUDIENCE:
            document.data["rules"] = {"trait": "role", "equals": value}
        else:
            document.data["body"] = {"text": value}

    @rule(key=st.sampled_from(KEYS), audience=st.booleans())
    def write_a_journey(self, key: str, audience: bool) -> None:
        before = deepcopy(self.stage.git)
        if (Kind.JOURNEY, key) not in before:
            self.put(Kind.JOURNEY, key, journey_data(key, "admins" if audience else None))
            self.edit_files(before)

    @rule(which=NUMBERS)
    def take_a_file_out_of_git(self, which: int) -> None:
        document, before = self.document(which, *Kind), dict(self.stage.git)
        if document is not None:
            del self.stage.git[document.kind, document.key]
            self.edit_files(before)

    @rule(which=st.sampled_from([Kind.AUDIENCE, Kind.CONTENT]))
    def bring_a_thing_back_to_git(self, which: Kind) -> None:
        before = dict(self.stage.git)
        if which is Kind.CONTENT:
            self.put(which, "tip", {"content": "tip", "name": "Tip", "contentType": "tooltip"})
        else:
            rules = {"trait": "role", "equals": "owner"}
            self.put(which, "admins", {"audience": "admins", "name": "Admins", "site": "main", "rules": rules})
        self.edit_files(before)

    @rule(which=NUMBERS)
    def move_a_file(self, which: int) -> None:
        document = self.document(which, *Kind)
        if document is not None:
            document.file = f"journeys/moved-{next(self.numbers)}.yaml"

    @rule(which=NUMBERS)
    def give_a_journey_another_key(self, which: int) -> None:
        """With its id, as the docs say."""
        document, before = self.document(which, Kind.JOURNEY), deepcopy(self.stage.git)
        if document is None:
            return
        one, key = document.id, f"key-{next(self.numbers)}"
        del self.stage.git[Kind.JOURNEY, document.key]
        self.put(Kind.JOURNEY, key, {**document.data, "journey": key, "id": one})
        self.edit_files(before)

    @rule(which=NUMBERS, name=st.sampled_from(["Welcome", "Taken home"]))
    def write_down_a_journey_of_the_api(self, which: int, name: str) -> None:
        known = {one for _, one in self.stage.base} | {document.id for document in self.stage.git.values()}
        found, before = [one for one in self.stage.journeys() if one not in known], deepcopy(self.stage.git)
        if not found:
            return
        one, key = found[which % len(found)], f"home-{next(self.numbers)}"
        nodes, keys = self.stage.store[Kind.JOURNEY, one]["nodes"], {}
        for number, node in enumerate(sorted(nodes)):
            keys[node] = f"n-{number}"
        data: dict[str, Any] = {}
        for node, held in nodes.items():
            ways = [{"to": keys[to], **({"label": label} if label else {})} for label, to in held["next"]]
            data[keys[node]] = {
                "type": held["type"],
                "id": node,
                "config": held["config"],
                **({"next": ways} if ways else {}),
            }
        self.put(Kind.JOURNEY, key, {"journey": key, "id": one, "name": name, "site": "main", "nodes": data})
        self.edit_files(before)

    # The API

    def journey(self, which: int) -> str | None:
        found = self.stage.journeys()
        return found[which % len(found)] if found else None

    def heard(self, place: Place) -> None:
        """Bring the model to what the API has answered."""
        self.stage.now += 1_000
        shapes = self.stage.shapes()
        if place in shapes:
            self.stage.store[place] = shapes[place]
        else:
            self.stage.store.pop(place, None)

    @rule(which=NUMBERS, fields=st.sampled_from(FIELDS))
    def edit_fields_by_api(self, which: int, fields: dict[str, Any]) -> None:
        if one := self.journey(which):
            with may_be_refused("managed-by-git", "archived", "protected"):
                operations.patch_journey(self.stage.real, self.stage.clock, API, one, fields)
            self.heard((Kind.JOURNEY, one))

    @rule(which=NUMBERS, edit=EDIT, where=NUMBERS)
    def edit_canvas_by_api(self, which: int, edit: Edit, where: int) -> None:
        if one := self.journey(which):
            journey = operations.get_journey(self.stage.real, API, one).journey
            body = edit_canvas(_canvas(journey), edit, where, self.uuid())
            with may_be_refused("managed-by-git", "archived", "protected"):
                operations.save_canvas(self.stage.real, self.stage.clock, API, one, body, new_id=self.uuid)
            self.heard((Kind.JOURNEY, one))

    def uuid(self) -> str:
        return f"00000000-0000-4000-8000-{next(self.numbers):012d}"

    @rule()
    def create_by_api(self) -> None:
        one, nodes = self.uuid(), journey_data("x", None)["nodes"]
        ids = {key: self.uuid() for key in nodes}
        body = {
            "name": "By hand",
            "siteId": self.stage.git[Kind.SITE, "main"].id if (Kind.SITE, "main") in self.stage.git else "s-1",
            "nodes": [
                {"id": ids[key], "type": node["type"], "config": node.get("config", {})} for key, node in nodes.items()
            ],
            "edges": [
                {"sourceNodeId": ids[key], "targetNodeId": ids[way["to"]]}
                for key, node in nodes.items()
                for way in node.get("next", [])
            ],
        }
        if len(self.stage.journeys()) < 6:
            made = operations.create_journey(self.stage.real, self.stage.clock, API, body, new_id=lambda: one)
            if not made.refused:
                self.heard((Kind.JOURNEY, one))

    @rule(which=NUMBERS, verb=st.sampled_from(VERBS))
    def run_its_life(self, which: int, verb: Any) -> None:
        if one := self.journey(which):
            self.stage.now += 1_000
            with may_be_refused("wrong-status", "protected", "still-stopping"):
                verb(self.stage.real, self.stage.clock, API, one)

    @rule(which=NUMBERS, person=st.integers(1, 3))
    def enter(self, which: int, person: int) -> None:
        if one := self.journey(which):
            self.stage.now += 1_000
            with may_be_refused("not-published", "no-manual-trigger", "already-enrolled"):
                operations.enter_journey(self.stage.real, self.stage.clock, API, one, {"endUserId": f"u{person}"})

    @rule(which=NUMBERS, number=st.integers(1, 6))
    def roll_back(self, which: int, number: int) -> None:
        if one := self.journey(which):
            newest = operations.get_journey(self.stage.real, API, one, canvas=False).revision
            with may_be_refused("managed-by-git", "archived", "protected"):
                real, clock, number = self.stage.real, self.stage.clock, min(number, newest)
                done = operations.rollback(real, clock, API, one, number)
                operations.rollback(real, clock, API, one, number, allow=[rail.waiver for rail in done.rails])
            self.heard((Kind.JOURNEY, one))

    @rule(which=NUMBERS)
    def protect_or_not(self, which: int) -> None:
        one = self.journey(which)
        if one and not operations.unprotect(self.stage.real, self.stage.clock, API, one):
            operations.protect(self.stage.real, self.stage.clock, API, one, "the launch is on Monday")

    @rule(kind=st.sampled_from(THINGS), name=st.sampled_from(["Main", "By the API"]), gone=st.integers(0, 3))
    def edit_or_remove_a_thing_by_api(self, kind: Kind, name: str, gone: int) -> None:
        for place in [place for place in self.stage.store if place[0] is kind]:
            if gone:
                operations.patch_thing(self.stage.real, self.stage.clock, API, *place, {"name": name})
            else:
                operations.delete_thing(self.stage.real, self.stage.clock, API, *place)
            self.heard(place)

    # Syncing

    def choices(self, take: int, side: Side, adopt: bool, prune: bool) -> Choices:
        """Choices about documents that there are."""
        known = sorted({*self.stage.git, *((kind, known.key) for (kind, _), known in self.stage.base.items())})
        chosen: dict[str, Side] = {}
        if take < len(known):
            kind, key = known[take]
            chosen[f"{kind}/{key}"] = side
        adopted = frozenset(f"{kind}/{key}" for kind, key in self.stage.git) if adopt else frozenset()
        return Choices(chosen, adopted, prune)

    @rule(take=st.integers(0, 12), side=st.sampled_from(Side), adopt=st.booleans(), prune=st.booleans())
    def sync_with_choices(self, take: int, side: Side, adopt: bool, prune: bool) -> None:
        self.sync_it(self.choices(take, side, adopt, prune))

    @rule()
    def sync(self) -> None:
        self.sync_it(Choices())

    @rule(which=NUMBERS)
    def sync_one(self, which: int) -> None:
        document = self.document(which, *Kind)
        assert document is not None
        self.sync_it(Choices(), [document.key])

    @rule(which=NUMBERS, here=EDIT, there=EDIT, where=NUMBERS, else_=NUMBERS)
    def both_sides_at_once(self, which: int, here: Edit, there: Edit, where: int, else_: int) -> None:
        """The same journey in the same hour: what syncing is about."""
        if shared := self.shared(which):
            self.edit_nodes_in_git(shared[0], here, where)
            self.edit_canvas_by_api(shared[1], there, else_)
            self.sync_it(Choices())

    def shared(self, which: int) -> tuple[int, int] | None:
        """A journey that both sides have: its place among the documents, and among those of the store."""
        documents = [document for document in self.stage.git.values() if document.kind is Kind.JOURNEY]
        stored = self.stage.journeys()
        both = [(place, stored.index(one.id)) for place, one in enumerate(documents) if one.id in stored]
        return both[which % len(both)] if both else None

    @rule(which=NUMBERS, here=st.sampled_from(FIELDS), there=st.sampled_from(FIELDS))
    def both_sides_edit_fields(self, which: int, here: dict[str, Any], there: dict[str, Any]) -> None:
        if shared := self.shared(which):
            self.edit_fields_in_git(shared[0], here)
            self.edit_fields_by_api(shared[1], there)
            self.sync_it(Choices())

    def sync_it(self, choices: Choices, keys: list[str] | None = None) -> None:
        stage, found = self.stage, self.stage.compiled()
        plan = stage.plan(found, choices, keys)
        verdicts = stage.verdicts(choices)
        if keys is not None:
            assert stage.closure(keys) <= {(one.kind, one.key) for one in plan.actions}
        else:
            assert set(verdicts) == {(one.kind, one.key) for one in plan.actions}
        self.must_be_as_the_model_says(plan, verdicts, found)
        if plan.rails:
            untouched = stage.rows()
            assert stage.sync(found, choices, keys).refused
            assert stage.rows() == untouched, "a rail stood in the way, and something was written"
            choices = allowing(choices, plan)
        before, pre = deepcopy(stage.store), enrollment_rows(stage)
        bases, rows = {place: known.shape for place, known in stage.base.items()}, stage.rows()
        audited, result = audit_rows(stage), stage.sync(found, choices, keys)
        assert not result.plan.rails
        if result.refused:
            assert stage.rows() == rows
            self.must_have_been_barred(result.plan, found)
            return
        assert audit_rows(stage) - audited == len(plan.writes)
        if not plan.rails and not plan.of(Outcome.ARCHIVE):
            assert _under_way(pre) == _under_way(enrollment_rows(stage)), "people were stopped without a waiver"
        stage.take_over(result.plan, verdicts)
        for action in plan.actions:
            thing = (action.kind, action.id)
            if self.decided_by_nobody(action, choices) and thing in before and (action.kind, action.key) in stage.git:
                git = stage.git[action.kind, action.key].shape
                assert lost(before[thing], bases.get(thing), git, stage.store[thing]) == []
        self.must_be_done(found, choices, keys)

    def decided_by_nobody(self, action: Action, choices: Choices) -> bool:
        return choices.side(action.kind, action.key) is None and not choices.adopts(action.kind, action.key)

    def must_be_as_the_model_says(self, plan: Plan, verdicts: dict[Place, Verdict], found: Compilation) -> None:
        still = self.stage.still_named(plan)
        for action in plan.actions:
            word = verdicts[action.kind, action.key].word
            if word == "archive" and action.kind is not Kind.JOURNEY and (action.kind, action.id) in still:
                word = "kept"
            if word == "merge" and action.outcome is Outcome.CONFLICT:
                assert action.note is not None
                assert action.note.startswith("merged, the journey would be wrong")
                shape = verdicts[action.kind, action.key].shape
                assert shape is not None
                assert has_errors(findings_of_journey(journey_of(action.id, shape), World()))
                continue
            assert action.outcome.value == word, (action, word)
            if action.outcome is Outcome.MERGE:
                self.must_be_right(action, found)

    def must_be_right(self, action: Action, found: Compilation) -> None:
        """What is wrong with a merged journey was wrong in git."""
        source = found.sources[action.kind, action.key]
        assert action.merged is not None
        item = item_of_form(action.merged, source.item)
        if isinstance(item, Journey) and not found.graph_errors.get(action.key):
            assert not has_errors(findings_of_journey(item, World()))

    def must_have_been_barred(self, plan: Plan, found: Compilation) -> None:
        changed = plan.of(Outcome.UPDATE, Outcome.MERGE)
        assert [one for one in changed if one.status in LIVE and found.graph_errors.get(one.key)]

    def must_be_done(self, found: Compilation, choices: Choices, keys: list[str] | None) -> None:
        """A second sync finds nothing to write, and writes nothing."""
        known = {
            f"{kind}/{key}" for kind, key in (*self.stage.git, *((k, v.key) for (k, _), v in self.stage.base.items()))
        }
        choices = replace(choices, take={name: side for name, side in choices.take.items() if name in known})
        rows = self.stage.rows()
        again = self.stage.plan(found, choices, keys)
        assert again.writes == []
        assert self.stage.sync(found, choices, keys).plan.writes == []
        assert self.stage.rows() == rows

    # Pulling

    @rule()
    def pull(self) -> None:
        """The store is not touched; files get what the API did and keep what git did; a second pull finds nothing."""
        stage, rows = self.stage, self.stage.rows()
        before = {document.id: document.shape for document in stage.git.values()}
        pulled = stage.pull()
        assert stage.rows() == rows
        after = {document.id: document.shape for document in stage.git.values()}
        for taken in pulled.taken:
            place = taken.decision.place
            store, now = stage.store[place], after[place[1]]
            if taken.decision.way is not PullWay.MERGE:
                assert stated(store, now) == now, "what went home is not what the store has"
            elif place in stage.base:
                assert lost(before[place[1]], stage.base[place].shape, store, now) == []
        left = before.keys() - {taken.decision.id for taken in pulled.taken}
        assert all(before[one] == after[one] for one in left)
        assert {one.decision.id for one in stage.pull().taken} <= {one.decision.id for one in pulled.taken}
        assert {document.id: document.shape for document in stage.git.values()} == after

    # Plans that are kept

    def standing(self) -> dict[Place, Any]:
        """Of each document all that a plan is made from."""
        statuses, prints = self.stage.statuses(), dict(self.stage.ask("SELECT id, fingerprint FROM journeys"))
        standing: dict[Place, Any] = {}
        for place in {*self.stage.git, *((kind, known.key) for (kind, _), known in self.stage.base.items())}:
            document = self.stage.git.get(place)
            known = self.stage.known(place) if document else None
            one = (
                document.id
                if document
                else next(i for (kind, i), base in self.stage.base.items() if (kind, base.key) == place)
            )
            known = known or self.stage.base.get((place[0], one))
            standing[place] = deepcopy(
                (document, known, self.stage.store.get((place[0], one)), statuses.get(one), prints.get(one))
            )
        return standing

    @rule(take=st.integers(0, 12), side=st.sampled_from(Side), prune=st.booleans())
    def keep_a_plan(self, take: int, side: Side, prune: bool) -> None:
        choices = self.choices(take, side, False, prune)
        plan = self.stage.plan(self.stage.compiled(), choices)
        named: Any = {"workspace": "acme", "target": "local", "now": self.stage.now, "commit": None, "keys": ()}
        kept = of_data(json.loads(json.dumps(as_data(saved(plan, **named, choices=choices)))))
        self.kept = kept, self.standing()

    @precondition(lambda self: self.kept is not None)
    @rule()
    def carry_out_the_kept_plan(self) -> None:
        assert self.kept is not None
        (kept, then), now, found = self.kept, self.standing(), self.stage.compiled()
        moved = [one for one in kept.actions if then.get((one.kind, one.key)) != now.get((one.kind, one.key))]
        rows, verdicts = self.stage.rows(), self.stage.verdicts(kept.choices)
        try:
            choices, result = kept.choices, self.stage.sync(found, kept.choices, expected=kept.actions)
            if result.plan.rails:
                choices = allowing(choices, result.plan)
                result = self.stage.sync(found, choices, expected=kept.actions)
        except Stale as error:
            if then == now:
                raise AssertionError("a plan is stale although nothing has moved") from error
            assert self.stage.rows() == rows
            return
        if result.refused:
            assert self.stage.rows() == rows
            return
        assert not [one for one in moved if not self.same_for_all_that_matters(one.kind, one.key, then, now)]
        assert {one.stamp for one in result.plan.writes} == {one.stamp for one in kept.actions}
        self.stage.take_over(result.plan, verdicts)
        if kept.actions:
            rows = self.stage.rows()
            try:
                self.stage.sync(found, choices, expected=kept.actions)
            except Stale:
                assert self.stage.rows() == rows
            else:
                raise AssertionError("a plan was carried out twice")

    def same_for_all_that_matters(self, kind: Kind, key: str, then: dict[Place, Any], now: dict[Place, Any]) -> bool:
        """The file may have moved, or people may have published: what is written is what was shown."""
        one, other = then.get((kind, key)), now.get((kind, key))
        if one is None or other is None or (one[0] is None) != (other[0] is None):
            return False
        shapes = [side[0].shape if side[0] else None for side in (one, other)]
        return bool(shapes[0] == shapes[1] and one[2] == other[2] and one[4] == other[4])

    # What holds all the time

    @invariant()
    def the_store_is_what_the_model_says(self) -> None:
        self.stage.check()

    @invariant()
    def nobody_is_forgotten_and_numbers_only_grow(self) -> None:
        enrolled, revisions = enrollment_rows(self.stage), revision_numbers(self.stage)
        assert enrolled.keys() >= self.enrolled.keys()
        for one, (revision, version) in self.revisions.items():
            assert revisions[one][0] >= revision
            assert revisions[one][1] >= version
        for one, status in self.enrolled.items():
            assert status == EnrollmentStatus.IN_PROGRESS or enrolled[one] == status, (
                "who had ended has not begun again"
            )
        self.enrolled, self.revisions = enrolled, revisions


def _canvas(journey: Journey) -> dict[str, Any]:
    nodes = [
        {
            "id": node.id,
            "type": node.type.value,
            "config": dict(node.config),
            **({"position": {"x": node.position.x, "y": node.position.y}} if node.position else {}),
        }
        for node in journey.nodes
    ]
    edges = [{"sourceNodeId": edge.source, "targetNodeId": edge.target, "label": edge.label} for edge in journey.edges]
    return {"nodes": nodes, "edges": edges}


def _under_way(enrolled: dict[str, str]) -> set[str]:
    return {one for one, status in enrolled.items() if status == EnrollmentStatus.IN_PROGRESS}


TestTogether = Together.TestCase
TestTogether.settings = settings(
    max_examples=int(os.environ.get("SYNC_EXAMPLES", "40")),
    stateful_step_count=30,
    derandomize="SYNC_EXAMPLES" not in os.environ,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
