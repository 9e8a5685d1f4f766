"""Pull on what people and front ends may write: nothing is changed on the way home, and nothing besides."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path as File
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jcli.authoring import References, drafted, node_keys
from jcli.canonical import journey_of, outline_of_body
from jcli.findings import Path
from jcli.model import Edge, Kind, NodeType, Position
from jcli.store import Store, open_store
from tests.operations.hostile import NAMES, RULES, WORDS, journeys
from tests.operations.pulling import Desk
from tests.unit.test_edits_properties import Scribe

SITE = "site: main\nname: Main\nid: main\n"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> File:
    """A store that is migrated once; each example works on a copy."""
    path = tmp_path_factory.mktemp("empty") / "journeys.db"
    open_store(f"sqlite:///{path}").close()
    return path


@contextmanager
def fresh(empty: File) -> Iterator[Store]:
    with TemporaryDirectory(dir=empty.parent) as folder:
        shutil.copy(empty, folder)
        store = open_store(f"sqlite:///{folder}/{empty.name}")
        try:
            yield store
        finally:
            store.close()


THINGS = st.lists(
    st.one_of(
        st.tuples(st.just(Kind.AUDIENCE), st.builds(lambda name, rules: {"name": name, "rules": rules}, NAMES, RULES)),
        st.tuples(st.just(Kind.SITE), st.builds(lambda name: {"name": name, "domains": ["a.example"]}, NAMES)),
    ),
    max_size=4,
)


def _drawn(forms: dict[Any, Any], like: dict[Any, Any]) -> dict[Any, Any]:
    """The forms without the positions that the others do not have."""
    for key, form in forms.items():
        for node_id, node in form.get("nodes", {}).items():
            if "position" not in like[key]["nodes"][node_id]:
                node.pop("position")
    return forms


@settings(max_examples=150)
@given(bodies=st.lists(journeys(), min_size=4, max_size=4), things=THINGS)
def test_what_the_api_made_is_the_same_after_pull_and_sync(empty: File, bodies: list[Any], things: list[Any]) -> None:
    with fresh(empty) as store:
        desk = Desk(store, site=SITE)
        desk.sync()
        for body in bodies:
            desk.create(body)
        for kind, body in things:
            desk.make(kind, body)
        before = desk.forms()
        pulled = desk.pull()
        assert [one.reason for one in pulled.left] == []
        assert len(pulled.taken) == len(bodies) + len(things)
        assert not desk.plan().is_pending
        desk.sync()
        assert desk.forms() == before
        assert desk.pull().files == ()
        assert not desk.plan().is_pending
        files = desk.files
    with fresh(empty) as store:  # a new store gets the same from the files alone, but for positions nobody drew
        desk = Desk(store, **{File(name).stem: content for name, content in files.items()})
        desk.sync()
        stated = {(kind, source.item.id): source.form for (kind, _), source in desk.compiled()[1].sources.items()}
        assert _drawn(desk.forms(), stated) == _drawn(before, stated)


# One edit, one place


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A file with a journey as people write them: comments and empty lines anywhere, braces here and blocks there, any
    line break; sometimes with other documents around it."""
    dice = Random(draw(st.integers(0, 2**32)))
    body = draw(journeys().filter(lambda body: len(body["nodes"]) > 1))
    journey, _ = journey_of(
        outline_of_body(body),
        "j-1",
        site_id="main",
        audience_id=body["audienceId"],
        node_ids=lambda node: f"j-1/{node.ref}",
    )
    data = drafted(Kind.JOURNEY, "welcome", journey, node_keys(journey, {}), References({"main": "main"}), "acme")
    others = [{"audience": f"other-{number}", "rules": {"trait": "a", "equals": "# b"}} for number in range(2)]
    documents = [others[0], data, others[1]][dice.randrange(2) : 2 + dice.randrange(2)]
    texts = []
    for document in documents:
        scribe = Scribe(dice, dice.choice([2, 2, 4]))
        scribe.collection(document, 0)
        texts.append("\n".join([*scribe.lines, ""]))
    return "---\n".join(texts).replace("\n", dice.choice(["\n", "\n", "\r\n"])).encode()


