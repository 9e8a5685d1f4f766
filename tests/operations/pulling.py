"""A workspace in memory beside a store: files are synced, somebody edits through the API, and it all is pulled home."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from jcli import operations
from jcli.canonical import canonical, canvas_of
from jcli.compiler import Compilation, compile_documents
from jcli.documents import Document, read
from jcli.findings import Finding
from jcli.model import Actor, Edge, Item, Journey, Kind, Node
from jcli.operations import Files, PullView
from jcli.plan import Choices, Plan, Pull, PullChoices
from jcli.store import Store
from jcli.targets import Checked, StoreTarget
from jcli.targets.homeward import view_of
from tests.operations.conftest import START

ADA = Actor("ada", "api")
ANA = Actor("ana", "sync")


class Desk:
    """Files by name, and the store next to them. Nothing is pulled without being read back and planned."""

    def __init__(self, store: Store, **files: str | bytes) -> None:
        self.store = store
        self.files = {
            f"journeys/{name}.yaml": text.encode() if isinstance(text, str) else text for name, text in files.items()
        }
        self.modeline: str | None = None
        numbers = count(1)
        self.new_id: Callable[[], str] = lambda: f"00000000-0000-4000-8000-{next(numbers):012d}"

    @staticmethod
    def clock() -> int:
        return START

    def text(self, name: str) -> str:
        return self.files[f"journeys/{name}.yaml"].decode()

    def edit(self, name: str, old: str, new: str) -> None:
        """Somebody edits a file."""
        text = self.text(name)
        assert old in text
        self.files[f"journeys/{name}.yaml"] = text.replace(old, new).encode()

    def compiled(self) -> tuple[list[Document], Compilation]:
        documents: list[Document] = []
        findings: list[Finding] = []
        for file in sorted(self.files):
            found, unread = read(self.files[file], file)
            documents += found
            findings += unread
        compilation = compile_documents(documents, findings, "acme")
        assert not compilation.bars_sync, [(one.file, one.message) for one in compilation.findings]
        return documents, compilation

    def sync(self, **choices: Any) -> Plan:
        _, compilation = self.compiled()
        decided = Choices(**choices)
        result = operations.sync(self.store, self.clock, ANA, compilation, choices=decided)
        assert not result.refused, (result.findings, result.plan.rails)
        return result.plan

    def plan(self) -> Plan:
        return operations.make_plan(self.store, self.compiled()[1])

    def pull(self, *keys: str, write: bool = True, **more: Any) -> Pull:
        documents, compilation = self.compiled()
        view = self.view(PullChoices(frozenset(keys), **more))
        files = Files(
            "acme", "journeys", self.files.__getitem__, lambda file: file not in self.files, lambda _: self.modeline
        )
        pulled = operations.pull(view, compilation, documents, files)
        for one in pulled.files if write else ():
            assert self.files.get(one.file) == one.before
            self.files[one.file] = one.after
        return pulled

    def view(self, choices: PullChoices) -> PullView:
        documents, compilation = self.compiled()
        target = StoreTarget(self.store, self.clock, self.new_id, ANA)
        return view_of(target, Checked(compilation, documents, "acme"), choices)

    def _is_free(self, file: str) -> bool:
        return file not in self.files

    # What is done through the API

    def id(self, key: str, kind: Kind = Kind.JOURNEY) -> str:
        with self.store.read() as tables:
            return tables.marks()[kind, key].id

    def node(self, node: str, key: str = "welcome") -> str:
        """The id of a node by its key."""
        with self.store.read() as tables:
            base = tables.base_of(Kind.JOURNEY, self.id(key))
        assert base is not None
        return next(node_id for node_id, name in base.names.items() if name == node)

    def stored(self, key: str = "welcome") -> Journey:
        return operations.get_journey(self.store, ADA, self.id(key)).journey

    def forms(self) -> dict[tuple[Kind, str], Any]:
        """The canonical form of everything in the store."""
        with self.store.read() as tables:
            found: list[tuple[Kind, Item]] = []
            for state in tables.journey_states():
                journey = tables.journey(state)
                assert journey is not None
                found.append((Kind.JOURNEY, journey.journey))
            for kind in (Kind.SITE, Kind.AUDIENCE, Kind.CONTENT):
                for thing_id in tables.thing_states(kind):
                    thing = tables.thing(kind, thing_id)
                    assert thing is not None
                    found.append((kind, thing.item))
        return {(kind, item.id): canonical(item) for kind, item in found}

    def patch(self, body: dict[str, Any], key: str = "welcome") -> None:
        saved = operations.patch_journey(self.store, self.clock, ADA, self.id(key), body)
        assert not saved.refused, saved.findings

    def draw(self, nodes: Sequence[Node], edges: Sequence[Edge], key: str = "welcome") -> None:
        """Ada saves the canvas."""
        self.save(canvas_of(nodes, edges), key)

    def save(self, canvas: dict[str, Any], key: str = "welcome") -> None:
        saved = operations.save_canvas(self.store, self.clock, ADA, self.id(key), canvas, new_id=self.new_id)
        assert not saved.refused, saved.findings

    def redraw(self, node: str, key: str = "welcome", **fields: Any) -> None:
        """Ada gives a node other fields."""
        journey, node_id = self.stored(key), self.node(node, key)
        self.draw([replace(n, **fields) if n.id == node_id else n for n in journey.nodes], journey.edges, key)

    def create(self, body: dict[str, Any]) -> str:
        saved = operations.create_journey(self.store, self.clock, ADA, body, new_id=self.new_id)
        assert not saved.refused, saved.findings
        assert saved.stored is not None
        return saved.stored.journey.id

    def make(self, kind: Kind, body: dict[str, Any]) -> None:
        saved = operations.create_thing(self.store, self.clock, ADA, kind, body, new_id=self.new_id)
        assert not saved.refused, saved.findings

    def change(self, kind: Kind, key: str, body: dict[str, Any]) -> None:
        saved = operations.patch_thing(self.store, self.clock, ADA, kind, self.id(key, kind), body)
        assert not saved.refused, saved.findings
