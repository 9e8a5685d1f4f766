"""What a node does, in a few short lines: the essence of its config for somebody who looks at a picture.

A line is one thought; pictures cut and wrap lines, words are chosen here. What the fields mean is in `docs/nodes/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jcli.graph import meaning
from jcli.model import Edge, Journey, Json, Node, NodeType
from jcli.render.graphs.ruling import length, rule

Lines = tuple[str, ...]

_MATCHES = {
    "exact": "is",
    "contains": "contains",
    "startsWith": "starts with",
    "starts_with": "starts with",
    "endsWith": "ends with",
    "ends_with": "ends with",
    "regex": "matches",
}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def words_of(node: Node, journey: Journey) -> Lines:
    """The lines that say what the node does, the most important first; none for a node that says it by its type."""
    if node.type is NodeType.TRIGGER:
        return _trigger(node.config, journey)
    if node.type is NodeType.CONTENT:
        return _content(node)
    if node.type is NodeType.GOAL_CHECK:
        return goal_words(journey)
    return _BY_CONFIG[node.type](node.config)


def label_of(edge: Edge, source: Node) -> str:
    """What stands on a way: its label, with its share where the node divides people by weights."""
    label = edge.label or ""
    weights: Json = (source.config.get("weights") or {}) if source.type is NodeType.SPLIT else {}
    for name, share in weights.items():
        if meaning(source.type, name) == meaning(source.type, edge.label):
            return f"{label} {share}%"
    return label


def goal_words(journey: Journey) -> Lines:
    """What the journey's goal is; one line that says so when it has none."""
    goal = journey.goal_config
    if not goal:
        return ("no goal",)
    config: Json = goal.get("config") or {}
    match goal.get("type"):
        case "event":
            return ("goal: " + _event(config),)
        case "page_visit":
            return ("goal: " + _page(config),)
        case "flow_completed":
            return (f"goal: {config.get('flowId')} completed",)
        case _:
            return ("goal: " + rule(config),)


def _trigger(config: Json, journey: Journey) -> Lines:
    asked: Json = config.get("triggerConfig") or {}
    match config.get("triggerType"):
        case "URL_MATCH":
            return (_page(asked),)
        case "CUSTOM_EVENT":
            return _event_lines(asked)
        case "ELEMENT_CLICK":
            where = [f"on pages with {asked['url']}"] if asked.get("url") else []
            return (f"click on {asked.get('selector')}", *where)
        case _:
            return ("by hand, or by the audience" if journey.audience_id else "by hand",)


def _page(config: Json) -> str:
    return f"page {_MATCHES.get(config.get('matchType', ''), 'is')} {config.get('pattern')}"


def _event(config: Json) -> str:
    return " where ".join(_event_lines(config)).replace(" where where ", " where ")


def _event_lines(config: Json) -> Lines:
    where = [f"where {rule(config['where'])}"] if config.get("where") else []
    return (f"event {config.get('eventName')}", *where)


def _content(node: Node) -> Lines:
    config = node.config
    kind = config.get("contentType")
    shown = " ".join([*([kind] if kind else []), node.content_id or "nothing"])
    advance = config.get("advanceOn", "finished")
    until = {"shown": "until it is shown", "immediate": "goes on at once"}.get(advance)
    return (shown, *([until] if until else []), *_at_most(config))


def _at_most(config: Json) -> Lines:
    return (f"at most {length(config['timeout'])}",) if config.get("timeout") is not None else ()


def _wait(config: Json) -> Lines:
    if "at" in config:
        at: Json = config["at"]
        zone = at.get("timezone")
        zone_words = "their own time zone" if zone == "person" else zone
        return (f"until {at.get('time')}{_weekdays(at.get('days'))}", *([zone_words] if zone_words else []))
    if "until" in config:
        return (f"until {config['until']}",)
    return (length(config["duration"]),) if "duration" in config else ()


def _weekdays(days: list[str] | None) -> str:
    """` on mon-fri`, ` on mon, thu`; nothing for every day."""
    chosen = [day for day in _DAYS if day in (days or _DAYS)]
    if len(chosen) == len(_DAYS):
        return ""
    first = _DAYS.index(chosen[0]) if chosen else 0
    in_a_row = chosen == list(_DAYS[first : first + len(chosen)])
    return " on " + (f"{chosen[0]}-{chosen[-1]}" if in_a_row and len(chosen) > 2 else ", ".join(chosen))


def _wait_for_event(config: Json) -> Lines:
    since = ["since the enrollment"] if config.get("since") == "enrollment" else []
    return (*_event_lines(config), *since, *_at_most(config))


def _condition(config: Json) -> Lines:
    if config.get("branches"):
        return tuple(f"{branch['label']}: {rule(branch['rules'])}" for branch in config["branches"])
    return (rule(config["rules"]),) if config.get("rules") else ()


def _split(config: Json) -> Lines:
    shares = [] if config.get("weights") else ["equal shares"]
    held = [f"{config['holdout']} is held out"] if config.get("holdout") else []
    return (*shares, *held)


def _exit(config: Json) -> Lines:
    return (f"outcome {config['outcome']}",) if config.get("outcome") else ()


_BY_CONFIG: Mapping[NodeType, Callable[[Json], Lines]] = {
    NodeType.WAIT: _wait,
    NodeType.WAIT_FOR_EVENT: _wait_for_event,
    NodeType.CONDITION: _condition,
    NodeType.SPLIT: _split,
    NodeType.EXIT: _exit,
}
