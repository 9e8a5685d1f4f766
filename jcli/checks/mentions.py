"""Every event, trait and property that a journey or an audience names, each with its place.

One walk through nodes, goal and rules serves all checks that hold names against the vocabulary. It knows where a name
may stand and judges none. Its input passed the shape checks, so that nothing is asked twice.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from jcli.canonical import Places
from jcli.findings import FixKind, Path
from jcli.model import Journey, Json, Node, NodeType


class About(Enum):
    EVENT = "event"
    TRAIT = "trait"
    PROPERTY = "property"


class Mention(NamedTuple):
    """`path` is where the rule (or the config) that names it stands, `field` what holds the name there. A test of a
    trait or a property has its `rule`; `event` is the one whose property it is. Where something is said of a person or
    an event instead (`at_key`), the name is the key `field` itself, and `value` what is said, at `value_at`
    (`value_is_key`: it is the key there)."""

    about: About
    name: str
    path: Path
    field: str
    rule: Json | None = None
    event: str | None = None
    at_key: bool = False
    value: object = None
    value_at: Path = ()
    value_is_key: bool = False

    @property
    def place(self) -> Path:
        """Where the name stands."""
        return (*self.path, self.field)

    @property
    def fix_kind(self) -> FixKind:
        """What would be written anew to correct the name."""
        return FixKind.KEY if self.at_key else FixKind.VALUE


def of_journey(journey: Journey, places: Places) -> tuple[Mention, ...]:
    """What a journey names, in the order of its nodes; what its goal names comes first."""
    found: list[Mention] = []
    goal = journey.goal_config
    if goal is not None:
        if goal["type"] == "event":
            _event(goal["config"], ("goalConfig", "config"), found)
        elif goal["type"] == "attribute_match":
            _rules(goal["config"], ("goalConfig", "config"), None, found)
    for node in journey.nodes:
        if node.type in _NAMING:
            _node(node, (*places.node(node.id), "config"), found)
    return tuple(found)


def of_rules(rules: Json, path: Path) -> tuple[Mention, ...]:
    """What the rules of an audience name."""
    found: list[Mention] = []
    _rules(rules, path, None, found)
    return tuple(found)


_NAMING = frozenset({NodeType.TRIGGER, NodeType.WAIT_FOR_EVENT, NodeType.CONDITION})


def _node(node: Node, path: Path, found: list[Mention]) -> None:
    config = node.config
    if node.type is NodeType.WAIT_FOR_EVENT:
        _event(config, path, found)
    elif node.type is NodeType.TRIGGER:
        if config.get("triggerType") == "CUSTOM_EVENT":
            _event(config["triggerConfig"], (*path, "triggerConfig"), found)
    elif "rules" in config:
        _rules(config["rules"], (*path, "rules"), None, found)
    else:
        for index, branch in enumerate(config.get("branches") or ()):
            _rules(branch["rules"], (*path, "branches", index, "rules"), None, found)


def _event(config: Json, path: Path, found: list[Mention]) -> None:
    """An event that is at hand once it comes, and what is asked of it."""
    name = config["eventName"]
    found.append(Mention(About.EVENT, name, path, "eventName"))
    if config.get("where") is not None:
        _rules(config["where"], (*path, "where"), name, found)


def _rules(rules: Json, path: Path, event: str | None, found: list[Mention]) -> None:
    """A group or a test, all below it included; the limit on depth at both doors bounds the recursion."""
    if "all" in rules or "any" in rules:
        word = "all" if "all" in rules else "any"
        for index, rule in enumerate(rules[word]):
            _rules(rule, (*path, word, index), event, found)
    elif "not" in rules:
        _rules(rules["not"], (*path, "not"), event, found)
    elif "event" in rules:
        found.append(Mention(About.EVENT, rules["event"], path, "event"))
    elif "property" in rules:
        found.append(Mention(About.PROPERTY, rules["property"], path, "property", rules, event))
    else:
        found.append(Mention(About.TRAIT, rules["trait"], path, "trait", rules))
