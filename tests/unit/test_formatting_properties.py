"""Formatting on random files: hostile text, comments everywhere, both styles, all line breaks. What they say is what
they said, every comment is there once, and what has been formatted stays as it is."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jcli.authoring.drafting import NODE, ORDER, in_order
from jcli.authoring.formatting import formatted, shortest
from jcli.authoring.ways import ways_of
from jcli.documents import Document, read
from jcli.documents.between import same
from jcli.documents.edits import EditError
from jcli.model import Kind
from tests.unit.test_edits_properties import KEYS, TEXT, VALUES, Scribe, words

TARGETS = TEXT.filter(bool)
NEXTS = st.one_of(
    TARGETS,
    st.dictionaries(KEYS, TARGETS, min_size=1, max_size=3),
    st.lists(st.fixed_dictionaries({"to": TARGETS}, optional={"label": TEXT}), min_size=1, max_size=3),
)


def shuffled(fields: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return fields.flatmap(lambda data: st.permutations(list(data)).map(lambda keys: {key: data[key] for key in keys}))


NODES = shuffled(
    st.fixed_dictionaries({"type": TEXT}, optional={"config": VALUES, "next": NEXTS, "position": VALUES, "id": TEXT})
)
JOURNEYS = shuffled(
    st.fixed_dictionaries(
        {"journey": TEXT, "nodes": st.dictionaries(KEYS, NODES, min_size=1, max_size=3)},
        optional={
            "name": TEXT,
            "description": TEXT,
            "site": TEXT,
            "settings": st.dictionaries(st.sampled_from(["onEdit", "reentry", "exitOnGoal"]), TEXT, max_size=3),
            "goalConfig": shuffled(
                st.fixed_dictionaries({"deadline": VALUES, "type": TEXT}, optional={"config": VALUES})
            ),
        },
    )
)
CONTENTS = shuffled(st.fixed_dictionaries({"content": TEXT, "name": TEXT, "body": VALUES, "contentType": TEXT}))


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """One to three documents as people write them."""
    dice = Random(draw(st.integers(0, 2**32)))
    texts, comments = [], 0
    for _ in range(draw(st.integers(1, 3))):
        scribe = Scribe(dice, draw(st.integers(1, 4)), comments)
        scribe.collection(draw(st.one_of(JOURNEYS, CONTENTS)), 0)
        scribe.between(0)
        comments = scribe.comments
        texts.append("\n".join([*scribe.lines, ""]))
    text = "---\n".join(texts)
    text = text[:-1] if dice.random() < 0.2 and not text.endswith("\n\n") else text
    return (draw(st.sampled_from(["", "\ufeff"])) + text.replace("\n", dice.choice(["\n", "\n", "\r\n"]))).encode()


def parsed(content: bytes) -> list[Document]:
    documents, findings = read(content, "case.yaml")
    assert findings == []
    return documents


def said(document: Document) -> Any:
    """The data with the ways of each node in the place of its `next`, and the order of all that is its author's."""
    nodes = document.data.get("nodes", {})
    told = {key: {**node, "next": list(map(list, ways_of(node.get("next"))))} for key, node in nodes.items()}
    order = [
        list(nodes),
        *(repr(part.get(key)) for part in (document.data, *nodes.values()) for key in ("body", "config")),
    ]
    return {**document.data, "nodes": told, "order": order}


@settings(max_examples=150)
@given(files())
def test_a_formatted_file_says_the_same_and_stays_as_it_is(content: bytes) -> None:
    documents = parsed(content)
    try:
        result = formatted(content, documents)
    except EditError:
        return  # such a file is left alone
    after = parsed(result)
    assert same([said(document) for document in after], [said(document) for document in documents])
    assert [document.index for document in after] == [document.index for document in documents]
    assert formatted(result, after) == result
    before, now = (text.decode().removeprefix("\ufeff") for text in (content, result))
    assert sorted(words(now)) == sorted(words(before))
    assert sorted(now.split()) == sorted(before.split()) or any(map(has_list, documents))


def has_list(document: Document) -> bool:
    return any(isinstance(node.get("next"), list) for node in document.data.get("nodes", {}).values())


@settings(max_examples=100)
@given(shuffled(JOURNEYS), st.integers(0, 2**32))
def test_in_block_style_every_field_comes_to_its_place(data: dict[str, Any], seed: int) -> None:
    scribe = Scribe(Random(seed), 2)
    scribe.collection(data, 0)
    content = "\n".join([*scribe.lines, ""]).encode()
    if b"? " in content or b"{" in content or b"[" in content or b"+" in content:
        return  # in braces the order stays; a text that keeps its blank lines may bar a move
    document = parsed(formatted(content, parsed(content)))[0].data
    assert list(document) == in_order(document, ORDER[Kind.JOURNEY])
    for node in document["nodes"].values():
        assert list(node) == in_order(node, NODE)
        assert b"#" in content or node.get("next") == shortest(node.get("next"))
