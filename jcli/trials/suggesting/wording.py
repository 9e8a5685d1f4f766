"""What a suggested case is called: what is done in it that no case before does, in a few words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import count

from jcli.checks.subject import short
from jcli.engine import EnteringRule
from jcli.model import Node, NodeType
from jcli.rehearsal import Live
from jcli.trials.coverage import KEPT_OUT, Aim, Aspect

_MOST = 3
_LONGEST = 90
_DOORS = {
    EnteringRule.AUDIENCE.value: "is not in the audience and stays out",
    EnteringRule.KNOWN.value: "is not known yet and stays out",
    EnteringRule.REENTRY.value: "comes again and is not let in twice",
}


def phrases_of(live: Live, fresh: Collection[Aim], walked: Iterable[Aim]) -> list[str]:
    """What is done in a case that is there for `fresh`; `walked` is that in the order in which it is reached."""
    walked = list(walked)
    phrases = [phrase for aim in walked if aim in fresh for phrase in said(live, aim)]
    return list(dict.fromkeys(phrases)) or ["walks through"]


def name_of(phrases: Sequence[str], taken: Collection[str]) -> str:
    """A name of a few phrases that no other case has."""
    chosen = list(phrases[:_MOST])
    while len(chosen) > 1 and len(", ".join(chosen)) > _LONGEST:
        chosen.pop()
    name = short(", ".join(chosen), _LONGEST)
    return next(found for number in count(1) if (found := name if number == 1 else f"{name} ({number})") not in taken)


def said(live: Live, aim: Aim) -> Iterator[str]:
    """What somebody does who reaches this; nothing for what everybody does."""
    match aim.aspect:
        case Aspect.ENTRIES if aim.label == KEPT_OUT:
            yield _DOORS[aim.name]
        case Aspect.ENTRIES if len(live.graph.of_type(NodeType.TRIGGER)) > 1:
            yield f"comes by {aim.name}"
        case Aspect.GOALS if aim.name in ("met", "deadline"):
            yield "meets the goal" if aim.name == "met" else "misses the deadline"
        case Aspect.LABELS | Aspect.TIMEOUTS | Aspect.EDGES:
            node_id = live.node_id(aim.name)
            decides = aim.aspect is not Aspect.EDGES or aim.label is not None
            if node_id is not None and decides and live.graph.node(node_id).type is not NodeType.TRIGGER:
                yield _decided(live, live.graph.node(node_id), aim.name, aim.label or "timeout")
        case _:
            pass


def _decided(live: Live, node: Node, key: str, label: str) -> str:
    match node.type:
        case NodeType.CONTENT:
            return {"completed": f"finishes {key}", "dismissed": f"dismisses {key}"}.get(label, f"lets {key} time out")
        case NodeType.WAIT_FOR_EVENT:
            name = node.config["eventName"]
            alike = [other for other in live.graph.of_type(node.type) if other.config["eventName"] == name]
            where = f" at {key}" if len(alike) > 1 else ""
            return f"{'sends' if label == 'event' else 'never sends'} {name}{where}"
        case NodeType.GOAL_CHECK:
            return f"{key} {label.replace('_', ' ')}"
        case _:
            return f"{key} {label}"