def one_edit(draw: st.DrawFn, desk: Desk, data: Any) -> Path:
    """Somebody changes one field through the API; its path in the document."""
    journey, node = desk.stored(), draw(st.sampled_from(list(data["nodes"])))
    stored = next(one for one in journey.nodes if one.id == desk.node(node))
    what = draw(
        st.sampled_from(["name", "description", "reentryAfter", "config", "config", "position", "next", "next"])
    )
    if what == "position":
        desk.redraw(node, position=Position(draw(st.integers(-9, 9)), 77.5))
        return "nodes", node, "position"
    if what == "next":
        others = [edge for edge in journey.edges if edge.source != stored.id]
        target = draw(st.sampled_from(journey.nodes)).id
        desk.draw(journey.nodes, [*others, Edge("e", stored.id, target, draw(st.one_of(st.none(), WORDS)))])
        return "nodes", node, "next"
    field = {NodeType.EXIT: "outcome", NodeType.CONTENT: "contentType", NodeType.WAIT_FOR_EVENT: "eventName"}
    if what == "config" and stored.type in field:
        desk.redraw(node, config={**stored.config, field[stored.type]: draw(WORDS)})
        return "nodes", node, "config", field[stored.type]
    if what == "reentryAfter":
        desk.patch({"settings": {"reentryAfter": "77h"}})
        return "settings", "reentryAfter"
    desk.patch({"description" if what == "description" else "name": draw(WORDS)})
    return ("description" if what == "description" else "name",)


def stands(data: Any, path: Path) -> Path:
    """As much of the path as there is in the data."""
    found: list[str | int] = []
    for step in path:
        if not isinstance(data, dict) or step not in data:
            break
        data = data[step]
        found.append(step)
    return tuple(found)


@settings(max_examples=300)
@given(file=files(), choice=st.data())
def test_one_edit_changes_the_lines_of_its_field_alone(empty: File, file: bytes, choice: st.DataObject) -> None:
    with fresh(empty) as store:
        desk = Desk(store, site=SITE, welcome=file)
        desk.sync()
        assert desk.pull().files == ()
        document = desk.compiled()[1].sources[Kind.JOURNEY, "welcome"].document
        path = one_edit(choice.draw, desk, document.data)
        pulled = desk.pull()
        assert not desk.plan().is_pending
        assert [one.anew for one in pulled.taken if one.anew] == []
        if path[-1] == "position" and "position" not in document.data["nodes"][path[1]]:
            assert pulled.files == ()
            return
        there = stands(document.data, path)
        before, after = file.decode().splitlines(keepends=True), desk.text("welcome").splitlines(keepends=True)
        about = document.spans.value(there), document.spans.key(there)
        first = min(span.line for span in about) - 1 if there else 0
        last = max(span.end_line for span in about) if there else len(before)
        assert after[:first] == before[:first]
        assert not before[last:] or after[-len(before[last:]) :] == before[last:]
        if there != path and len(there) <= 1:  # what comes into a block leaves every line as it was
            rest = iter(after)
            assert all(line in rest for line in before) or first + 1 >= last
        desk.sync()
        assert desk.pull().files == ()


@settings(max_examples=100)
@given(file=files(), body=journeys(), kept=st.integers(0, 6))
def test_whatever_is_drawn_anew_goes_home(empty: File, file: bytes, body: Any, kept: int) -> None:
    with fresh(empty) as store:
        desk = Desk(store, site=SITE, welcome=file)
        desk.sync()
        ids = {f"n{number}": node.id for number, node in enumerate(desk.stored().nodes[:kept])}
        for node in body["nodes"]:  # some stay the same node, of whatever type they are now
            node["id"] = ids.get(node["id"], node["id"])
        for edge in body["edges"]:
            for end in ("sourceNodeId", "targetNodeId"):
                edge[end] = ids.get(edge[end], edge[end])
        fields = ("name", "description", "allowAnonymous", "audienceId", "settings")
        desk.patch({key: body[key] for key in fields})
        desk.patch({"goalConfig": None})
        desk.patch({"goalConfig": body["goalConfig"]})
        desk.save({"nodes": body["nodes"], "edges": body["edges"]})
        before = desk.forms()
        pulled = desk.pull()
        assert [one.reason for one in pulled.left] == []
        assert not desk.plan().is_pending
        desk.sync()
        assert desk.forms() == before
        assert desk.pull().files == ()
        assert not desk.plan().is_pending
