"""A first model for journeys: everything that they ask about people, with numbers that say nothing yet.

Read off the journeys: the pages, clicks and events that let somebody in or on, the traits that rules ask, with the
values that they compare, and the types of content. Every chance is a half and every time the same, so that it
shows what has to be thought about; what comes out of such a model is no forecast.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jcli.checks.vocabulary import Definition, ValueType, Vocabulary
from jcli.documents.writer import ANY, write
from jcli.graph import layout
from jcli.logic.patterns import url_matcher
from jcli.logic.regexes import samples
from jcli.model import Audience, Json, Node, NodeType
from jcli.rehearsal import Live

HEAD = """\
# How people behave, for `jcli simulate`. This is a beginning, made from what the journeys ask: every chance is a
# half and every time the same. Put in what you know, and guess the rest; what is not said does not happen.
"""
_SOON: Json = {"median": "10m", "p90": "2h"}
_LATER: Json = {"median": "1d", "p90": "5d"}
_OFTEN: Json = {"mean": "7d"}
_RESPONSE: Json = {"shown": 0.5, "delay": {"median": "4h", "p90": "2d"}, "completed": 0.5, "dismissed": 0.25}


@dataclass(slots=True)
class Asked:
    """What the journeys ask: what people have to do, by what tells it from the rest, and the operands of each trait."""

    deeds: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)
    traits: dict[str, list[Any]] = field(default_factory=dict)
    types: dict[str, None] = field(default_factory=dict)
    anonymous: bool = False

    def deed(self, verb: str, value: str, **said: Any) -> None:
        """Something that people do, once for all who ask for it, with the properties that any of them asks for."""
        properties = said.pop("properties", {})
        deed = self.deeds.setdefault((verb, value), {verb: value, **said})
        for name, operands in properties.items():
            deed.setdefault("properties", {}).setdefault(name, []).extend(operands)

    def event(self, config: Json, **said: Any) -> None:
        """An event that something listens to, like what its `where` asks of it, and of who does it."""
        where = config.get("where") or {}
        self.deed("event", config["eventName"], **said, properties=_properties(where))
        self.rule(where)

    def rule(self, rule: Json) -> None:
        """A rule on people, all below it included."""
        for word in ("all", "any"):
            for below in rule.get(word, ()):
                self.rule(below)
        if "not" in rule:
            self.rule(rule["not"])
        elif "event" in rule:
            self.deed("event", rule["event"], every=_OFTEN)
        elif "trait" in rule:
            self.traits.setdefault(rule["trait"], []).extend(_operands(rule))


def starter_for(
    lives: Iterable[Live],
    audiences: Mapping[str, Audience],
    vocabulary: Vocabulary | None = None,
    domains: Sequence[str] = (),
) -> str:
    """The text of a model for these journeys. `audiences` are by id, the `vocabulary` is what is known of traits,
    `domains` those of the site, where pages without a host are taken to be."""
    asked, host = Asked(), f"https://{domains[0] if domains else 'www.site.example'}"
    for live in lives:
        _journey(asked, live, audiences, host)
    known = vocabulary or Vocabulary()
    traits = {name: _trait(operands, (known.traits or {}).get(name)) for name, operands in asked.traits.items()}
    model: dict[str, Any] = {
        "model": "first-guess",
        "description": "A beginning; nothing in it was counted.",
        "arrivals": {"over": "4w", "weekend": 1},
        "days": 60,
        "anonymous": 0.5 if asked.anonymous else 0,
        "traits": traits,
        "events": [_with_properties(deed, known) for deed in asked.deeds.values()],
        "outcomes": {"default": _RESPONSE, "types": dict.fromkeys(asked.types, _RESPONSE)},
    }
    block = [("traits",), ("events",), ("events", ANY), ("outcomes",), ("outcomes", "types")]
    return HEAD + write({key: value for key, value in model.items() if value != {} and value != []}, block=block)


def _journey(asked: Asked, live: Live, audiences: Mapping[str, Audience], host: str) -> None:
    journey = live.journey
    asked.anonymous = asked.anonymous or journey.allow_anonymous
    places = layout(journey)
    for node in sorted(journey.nodes, key=lambda node: (places[node.id].x, places[node.id].y)):
        _node(asked, live, node, host)
    audience = audiences.get(journey.audience_id or "")
    if audience is not None:
        asked.rule(audience.rules)
    goal = journey.goal_config
    if goal is not None and goal["type"] == "event":
        asked.event(goal["config"], after={"journey": live.key}, chance=0.5, delay=_LATER)
    elif goal is not None and goal["type"] == "page_visit":
        page = _page(goal["config"], host)
        asked.deed("page", page, after={"journey": live.key}, chance=0.5, delay=_LATER)
    elif goal is not None and goal["type"] == "attribute_match":
        asked.rule(goal["config"])


def _node(asked: Asked, live: Live, node: Node, host: str) -> None:
    config = node.config
    match node.type:
        case NodeType.TRIGGER:
            _trigger(asked, live, config, host)
        case NodeType.WAIT_FOR_EVENT:
            after = {"journey": live.key, "node": live.name_of(node.id)}
            asked.event(config, after=after, chance=0.5, delay=_LATER)
        case NodeType.CONDITION:
            for rule in [config["rules"]] if "rules" in config else [each["rules"] for each in config["branches"]]:
                asked.rule(rule)
        case NodeType.CONTENT if config.get("contentType"):
            asked.types.setdefault(config["contentType"])
        case _:
            pass


def _trigger(asked: Asked, live: Live, config: Json, host: str) -> None:
    trigger = config.get("triggerConfig") or {}
    match config["triggerType"]:
        case "URL_MATCH":
            asked.deed("page", _page(trigger, host), chance=0.5, delay=_SOON)
        case "CUSTOM_EVENT":
            asked.event(trigger, chance=0.5, delay=_SOON)
        case "ELEMENT_CLICK":
            url = {"url": _absolute(trigger["url"], host)} if "url" in trigger else {}
            asked.deed("click", trigger["selector"], **url, chance=0.5, delay=_SOON)
        case _ if live.journey.audience_id is None:
            asked.deed("enter", live.key, chance=0.5, delay=_SOON)


def _page(config: Json, host: str) -> str:
    """A URL that the pattern matches; of an expression without a sample the pattern itself, to be put right."""
    pattern: str = config["pattern"]
    if config["matchType"] == "regex":
        texts = list(samples(pattern))
        pages = [*(_absolute(text, host) for text in texts), *texts]
        return next(filter(url_matcher("regex", pattern), pages), pattern)
    return _absolute(pattern, host)


def _absolute(text: str, host: str) -> str:
    if "://" in text:
        return text
    return f"{host}{text}" if text.startswith("/") else f"{host}/{text}"


def _properties(where: Json) -> dict[str, list[Any]]:
    """The properties that a `where` asks, with the values that it compares."""
    asked: dict[str, list[Any]] = {}
    for name, operands in _tests(where):
        asked.setdefault(name, []).extend(operands)
    return asked


def _operands(test: Json) -> list[Any]:
    """What a value is compared with; that one is there (`exists`) compares it with nothing."""
    operand = next(value for key, value in test.items() if key not in ("trait", "property"))
    return [] if "exists" in test else operand if isinstance(operand, list) else [operand]


def _tests(rule: Json) -> Iterator[tuple[str, list[Any]]]:
    for word in ("all", "any"):
        for below in rule.get(word, ()):
            yield from _tests(below)
    if "not" in rule:
        yield from _tests(rule["not"])
    if "property" in rule:
        yield rule["property"], _operands(rule)


def _with_properties(deed: dict[str, Any], known: Vocabulary) -> dict[str, Any]:
    """The deed with its properties drawn, and with those that the vocabulary lists."""
    listed = known.properties(deed.get("event")) or {}
    asked: Mapping[str, list[Any]] = deed.get("properties", {})
    drawn = {name: _trait(asked.get(name, []), listed.get(name)) for name in {**dict.fromkeys(asked), **listed}}
    return {**deed, "properties": drawn} if drawn else deed


def _trait(operands: Sequence[Any], known: Definition | None) -> Any:
    """How to draw a value of which rules ask these: each as likely as the others, and one share for all the rest."""
    numbers = [value for value in operands if isinstance(value, int | float) and not isinstance(value, bool)]
    kind = known.type if known is not None else None
    if known is not None and known.values and kind is not ValueType.LIST:
        return {"shares": _equal([str(value) for value in known.values])}
    if kind is ValueType.LIST:
        items: list[Any] = [*operands, *(known.values if known is not None else ())]
        return {"value": items[:1] or ["some"], "share": 0.5}
    if kind is ValueType.BOOLEAN or any(isinstance(value, bool) for value in operands):
        return {"shares": {"true": 0.5, "false": 0.5}}
    if kind is ValueType.NUMBER or (numbers and len(numbers) == len(operands)):
        return {"between": [0, 2 * max([*map(int, numbers), 5])], "whole": True, "share": 0.5}
    texts = list(dict.fromkeys(str(value) for value in operands if isinstance(value, str) and value))
    return {"shares": _equal(texts)} if texts else {"value": "some", "share": 0.5}


def _equal(values: Sequence[str]) -> dict[str, float]:
    """The same share for each, and for those who have no value."""
    return dict.fromkeys(values, int(100 / (len(values) + 1)) / 100)
