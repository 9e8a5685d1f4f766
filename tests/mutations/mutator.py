"""Mutations: what happens to a journey by a slip of the hand, a merge gone wrong or a half-done idea. Seeded.

Each is a function of a source of chance and the plain data of a document, which it changes in place. It answers None
where the journey has nothing for it to change, `DONE` where the engine can judge the result, and a clause of the oracle
where only who made the change can know that it is wrong (the engine passes over a field that it does not know).
Mutations know neither checks nor engine.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

DONE = ""
_MISNAMED, _UNREADABLE = "misnamed", "unreadable"

Body = dict[str, Any]
Way = tuple[str | None, str]
Mutate = Callable[[random.Random, Body], str | None]


@dataclass(frozen=True)
class Mutant:
    """A changed document. `claim` is the clause that its author knows it to fall under."""

    name: str
    kind: str
    body: Body
    claim: str | None


def mutants(originals: dict[str, Body], rounds: int) -> Iterator[Mutant]:
    """So many mutants of each kind from each journey, those left out that are equal to one before or to the
    original."""
    for key, body in originals.items():
        seen = {repr(body)}
        for mutate in KINDS:
            kind = mutate.__name__.replace("_", " ")
            for number in range(rounds):
                changed = copy.deepcopy(body)
                said = mutate(random.Random(f"{key} {kind} {number}"), changed)
                if said is not None and repr(changed) not in seen:
                    seen.add(repr(changed))
                    yield Mutant(f"{key}/{kind}/{number}", kind, changed, said or None)


# What there is


def ways(node: Body) -> list[Way]:
    """(label, target) of a node's `next`, in any of its three forms."""
    match node.get("next"):
        case None:
            return []
        case str(target):
            return [(None, target)]
        case dict(labels):
            return list(labels.items())
        case items:
            return [(item.get("label"), item["to"]) for item in items]


def lead(node: Body, new: list[Way]) -> None:
    """Write the ways, in the shortest form that holds them."""
    node.pop("next", None)
    labels = [label for label, _ in new]
    if not new:
        return
    if new == [(None, new[0][1])]:
        node["next"] = new[0][1]
    elif None in labels or len(set(labels)) < len(labels):
        node["next"] = [{"to": to, **({"label": label} if label is not None else {})} for label, to in new]
    else:
        node["next"] = {str(label): to for label, to in new}


def _some(chance: random.Random, body: Body, fits: Callable[[Body], object]) -> Body | None:
    found = [node for node in body["nodes"].values() if fits(node)]
    return chance.choice(found) if found else None


def _of(*types: str) -> Callable[[Body], bool]:
    return lambda node: node["type"] in types


def _configured(field: str) -> Callable[[Body], bool]:
    return lambda node: field in (node.get("config") or {})


def _typo(chance: random.Random, word: str) -> str:
    """The word with one slip: a letter left out, doubled, or changed places with the next."""
    at = chance.randrange(len(word))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    slips = chance.sample(
        [before + after, before + letter + letter + after, before + after[:1] + letter + after[1:]], 3
    )
    return next((slip for slip in slips if slip not in ("", word)), f"{word}x")


# Ways


def delete_an_edge(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, ways)
    if node is None:
        return None
    left = ways(node)
    left.pop(chance.randrange(len(left)))
    lead(node, left)
    return DONE


def redirect_an_edge(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, ways)
    if node is None:
        return None
    new = ways(node)
    at = chance.randrange(len(new))
    new[at] = (new[at][0], chance.choice(list(body["nodes"])))
    lead(node, new)
    return DONE


def loop_an_edge_back(chance: random.Random, body: Body) -> str | None:
    """To the node itself, or to one that leads to it."""
    key = chance.choice([key for key, node in body["nodes"].items() if ways(node)])
    before = [name for name, node in body["nodes"].items() if any(to == key for _, to in ways(node))]
    new = ways(body["nodes"][key])
    at = chance.randrange(len(new))
    new[at] = (new[at][0], chance.choice([key, *before]))
    lead(body["nodes"][key], new)
    return DONE


