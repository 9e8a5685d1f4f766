"""The journeys that are mutated: the examples, and seeded ones that have every kind of node and way.

Plain data, as their documents hold it. Each is right by the oracle and without a finding, which a test holds.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jcli.documents import Document, read
from jcli.model import Kind
from tests.mutations.mutator import ways

ROOT = Path(__file__).resolve().parents[2]
GENERATED = 8


@cache
def examples() -> tuple[Document, ...]:
    """All documents of the example workspace."""
    return tuple(
        document
        for file in sorted((ROOT / "journeys").glob("*.yaml"))
        for document in read(file.read_bytes(), file.name)[0]
    )


def surroundings() -> list[Document]:
    """Sites, audiences and contents of the example workspace, which all journeys here use."""
    return [document for document in examples() if document.kind is not Kind.JOURNEY]


def audiences() -> dict[str, Mapping[str, Any]]:
    return {str(item.key): item.data["rules"] for item in examples() if item.kind is Kind.AUDIENCE}


@cache
def originals() -> dict[str, dict[str, Any]]:
    """Body by key."""
    found = {str(item.key): item.data for item in examples() if item.kind is Kind.JOURNEY}
    return found | {f"generated-{seed}": generated(seed) for seed in range(GENERATED)}


def generated(seed: int) -> dict[str, Any]:
    """A journey of stages in a row, each a node of some type with its ways to later stages, now and then one back to an
    earlier stage that holds people; from the last of them everybody comes to an EXIT."""
    chance = random.Random(f"journey {seed}")
    length = chance.randint(5, 9)
    keys = [f"stage-{number}" for number in range(length)]
    nodes: dict[str, Any] = {"start": _start(chance, keys[0])}
    for number, key in enumerate(keys):
        on, *others = [*keys[number + 1 : number + 3], "done", "left"]
        nodes[key] = _stage(chance, key, on, chance.choice(others), keys[0])
    nodes["done"] = {"type": "EXIT", "config": {"outcome": "done"}}
    led_to = {to for node in nodes.values() for _, to in ways(node)}
    if "left" in led_to:
        nodes["left"] = {"type": "EXIT", "config": {"outcome": "left"}}
    goal = chance.choice(
        [
            {"type": "event", "config": {"eventName": "project_created"}},
            {"type": "attribute_match", "config": {"trait": "plan", "in": ["team", "business"]}},
            {"type": "flow_completed", "config": {"flowId": "first-roadmap-tour"}},
        ]
    )
    return {
        "journey": f"generated-{seed}",
        "site": "main",
        "audience": chance.choice(["builders", "buyers"]),
        "goalConfig": {**goal, "deadline": 300} if seed % 2 else goal,
        "nodes": nodes,
    }


def _start(chance: random.Random, first: str) -> dict[str, Any]:
    kind, config = chance.choice(
        [
            ("MANUAL", {}),
            ("CUSTOM_EVENT", {"eventName": "roadmap_shared", "where": {"property": "recipients", "gte": 2}}),
            ("URL_MATCH", {"matchType": "contains", "pattern": "/roadmaps"}),
        ]
    )
    return {"type": "TRIGGER", "config": {"triggerType": kind, "triggerConfig": config}, "next": first}


def _stage(chance: random.Random, key: str, on: str, other: str, back: str) -> dict[str, Any]:
    """A node whose first way leads on, so that no stage is left out. Where it loops back it holds people."""
    match chance.randrange(8) if key != back else 1:
        case 0:
            config = {"contentType": "flow", "timeout": "2d"}
            leading = {"completed": on, "dismissed": other, "timeout": "left"}
            return {"type": "CONTENT", "contentId": "first-roadmap-tour", "config": config, "next": leading}
        case 1:
            return {"type": "WAIT", "config": {"duration": chance.choice(["2d", "36h", "PT90M", 3600])}, "next": on}
        case 2:
            config = {"eventName": chance.choice(["session_started", "roadmap_shared"]), "timeout": "5d"}
            return {
                "type": "WAIT_FOR_EVENT",
                "config": config,
                "next": {"event": on, "timeout": chance.choice([back, other])},
            }
        case 3:
            rules = chance.choice([{"trait": "companySize", "gte": 50}, {"trait": "plan", "equals": "trial"}])
            return {"type": "CONDITION", "config": {"rules": rules}, "next": {"true": on, "false": other}}
        case 4:
            branches = [
                {"label": "large", "rules": {"trait": "companySize", "gte": 100}},
                {"label": "middle", "rules": {"trait": "companySize", "gte": 10}},
            ]
            leading = {"large": on, "middle": other, "default": "left"}
            return {"type": "CONDITION", "config": {"branches": branches}, "next": leading}
        case 5:
            weights = chance.choice([{"a": 50, "b": 50}, {"a": 80, "b": 15, "c": 5}])
            return {
                "type": "SPLIT",
                "config": {"weights": weights},
                "next": {label: on if label == "a" else other if label == "b" else "left" for label in weights},
            }
        case 6:
            return {"type": "GOAL_CHECK", "next": {"met": "left", "not_met": on}}
        case _:
            config = {"contentType": "tooltip", "advanceOn": chance.choice(["shown", "immediate"])}
            if config["advanceOn"] == "shown":
                config["timeout"] = "2d"
            return {"type": "CONTENT", "contentId": "timeline-tooltip", "config": config, "next": on}
