"""A real store with the model beside it: files, what was last agreed on, what the store should hold."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

import jcli.documents
from jcli import operations
from jcli.canonical import canonical, fingerprint, without_positions
from jcli.compiler import Compilation, compile_documents
from jcli.documents import read
from jcli.model import Actor, Item, JourneyStatus, Kind
from jcli.plan import Action, Choices, Outcome, Plan, Planned, Pull, PullChoices
from jcli.store import Page, open_store
from jcli.targets import Checked, StoreTarget
from jcli.targets.homeward import view_of
from tests.sync.model import WORKSPACE, Decided, Document, Known, Place, Shape, Verdict, named, shape_of, units, verdict

API = Actor("front-end", "api")
SYNC = Actor("ana", "sync")
START = 1_767_225_600_000
THINGS = (Kind.SITE, Kind.AUDIENCE, Kind.CONTENT)
ARCHIVED = JourneyStatus.ARCHIVED
Rows = list[tuple[Any, ...]]


class Stage:
    """`git` by kind and key; `store`, `base` by kind and id. What the model holds must be what the store holds."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.path = folder / "journeys.db"
        shutil.copy(template, self.path)
        self.real = open_store(f"sqlite:///{self.path}")
        self.reader = sqlite3.connect(self.path)
        self.now = START
        self.git: dict[Place, Document] = {}
        self.base: dict[Place, Known] = {}
        self.store: dict[Place, Shape] = {}
        self.released: set[Place] = set()

    def close(self) -> None:
        self.reader.close()
        self.real.close()

    def clock(self) -> int:
        return self.now

    # Reading the real store

    def rows(self) -> Rows:
        """Every row of every table."""
        tables = [name for (name,) in self.reader.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [(table, *row) for table in tables for row in self.reader.execute(f'SELECT * FROM "{table}"')]

    def ask(self, query: str, *values: Any) -> Rows:
        return self.reader.execute(query, values).fetchall()

    def items(self) -> dict[Place, Item]:
        with self.real.read() as tables:
            found: dict[Place, Item] = {}
            for one in tables.journey_states():
                stored = tables.journey(one)
                assert stored is not None
                found[Kind.JOURNEY, one] = stored.journey
            for kind in THINGS:
                for one in tables.thing_states(kind):
                    thing = tables.thing(kind, one)
                    assert thing is not None
                    found[kind, one] = thing.item
            return found

    def shapes(self) -> dict[Place, Shape]:
        return {place: shape_of(item) for place, item in self.items().items()}

    def statuses(self) -> dict[str, JourneyStatus]:
        with self.real.read() as tables:
            return {one: state.status for one, state in tables.journey_states().items()}

    def journeys(self) -> list[str]:
        return sorted(self.statuses())

    # Files

    def files(self) -> dict[str, bytes]:
        return {one.file: yaml.safe_dump(one.data, sort_keys=False).encode() for one in self.git.values()}

    def documents(self) -> list[jcli.documents.Document]:
        found = []
        for file, content in self.files().items():
            documents, findings = read(content, file)
            assert not findings
            found += documents
        return found

    def compiled(self) -> Compilation:
        return compile_documents(self.documents(), (), WORKSPACE)

    def pull(self) -> Pull:
        """Take the store home into the files."""
        found, files = self.compiled(), self.files()
        target = StoreTarget(self.real, lambda: self.now, lambda: "unused", SYNC)
        view = view_of(target, Checked(found, self.documents(), WORKSPACE), PullChoices())
        ways = operations.Files(
            WORKSPACE, "journeys", files.__getitem__, lambda file: file not in files, lambda _file: None
        )
        pulled = operations.pull(view, found, self.documents(), ways)
        for one in pulled.files:
            documents, findings = read(one.after, one.file)
            assert not findings
            for document in documents:
                assert document.kind is not None
                assert document.key is not None
                data = json.loads(json.dumps(document.data))
                self.git[document.kind, document.key] = Document(document.kind, document.key, data, one.file)
        return pulled

    # The model

    def known(self, place: Place) -> Known | None:
        """The base of a document of git: that of its key, or that of its id under a key that git no longer has."""
        kind, key = place
        for (of_kind, _one), known in self.base.items():
            if of_kind is kind and known.key == key:
                return known
        known_by_id = self.base.get((kind, self.git[place].id))
        return known_by_id if known_by_id and (kind, known_by_id.key) not in self.git else None

    def verdicts(self, choices: Choices) -> dict[Place, Verdict]:
        """What the model says of every document and base, by kind and key."""
        statuses = self.statuses()

        def of(kind: Kind, key: str, one: str, git: Document | None, known: Known | None) -> Verdict:
            side = choices.side(kind, key)
            chosen = Decided(side.value if side else None, choices.adopts(kind, key), choices.prune)
            if git is not None and known is not None and self.id_of(kind, known) != one:
                return Verdict("conflict")
            archived = statuses.get(one) is ARCHIVED and kind is Kind.JOURNEY
            return verdict(git, known, self.store.get((kind, one)), archived, chosen)

        found, used = {}, set()
        for place, document in self.git.items():
            known = self.known(place)
            used |= {(place[0], known.key)} if known else set()
            found[place] = of(*place, document.id, document, known)
        for (kind, one), known in self.base.items():
            if (kind, known.key) not in used:
                found[kind, known.key] = of(kind, known.key, one, None, known)
        return found

    def id_of(self, kind: Kind, known: Known) -> str:
        return next(one for (of_kind, one), other in self.base.items() if of_kind is kind and other is known)

    def closure(self, keys: Collection[str]) -> set[Place]:
        """Documents with these keys, and what they refer to."""
        found = {place for place in self.git if place[1] in keys}
        for place in list(found):
            site, audience = self.git[place].data.get("site"), self.git[place].data.get("audience")
            if place[0] is Kind.JOURNEY and audience:
                found |= {(Kind.AUDIENCE, audience)}
                site_of_audience = self.git[Kind.AUDIENCE, audience].data.get("site")
                found |= {(Kind.SITE, site_of_audience)}
            if place[0] is not Kind.SITE and isinstance(site, str):
                found |= {(Kind.SITE, site)}
        return found & self.git.keys()

    def still_named(self, plan: Plan) -> set[Place]:
        """Kind and id of what is named once the plan is carried out."""
        after = dict(self.store)
        for action in plan.writes:
            if action.outcome in (Outcome.CREATE, Outcome.UPDATE, Outcome.MERGE):
                item = self.git[action.kind, action.key].shape
                merged = action.merged and {"fields": {**item["fields"], **_references(action.merged)}}
                after[action.kind, action.id] = {**item, **(merged or {})}
        gone = {(a.kind, a.id) for a in plan.of(Outcome.ARCHIVE) if a.kind is not Kind.JOURNEY}
        return {name for place, shape in after.items() if place not in gone for name in named(place[0], shape)}

    def take_over(self, plan: Plan, verdicts: dict[Place, Verdict]) -> None:
        """Bring the model to where the plan has brought the store, by the model's own verdicts."""
        real = self.shapes()
        for action in plan.writes:
            place, thing = (action.kind, action.key), (action.kind, action.id)
            shape = verdicts[place].shape
            if shape is not None:
                self.store[thing] = _with_positions(shape, real[thing])
            if action.outcome is Outcome.ARCHIVE and action.kind is not Kind.JOURNEY:
                del self.store[thing]
            if action.outcome in (Outcome.ARCHIVE, Outcome.RELEASE):
                del self.base[thing]
                self.released.add(thing)  # which positions its file stated, nobody knows any more
            else:
                document = self.git[place]
                stale = [one for one, known in self.base.items() if one[0] is action.kind and known.key == action.key]
                for one in stale:
                    del self.base[one]
                self.base[thing] = Known(action.key, document.shape, document.file, document.names)

    # The real thing

    def plan(self, found: Compilation, choices: Choices, keys: Collection[str] | None = None) -> Plan:
        return operations.make_plan(self.real, found, keys=keys, choices=choices)

    def sync(
        self,
        found: Compilation,
        choices: Choices,
        keys: Collection[str] | None = None,
        expected: tuple[Planned, ...] | None = None,
    ) -> operations.SyncResult:
        self.now += 1_000
        return operations.sync(
            self.real, self.clock, SYNC, found, keys=keys, choices=choices, expected=expected, commit="c0ffee"
        )

    # What must hold whatever happened

    def check(self) -> None:
        items = self.items()
        assert {place: shape_of(item) for place, item in items.items()} == self.store
        with self.real.read() as tables:
            marks = tables.marks()
            assert {(kind, mark.id): mark.key for (kind, _), mark in marks.items()} == {
                place: known.key for place, known in self.base.items()
            }
            for place, item in items.items():
                base = tables.base_of(*place)
                kept = tables.journey_states()[place[1]].fingerprint if place[0] is Kind.JOURNEY else None
                kept = kept or tables.thing_states(place[0])[place[1]][0]
                if place not in self.released:
                    assert kept in _fingerprints(item, base.form if base else {})


def _fingerprints(item: Item, base: Any) -> set[str]:
    """Those that are right for what the store holds: of the whole form, or without the positions that nobody wrote
    down: those that the file leaves open, in a journey whose boxes a sync has laid out."""
    form = canonical(item)
    if "nodes" not in form:
        return {fingerprint(form)}
    bare = {one: {"type": ""} for one in form["nodes"]}
    return {
        fingerprint(form),
        fingerprint(without_positions(form, dict(base))),
        fingerprint(without_positions(form, {"nodes": bare})),
    }


def _references(form: Any) -> dict[str, Any]:
    return {key: form[key] for key in ("siteId", "audienceId") if key in form}


def _with_positions(shape: Shape, real: Shape) -> Shape:
    """The model's shape with the positions that nobody stated, which are the store's own to choose."""
    nodes = {}
    for one, node in shape["nodes"].items():
        place = real["nodes"].get(one, {}).get("position")
        nodes[one] = node if "position" in node or place is None else {**node, "position": place}
    return {**shape, "nodes": nodes}


def lost(before: Shape, base: Shape | None, git: Shape, after: Shape) -> list[str]:
    """Units of the store that are not what they were although nobody but the API had changed them."""
    was, agreed, mine, now = (units(side) for side in (before, base, git, after))
    return [
        path
        for path, value in was.items()
        if now.get(path) != value and (value != agreed.get(path) or now.get(path) != mine.get(path))
    ]


def only(plan: Plan, place: Place) -> Action:
    (found,) = [action for action in plan.actions if (action.kind, action.key) == place]
    return found


def allowing(choices: Choices, plan: Plan) -> Choices:
    return replace(choices, allow=choices.allow | {rail.waiver for rail in plan.rails})


def audit_rows(stage: Stage) -> int:
    return int(stage.ask("SELECT count(*) FROM audit_log")[0][0])


def enrollment_rows(stage: Stage) -> dict[str, str]:
    return dict(stage.ask("SELECT id, status FROM enrollments"))


def revision_numbers(stage: Stage) -> dict[str, tuple[int, int]]:
    return {
        one: (revision, version) for one, revision, version in stage.ask("SELECT id, revision, version FROM journeys")
    }


def page() -> Page:
    return Page(limit=1)