def swap_two_labels(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, lambda node: len(ways(node)) > 1)
    if node is None:
        return None
    new = ways(node)
    one, other = chance.sample(range(len(new)), 2)
    new[one], new[other] = (new[other][0], new[one][1]), (new[one][0], new[other][1])
    lead(node, new)
    return DONE


def misspell_a_label(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, lambda node: any(label for label, _ in ways(node)))
    if node is None:
        return None
    new = ways(node)
    at = chance.choice([index for index, (label, _) in enumerate(new) if label])
    new[at] = (_typo(chance, str(new[at][0])), new[at][1])
    lead(node, new)
    return DONE


def drop_a_label(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, lambda node: any(label for label, _ in ways(node)))
    if node is None:
        return None
    new = ways(node)
    at = chance.randrange(len(new))
    new[at] = (None, new[at][1])
    lead(node, new)
    return DONE


def drop_the_last_answer(chance: random.Random, body: Body) -> str | None:
    """`false`, `default` or `not_met`, in any of their spellings."""
    last = {"false", "no", "default", "not_met", "fallback"}
    node = _some(chance, body, lambda node: any(label in last for label, _ in ways(node)))
    if node is None:
        return None
    lead(node, [(label, to) for label, to in ways(node) if label not in last])
    return DONE


def double_a_way(chance: random.Random, body: Body) -> str | None:
    """The same label twice, in other letters maybe, to another node."""
    node = _some(chance, body, ways)
    if node is None:
        return None
    label, _ = chance.choice(ways(node))
    lead(node, [*ways(node), (label and chance.choice([label, label.upper()]), chance.choice(list(body["nodes"])))])
    return DONE


def add_a_plain_way(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, ways)
    if node is None:
        return None
    lead(node, [*ways(node), (None, chance.choice(list(body["nodes"])))])
    return DONE


def lead_a_way_into_a_trigger(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, lambda node: node["type"] != "TRIGGER" and ways(node))
    trigger = next((key for key, item in body["nodes"].items() if item["type"] == "TRIGGER"), None)
    if node is None or trigger is None:
        return None
    new = ways(node)
    at = chance.randrange(len(new))
    new[at] = (new[at][0], trigger)
    lead(node, new)
    return DONE


def lead_a_way_out_of_an_exit(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, _of("EXIT"))
    if node is None:
        return None
    lead(node, [(None, chance.choice(list(body["nodes"])))])
    return DONE


def lead_a_way_to_nowhere(chance: random.Random, body: Body) -> str | None:
    """A misspelt node key."""
    node = _some(chance, body, ways)
    if node is None:
        return None
    new = ways(node)
    at = chance.randrange(len(new))
    new[at] = (new[at][0], _typo(chance, new[at][1]))
    lead(node, new)
    return DONE


# Nodes


def delete_a_node(chance: random.Random, body: Body) -> str | None:
    """And leave the ways that led to it."""
    del body["nodes"][chance.choice(list(body["nodes"]))]
    return DONE


def cut_a_node_out(chance: random.Random, body: Body) -> str | None:
    """With the ways to it and from it."""
    key = chance.choice(list(body["nodes"]))
    del body["nodes"][key]
    for node in body["nodes"].values():
        lead(node, [(label, to) for label, to in ways(node) if to != key])
    return DONE


def bridge_a_node(chance: random.Random, body: Body) -> str | None:
    """Taken out with care: whoever led to it leads to where it led."""
    key = chance.choice([key for key, node in body["nodes"].items() if ways(node) and node["type"] != "TRIGGER"])
    to = ways(body["nodes"].pop(key))[0][1]
    for node in body["nodes"].values():
        lead(node, [(label, to if target == key else target) for label, target in ways(node)])
    return DONE if to in body["nodes"] else _UNREADABLE


def lead_every_end_back(chance: random.Random, body: Body) -> str | None:
    """To a node that holds people; no EXIT is left."""
    ends = {key for key, node in body["nodes"].items() if node["type"] == "EXIT"}
    holding = [key for key, node in body["nodes"].items() if node["type"] in ("WAIT", "WAIT_FOR_EVENT")]
    if not holding:
        return None
    body["nodes"] = {key: node for key, node in body["nodes"].items() if key not in ends}
    for node in body["nodes"].values():
        lead(node, [(label, chance.choice(holding) if to in ends else to) for label, to in ways(node)])
    return DONE


