"""Everything in a model that must be known elsewhere: the journeys, nodes and contents that it follows, the events,
traits and properties that it gives.

What is drawn is said of people and events as in a test, so a mention has the value: each of the values that may be
drawn, at its place. Its input passed the shape checks, and nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jcli.checks.mentions import About, Mention, of_rules
from jcli.checks.named import Named, Sort
from jcli.documents.scalars import BOOL, FLOAT, INT, value_of
from jcli.findings import Path
from jcli.model import Json


def share_value(text: str) -> Any:
    """The key of a share as the value that it would be elsewhere: keys are texts, whatever they look like."""
    for tag in (BOOL, INT, FLOAT):
        try:
            return value_of(tag, text)
        except ValueError:
            continue
    return text


def names_in_model(data: Json) -> Iterator[Named]:
    """The journeys, nodes and contents, in the order in which they stand."""
    for index, deed in enumerate(data.get("events", ())):
        path: Path = ("events", index)
        if "enter" in deed:
            yield Named(Sort.JOURNEY, deed["enter"], (*path, "enter"))
        after = deed.get("after")
        if not isinstance(after, dict):
            continue
        if "content" in after:
            yield Named(Sort.SHOWN, after["content"], (*path, "after", "content"))
            continue
        yield Named(Sort.JOURNEY, after["journey"], (*path, "after", "journey"))
        if "node" in after:
            yield Named(Sort.NODE, after["node"], (*path, "after", "node"), after["journey"])
    for content_id in data.get("outcomes", {}).get("contents", {}):
        yield Named(Sort.SHOWN, content_id, ("outcomes", "contents", content_id), at_key=True)


def mentions_in_model(data: Json) -> Iterator[Mention]:
    """The events, traits and properties, in the order in which they stand."""
    for name, said in data.get("traits", {}).items():
        yield from _trait(name, said)
    for index, deed in enumerate(data.get("events", ())):
        yield from _deed(deed, ("events", index))
    outcomes = data.get("outcomes", {})
    yield from _values(About.TRAIT, outcomes.get("default", {}).get("traits", {}), ("outcomes", "default", "traits"))
    for group in ("types", "contents"):
        for name, said in outcomes.get(group, {}).items():
            yield from _values(About.TRAIT, said.get("traits", {}), ("outcomes", group, name, "traits"))


def _trait(name: str, said: Any) -> Iterator[Mention]:
    """A trait with its ways; what their rules ask is drawn above, and named there."""
    for index, way in enumerate(said if isinstance(said, list) else [said]):
        path: Path = ("traits", name, index) if isinstance(said, list) else ("traits", name)
        for value, place, of_key in _drawn(way, path):
            yield Mention(
                About.TRAIT, name, ("traits",), name, at_key=True, value=value, value_at=place, value_is_key=of_key
            )
        if isinstance(way, dict) and "when" in way:
            yield from of_rules(way["when"], (*path, "when"))


def _deed(deed: Json, path: Path) -> Iterator[Mention]:
    if "event" in deed:
        yield Mention(About.EVENT, deed["event"], path, "event")
    yield from _values(About.PROPERTY, deed.get("properties", {}), (*path, "properties"), deed.get("event"))
    yield from _values(About.TRAIT, deed.get("identify", {}), (*path, "identify"))
    if "when" in deed:
        yield from of_rules(deed["when"], (*path, "when"))


def _values(about: About, said: Json, path: Path, event: str | None = None) -> Iterator[Mention]:
    for name, drawn in said.items():
        for value, place, of_key in _drawn(drawn, (*path, name)):
            yield Mention(
                about, name, path, name, event=event, at_key=True, value=value, value_at=place, value_is_key=of_key
            )


def _drawn(said: Any, path: Path) -> Iterator[tuple[Any, Path, bool]]:
    """The values that may be drawn, each with its place and whether it is the key there. Of a span: its ends."""
    if not isinstance(said, dict):
        yield said, path, False
    elif "shares" in said:
        for text in said["shares"]:
            yield share_value(text), (*path, "shares", text), True
    elif "between" in said:
        for index, end in enumerate(said["between"]):
            yield end, (*path, "between", index), False
    else:
        word = "median" if "median" in said else "value"
        yield said[word], (*path, word), False