def remove_the_trigger(chance: random.Random, body: Body) -> str | None:
    body["nodes"] = {key: node for key, node in body["nodes"].items() if node["type"] != "TRIGGER"}
    return DONE


def turn_a_wait_into_a_moment(chance: random.Random, body: Body) -> str | None:
    """A node that held people shows something at once instead."""
    node = _some(chance, body, _of("WAIT", "WAIT_FOR_EVENT"))
    if node is None:
        return None
    node.update(
        type="CONTENT", contentId="timeline-tooltip", config={"contentType": "tooltip", "advanceOn": "immediate"}
    )
    return DONE


def retype_a_node(chance: random.Random, body: Body) -> str | None:
    """To a type whose config is right by itself; the ways stay."""
    node = _some(chance, body, _of("WAIT", "CONTENT", "GOAL_CHECK", "EXIT"))
    if node is None:
        return None
    new = chance.choice(["EXIT", "GOAL_CHECK", "SPLIT", "WAIT"])
    node.pop("config", None)
    node.pop("contentId", None)
    node["type"] = new
    if new == "WAIT":
        node["config"] = {"duration": "1d"}
    return DONE


def retype_a_node_and_keep_its_config(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, _of("WAIT", "CONDITION", "WAIT_FOR_EVENT"))
    if node is None:
        return None
    node["type"] = chance.choice(["CONTENT", "SPLIT", "EXIT", "GOAL_CHECK"])
    return _MISNAMED


def invent_a_type(chance: random.Random, body: Body) -> str | None:
    node = body["nodes"][chance.choice(list(body["nodes"]))]
    node["type"] = _typo(chance, node["type"])
    return _MISNAMED


def rename_a_node(chance: random.Random, body: Body) -> str | None:
    """Everywhere: nothing is wrong with that."""
    key = chance.choice(list(body["nodes"]))
    body["nodes"] = {f"{name}-2" if name == key else name: node for name, node in body["nodes"].items()}
    for node in body["nodes"].values():
        lead(node, [(label, f"{to}-2" if to == key else to) for label, to in ways(node)])
    return DONE


def put_a_wait_between(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, ways)
    if node is None:
        return None
    new = ways(node)
    at = chance.randrange(len(new))
    label, to = new[at]
    new[at] = (label, "new-wait")
    lead(node, new)
    wait = chance.choice([{"duration": "1h"}, {"until": "2027-01-31T09:00:00Z"}, {"at": {"time": "10:00"}}])
    body["nodes"]["new-wait"] = {"type": "WAIT", "config": wait, "next": to}
    return DONE


def put_a_goal_check_between(chance: random.Random, body: Body) -> str | None:
    key = chance.choice([key for key, node in body["nodes"].items() if ways(node)])
    (label, to), *others = ways(body["nodes"][key])
    lead(body["nodes"][key], [(label, "new-check"), *others])
    answers = chance.choice([("met", "not_met"), ("TRUE", "false"), ("success", "fallback")])
    other = chance.choice([name for name, node in body["nodes"].items() if node["type"] == "EXIT"])
    body["nodes"]["new-check"] = {"type": "GOAL_CHECK", "next": {answers[0]: other, answers[1]: to}}
    return DONE


def move_a_goal_check(chance: random.Random, body: Body) -> str | None:
    """Before the first node: its place is bridged by `not_met`."""
    checks = [key for key, node in body["nodes"].items() if node["type"] == "GOAL_CHECK" and len(ways(node)) == 2]
    if not checks:
        return None
    key = chance.choice(checks)
    (met, gone), (unmet, on) = ways(body["nodes"][key])
    trigger = next(node for node in body["nodes"].values() if node["type"] == "TRIGGER")
    first = ways(trigger)[0][1]
    for node in body["nodes"].values():
        lead(node, [(label, on if to == key else to) for label, to in ways(node)])
    lead(trigger, [(None, key)])
    lead(body["nodes"][key], [(met, gone), (unmet, first)])
    return DONE


# Configs


def misspell_a_field(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, lambda node: node.get("config"))
    if node is None:
        return None
    where = chance.choice([node, node["config"]])
    name = chance.choice(list(where))
    body_of = {(_typo(chance, key) if key == name else key): value for key, value in where.items()}
    where.clear()
    where.update(body_of)
    return _MISNAMED


def misspell_a_reference(chance: random.Random, body: Body) -> str | None:
    names = [name for name in ("site", "audience") if name in body]
    contents = [node for node in body["nodes"].values() if "contentId" in node]
    if contents and chance.randrange(2):
        node = chance.choice(contents)
        node["contentId"] = _typo(chance, node["contentId"])
    else:
        name = chance.choice(names)
        body[name] = _typo(chance, body[name])
    return _MISNAMED


def misspell_an_event(chance: random.Random, body: Body) -> str | None:
    """Which events there are the vocabulary of the workspace says."""
    node = _some(chance, body, _configured("eventName"))
    if node is None:
        return None
    node["config"]["eventName"] = _typo(chance, node["config"]["eventName"])
    return _MISNAMED


def break_a_duration(chance: random.Random, body: Body) -> str | None:
    found = [
        (node["config"], name)
        for node in body["nodes"].values()
        for name in ("duration", "timeout")
        if name in (node.get("config") or {})
    ]
    if not found:
        return None
    config, name = chance.choice(found)
    config[name] = chance.choice([0, -1, "0d", "-2d", "P0D", "11y", "4000d", "2 days", "soon", 400_000_000, True])
    return _UNREADABLE


def change_a_duration(chance: random.Random, body: Body) -> str | None:
    found = [
        (node["config"], name)
        for node in body["nodes"].values()
        for name in ("duration", "timeout")
        if name in (node.get("config") or {})
    ]
    if not found:
        return None
    config, name = chance.choice(found)
    config[name] = chance.choice(["1s", 60, "P1W", "1d12h", "PT36H", "3w"])
    return DONE


def drop_a_timeout(chance: random.Random, body: Body) -> str | None:
    """And leave the way that it had."""
    node = _some(chance, body, _configured("timeout"))
    if node is None:
        return None
    del node["config"]["timeout"]
    return DONE


def drop_a_timeout_and_its_way(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, _configured("timeout"))
    if node is None:
        return None
    del node["config"]["timeout"]
    lead(node, [(label, to) for label, to in ways(node) if label != "timeout"])
    return DONE


def advance_otherwise(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, _of("CONTENT"))
    if node is None:
        return None
    node["config"]["advanceOn"] = chance.choice(["finished", "shown", "immediate"])
    return DONE


def break_the_weights(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, _configured("weights"))
    if node is None:
        return None
    weights = node["config"]["weights"]
    label = chance.choice(list(weights))
    weights[label] += chance.choice([-10, -1, 1, 5, 100])
    return DONE


def shift_the_weights(chance: random.Random, body: Body) -> str | None:
    """From one label to another: still 100, and one may be parked at 0."""
    node = _some(chance, body, _configured("weights"))
    if node is None:
        return None
    weights = node["config"]["weights"]
    one, other = chance.sample(list(weights), 2)
    by = chance.choice([weights[one], 1, 5])
    weights[one], weights[other] = weights[one] - by, weights[other] + by
    return DONE


def misspell_a_weight(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, _configured("weights"))
    if node is None:
        return None
    weights = node["config"]["weights"]
    name = chance.choice(list(weights))
    node["config"]["weights"] = {(_typo(chance, key) if key == name else key): n for key, n in weights.items()}
    return DONE


def misname_the_holdout(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, _configured("weights"))
    if node is None:
        return None
    node["config"]["holdout"] = _typo(chance, chance.choice(list(node["config"]["weights"])))
    return _MISNAMED


def hold_out_another_branch(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, _configured("weights"))
    if node is None:
        return None
    node["config"]["holdout"] = chance.choice(list(node["config"]["weights"]))
    return DONE


def contradict_a_rule(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, _configured("rules"))
    if node is None:
        return None
    contradiction = chance.choice(
        [
            [{"trait": "companySize", "gte": 50}, {"trait": "companySize", "lt": 50}],
            [{"trait": "plan", "equals": "free"}, {"trait": "plan", "in": ["team", "business"]}],
            [{"trait": "plan", "equals": "free"}, {"trait": "plan", "exists": False}],
        ]
    )
    node["config"]["rules"] = {"all": contradiction}
    return DONE


def change_a_rule(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, _configured("rules"))
    if node is None:
        return None
    node["config"]["rules"] = chance.choice(
        [
            {"not": node["config"]["rules"]},
            {"any": [node["config"]["rules"], {"trait": "role", "equals": "admin"}]},
            {"trait": "companySize", "gte": 1, "lt": 2},
            {"event": "roadmap_shared", "count": {"gte": 3}, "within": "7d"},
        ]
    )
    return DONE if "lt" not in node["config"]["rules"] else _MISNAMED


def shadow_a_branch(chance: random.Random, body: Body) -> str | None:
    node = _some(chance, body, _configured("branches"))
    if node is None or len(node["config"]["branches"]) < 2:
        return None
    branches = node["config"]["branches"]
    branches[1]["rules"] = copy.deepcopy(branches[0]["rules"])
    return DONE


def remove_a_branch(chance: random.Random, body: Body) -> str | None:
    """And leave its way."""
    node = _some(chance, body, _configured("branches"))
    if node is None:
        return None
    branches = node["config"]["branches"]
    branches.pop(chance.randrange(len(branches)))
    return DONE if branches else _UNREADABLE


# The journey


def remove_the_goal(chance: random.Random, body: Body) -> str | None:
    return DONE if body.pop("goalConfig", None) else None


def move_the_deadline(chance: random.Random, body: Body) -> str | None:
    if "goalConfig" not in body:
        return None
    body["goalConfig"]["deadline"] = chance.choice([1, 2, 5, 90])
    return DONE


def break_the_deadline(chance: random.Random, body: Body) -> str | None:
    if "goalConfig" not in body:
        return None
    body["goalConfig"]["deadline"] = chance.choice([0, -3, "7d", 2.5, 100_000])
    return _UNREADABLE


def remove_the_deadline(chance: random.Random, body: Body) -> str | None:
    return DONE if body.get("goalConfig", {}).pop("deadline", None) else None


def end_at_the_goal(chance: random.Random, body: Body) -> str | None:
    body["settings"] = {**body.get("settings", {}), "exitOnGoal": True}
    return DONE


def take_the_audience_away(chance: random.Random, body: Body) -> str | None:
    """That changes who enters, and breaks nothing."""
    return DONE if body.pop("audience", None) else None


KINDS: tuple[Mutate, ...] = (
    delete_an_edge,
    redirect_an_edge,
    loop_an_edge_back,
    swap_two_labels,
    misspell_a_label,
    drop_a_label,
    drop_the_last_answer,
    double_a_way,
    add_a_plain_way,
    lead_a_way_into_a_trigger,
    lead_a_way_out_of_an_exit,
    lead_a_way_to_nowhere,
    delete_a_node,
    cut_a_node_out,
    bridge_a_node,
    lead_every_end_back,
    remove_the_trigger,
    turn_a_wait_into_a_moment,
    retype_a_node,
    retype_a_node_and_keep_its_config,
    invent_a_type,
    rename_a_node,
    put_a_wait_between,
    put_a_goal_check_between,
    move_a_goal_check,
    misspell_a_field,
    misspell_a_reference,
    misspell_an_event,
    break_a_duration,
    change_a_duration,
    drop_a_timeout,
    drop_a_timeout_and_its_way,
    advance_otherwise,
    break_the_weights,
    shift_the_weights,
    misspell_a_weight,
    misname_the_holdout,
    hold_out_another_branch,
    contradict_a_rule,
    change_a_rule,
    shadow_a_branch,
    remove_a_branch,
    remove_the_goal,
    move_the_deadline,
    break_the_deadline,
    remove_the_deadline,
    end_at_the_goal,
    take_the_audience_away,
)
