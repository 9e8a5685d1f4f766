"""Writes `docs/yaml.md`, the reference of the YAML files, from `schema/document.schema.json`; `--check` says whether
the page is current.

Fields, types, defaults, descriptions and examples come from the schema; the sentences between the tables are here. The
sample of the page is judged as a file would be before it is printed. Nothing is written by hand into the page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from jcli.checks.schemas import document_schema
from jcli.checks.shape import check_document
from jcli.documents import read

PAGE = Path(__file__).resolve().parent / "yaml.md"
Schema = Mapping[str, Any]
DEFINITIONS: Mapping[str, Schema] = document_schema()["$defs"]

SAMPLE = """\
# yaml-language-server: $schema=../schema/document.schema.json
journey: new-user-onboarding
name: New User Onboarding
description: Guide new users through core features
site: main
audience: new-admins
settings: {reentry: once}
goalConfig:
  type: flow_completed
  config: {flowId: flow_abc}
  deadline: 7
nodes:
  dashboard:
    type: TRIGGER
    config:
      triggerType: URL_MATCH
      triggerConfig: {matchType: contains, pattern: /dashboard}
    next: tour
  tour:
    type: CONTENT
    contentId: flow_abc
    config: {contentType: flow, timeout: 3d}
    next: {completed: is-admin, dismissed: cool-off, timeout: cool-off}
  cool-off:
    type: WAIT
    config: {duration: 2d}
    next: tour
  is-admin:
    type: CONDITION
    config: {rules: {trait: role, equals: admin}}
    next: {true: invite, false: done}
  invite:
    type: WAIT_FOR_EVENT
    config: {eventName: teammate_invited, timeout: 5d}
    next: {event: done, timeout: done}
  done:
    type: EXIT
---
site: main
name: Acme
domains: [app.acme.example]
---
audience: new-admins
name: New admins
rules:
  all:
    - {trait: role, equals: admin}
    - {event: project_created, count: {lt: 3}, within: 30d}
---
content: flow_abc
name: Product tour
contentType: flow
body: {steps: [{title: Welcome}]}
---
vocabulary: product
events:
  project_created: {properties: {template: text}}
  teammate_invited:
traits:
  role: {type: text, values: [admin, member]}
---
test: new-user-onboarding
cases:
  - case: an admin is led to invite somebody
    person: ana
    steps:
      - {page: https://app.acme.example/dashboard, expect: {at: tour}}
      - {finish: flow_abc, expect: {at: invite, due: 5d}}
      - {event: teammate_invited}
    expect: {status: completed, goal: met}
---
person: ana
traits: {role: admin}
---
model: typical-users
anonymous: 0.3
traits:
  role: {shares: {admin: 0.2, member: 0.7}}
events:
  - {page: https://app.acme.example/dashboard, chance: 0.9, delay: {median: 1h, p90: 2d}, known: true}
  - {event: teammate_invited, after: {journey: new-user-onboarding}, chance: 0.3, delay: {mean: 3d}}
outcomes:
  default: {shown: 0.9, completed: 0.6, dismissed: 0.2, delay: {median: 2h, p90: 1d}}
"""

INTRO = """\
# The YAML files

<!-- Written by docs/generate_yaml_reference.py from schema/document.schema.json; change them there. -->

A workspace holds journeys and what they refer to as YAML documents: every `*.yaml` and `*.yml` file below the folders
that `paths` in `jcli.yaml` names (`journeys/` where it names none). A file may hold several documents, with `---`
between them. Fields have the names of the HTTP API, and `config`, `settings` and `goalConfig` are the same objects, key
by key: one schema judges both. What differs, because people write it: nodes are a map from key to node, edges stand at
their source as `next`, and references are by key.

The first line of the sample makes an editor with a YAML language server (VS Code, Neovim, JetBrains IDEs...) offer
fields, show their descriptions and mark mistakes. One schema serves every kind of document.

```yaml
"""

KINDS = """\
## Kinds of documents

The head key tells the kind; its value is the document's **key**, unique within its kind.

| head key | the document is | its fields |
| --- | --- | --- |
| `journey` | a graph of nodes that people walk through | [Journey](#journey) |
| `content` | a content item that journeys show; the key is the `contentId` | [Content](#content) |
| `audience` | the people whom a rule describes | [Audience](#audience) |
| `vocabulary` | the events and traits that the workspace knows | [Vocabulary](#vocabulary) |
| `test` | cases that `jcli test` plays; the key is that of the journey, which several tests may share | [Test](#test) |
| `person` | somebody whom tests share | [Person](#person) |
| `model` | how people behave, for simulations | [Model](#model) |
| `site` | where journeys run and people are known | [Site](#site) |

`site` and `audience` are fields of other kinds too; they are looked for in the order of this table. Sites and contents
are checked for being there only when the workspace declares any of that kind; audiences always. Vocabularies, tests,
persons and models stay in the workspace: `jcli validate` checks them, and no store ever sees them.
"""

NEXT = """\
### next

A node's ways out, in one of three forms:

```yaml
next: tour                               # one way: the key of a node
next: {completed: report, timeout: done} # a map from label to node key
next:                                    # a list, for all that the API can hold:
  - {to: report, label: completed}       # a way with a label,
  - {to: done}                           # and one without, or two with the same
```

[`jcli fmt`](cli.md#jcli-fmt) brings each into the shortest of these forms that holds it.

Labels are text, whatever YAML makes of the word: `{true: invite, false: done}` has the labels `true` and `false`. They
are compared without regard to case. Which labels a node can take depends on its type, see below.
"""

IDS = """\
## Ids

Nothing generated is written back into a file. The id of a document is
`uuid5(NAMESPACE, "<workspace>/<kind>/<key>")`, that of a node `uuid5(journey id, key)`, and that of an edge
`uuid5(journey id, "<source>|<label>|<target>|<ordinal>")`: the same on every machine. A content's key is its id. A
journey id that is no UUID is first made one: `uuid5(NAMESPACE, id)`. `NAMESPACE` is
`52189009-7365-4736-94ab-3e777be13654`.

A document or a node may pin its `id`, so that what the API made keeps it: any text of 1 to 255 characters. To rename a
node without moving the people who stand on it, pin the id that it had.
"""

SCALARS = """\
## How YAML is read

YAML 1.2, its core schema and nothing more: `on`, `yes`, `12:30`, `010` and dates are text; `true`, `false`, `null` and
numbers are what they look like. Quote a text that looks like one of these: `name: "2024"`. Keys are always text. A key
that is there twice, an alias (`*name`), a file of more than 1 MiB, values nested deeper than 64 and any encoding but
UTF-8 are refused.
"""

RULES = """\
## Rules

Audiences, conditions, goals over traits and `where` are rules: a group of rules, or a test.

| group | holds when |
| --- | --- |
| `all: [...]` | every one of the rules holds |
| `any: [...]` | at least one of them holds |
| `not: {...}` | the rule does not hold |

```yaml
all:
  - {trait: role, in: [admin, owner]}
  - any:
      - {event: project_created, count: {gte: 3}, within: 7d}
      - not: {trait: plan, equals: free}
```

What a test may ask depends on what is at hand: `trait` and `event` in audiences, conditions and branches; `property`
besides them in `where`, which judges an event; `trait` alone in a goal of the type `attribute_match`. A test takes
exactly one operator; join several with `all`.
"""

TESTING = """\
How to write tests, and what becomes of them, is told in [Testing journeys](testing.md).
"""

SIMULATING = """\
How to write models, and what a simulation makes of them, is told in [Simulating journeys](simulation.md).
"""

TIMES = """\
## Durations and moments

| written | means |
| --- | --- |
| `90s` `15m` `36h` `2d` `1w` | seconds, minutes, hours, days, weeks |
| `1d12h` `1w2d` | the sum, from the largest unit down |
| `PT36H` `P2D` `P1W` `P1DT12H` | ISO 8601, without years and months, whose lengths differ |
| `3600` | whole seconds |

A duration is more than zero and at most 10 years; what is out of range is an error, never clamped. A day has 24 hours.
A moment is RFC 3339 with `Z` or an offset, `2027-01-31T09:00:00Z`; before and after also take a day, `2027-01-31`.
"""

# Type of node -> its ways out. The same table as in docs/journeys.md, in the order of the schema.
WAYS = {
    "TRIGGER": "one, without a label",
    "CONTENT": "one without a label, or `completed`, `dismissed`, `timeout`",
    "WAIT": "one, without a label",
    "WAIT_FOR_EVENT": "one without a label or `event`, and `timeout`",
    "CONDITION": "`true` and `false`; with `branches` their labels and `default`",
    "SPLIT": "the labels of `weights`; without weights any labels, in equal shares",
    "GOAL_CHECK": "`met` and `not_met`",
    "EXIT": "none",
}
CONFIGS = {
    "TRIGGER": "TriggerConfig",
    "CONTENT": "ContentConfig",
    "WAIT": "WaitConfig",
    "WAIT_FOR_EVENT": "WaitForEventConfig",
    "CONDITION": "ConditionConfig",
    "SPLIT": "SplitConfig",
    "GOAL_CHECK": "GoalCheckConfig",
    "EXIT": "ExitConfig",
}
BELOW = {
    "TRIGGER": [
        ("`URL_MATCH`", "UrlMatch"),
        ("`CUSTOM_EVENT`", "CustomEvent"),
        ("`ELEMENT_CLICK`", "ElementClick"),
        ("`MANUAL`", "Manual"),
    ],
    "WAIT": [("`at`", "DailyTime")],
}
GOALS = [("`event`", "EventGoal"), ("`page_visit`", "PageVisitGoal"), ("`flow_completed`", "FlowCompletedGoal")]
TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true / false",
    "object": "map",
    "array": "list",
}
LINKS = {
    "Duration": "[duration](#durations-and-moments)",
    "Instant": "[moment](#durations-and-moments)",
    "Day": "[day or moment](#durations-and-moments)",
    "Rules": "[rules](#rules)",
    "Where": "[rules](#rules)",
    "TraitRules": "[rules](#rules)",
    "Settings": "[settings](#settings)",
    "GoalConfig": "[goal](#goalconfig)",
    "FileNode": "[node](#nodes)",
    "Next": "[next](#next)",
    "TypeOrDefinition": "[type](#types)",
    "EventEntry": "[event](#events)",
    "TestCase": "[case](#case)",
    "TestStep": "[step](#step)",
    "TestExpectation": "[expectation](#expectation)",
    "TestPerson": "[person](#person)",
    "TestPersonOrName": "name, or [person](#person)",
    "TestPast": "[past event](#past-event)",
    "TestDuration": "[duration](#durations-and-moments)",
    "TestInstant": "[moment](#durations-and-moments)",
    "TestDated": "duration, `-` before it",
    "TestDue": "duration, moment, `never`",
    "TestGoal": "`met`, `not_met`, moment, duration",
    "TestDeliveries": "map or list",
    "TestRefused": "text, or list of text",
    "TestKey": "key",
    "ModelChance": "share, 0 to 1",
    "ModelLength": "duration, or [drawn length](#drawn-lengths-of-time)",
    "ModelValue": "value, or [drawn value](#drawn-values)",
    "ModelValues": "map of values, or [drawn values](#drawn-values)",
    "ModelTrait": "value, [trait](#traits-of-people), or list of them",
    "ModelRule": "[rules](#rules)",
    "ModelArrivals": "[arrivals](#arrivals)",
    "ModelAfter": "name, or [what it follows](#what-it-follows)",
    "ModelDeed": "[what people do](#what-people-do)",
    "ModelOutcomes": "[outcomes](#outcomes)",
    "ModelOutcome": "[what people do with it](#what-people-do-with-content)",
    "Slug": "key",
    "Scalar": "text, number, true / false",
}


def main(arguments: list[str]) -> int:
    text = "\n".join(page()).rstrip() + "\n"
    if "--check" in arguments:
        current = PAGE.exists() and PAGE.read_text("utf-8") == text
        if not current:
            print(f"docs/{PAGE.name} is stale: run python docs/{Path(__file__).name}", file=sys.stderr)
        return 0 if current else 1
    PAGE.write_text(text, "utf-8")
    return 0


def page() -> Iterator[str]:
    judge(SAMPLE)
    yield f"{INTRO}{SAMPLE}```\n"
    yield KINDS
    yield from section("Journey", "JourneyDocument", slug_note())
    yield from section("Settings", "Settings")
    yield from goal()
    yield from section("Nodes", "FileNode")
    yield NEXT
    for node_type in CONFIGS:
        yield from node(node_type)
    yield RULES
    for title, name in (("trait", "TraitRule"), ("property", "PropertyRule"), ("event", "EventRule")):
        yield from test(title, name)
    yield "### Operators\n"
    yield from table(DEFINITIONS["Operators"], required=False)
    yield TIMES
    yield from section("Content", "ContentDocument")
    yield from section("Audience", "AudienceDocument")
    yield from section("Vocabulary", "VocabularyDocument")
    yield from vocabulary()
    yield from tests()
    yield from models()
    yield from section("Site", "SiteDocument")
    yield IDS
    yield SCALARS


def judge(text: str) -> None:
    """Stop when a sample would not pass."""
    documents, findings = read(text.encode(), "sample")
    problems = [item.problem.message for found in documents for item in check_document(found.kind, found.data)]
    if findings or problems:
        raise SystemExit(f"a sample does not pass: {problems or findings}")


def slug_note() -> str:
    return f"{DEFINITIONS['Slug']['description']} So are the keys of nodes.\n"


def section(title: str, name: str, note: str = "") -> Iterator[str]:
    definition = DEFINITIONS[name]
    yield f"## {title}\n"
    yield f"{definition['description']}\n"
    yield from table(definition)
    if note:
        yield note


def goal() -> Iterator[str]:
    yield from section("goalConfig", "GoalConfig")
    for title, name in GOALS:
        yield from part(f"`config` of {title}:", name)
    yield "`config` of `attribute_match` is one rule or group of rules over traits, see [Rules](#rules):\n"
    yield sample("TraitRules", "goalConfig: {type: attribute_match, config: ", "}")


def vocabulary() -> Iterator[str]:
    yield "### Events\n"
    yield f"{DEFINITIONS['EventEntry']['description']}\n"
    yield from table(DEFINITIONS["EventEntry"])
    yield "### Types\n"
    yield f"{DEFINITIONS['TypeOrDefinition']['description']}\n"
    yield from table(DEFINITIONS["Definition"])


def tests() -> Iterator[str]:
    yield from section("Test", "TestDocument", TESTING)
    for title, name in (
        ("Case", "TestCase"),
        ("Step", "TestStep"),
        ("Expectation", "TestExpectation"),
        ("Person", "PersonDocument"),
        ("Past event", "TestPast"),
    ):
        yield f"### {title}\n"
        yield f"{DEFINITIONS[name]['description']}\n"
        yield from table(DEFINITIONS[name])


def models() -> Iterator[str]:
    yield from section("Model", "ModelDocument", SIMULATING)
    for title, name in (
        ("What people do", "ModelDeed"),
        ("What it follows", "ModelAfterJourney"),
        ("Outcomes", "ModelOutcomes"),
        ("What people do with content", "ModelOutcome"),
        ("Traits of people", "ModelTraitWay"),
        ("Drawn values", "ModelDrawnValue"),
        ("Drawn lengths of time", "ModelDrawnLength"),
        ("Arrivals", "ModelArrivals"),
    ):
        yield f"### {title}\n"
        yield f"{DEFINITIONS[name]['description']}\n"
        yield from table(DEFINITIONS[name])


def node(node_type: str) -> Iterator[str]:
    config = DEFINITIONS[CONFIGS[node_type]]
    yield f"### {node_type}\n"
    yield f"{meaning(node_type)} Ways out: {WAYS[node_type]}.\n"
    yield f"`config`: {config['description'][0].lower()}{config['description'][1:]}\n"
    if config["properties"]:
        yield from table(config)
    for title, name in BELOW.get(node_type, []):
        yield from part(f"`triggerConfig` of {title}:" if node_type == "TRIGGER" else f"{title}:", name)
    if node_type == "CONDITION":
        yield "Each of `branches`:\n"
        yield from table(config["properties"]["branches"]["items"])
    content = "contentId: flow_abc\n" if node_type == "CONTENT" else ""
    yield sample(CONFIGS[node_type], f"type: {node_type}\n{content}config: ")


def meaning(node_type: str) -> str:
    """What the schema says of a node type, out of the description of `type`."""
    said = DEFINITIONS["NodeType"]["description"].split(f"`{node_type}`: ")[1].split(". `")[0].rstrip(".")
    return f"{said[0].upper()}{said[1:]}."


def part(title: str, name: str) -> Iterator[str]:
    definition = DEFINITIONS[name]
    yield f"{title} {definition['description'][0].lower()}{definition['description'][1:]}\n"
    if definition["properties"]:
        yield from table(definition)


def test(title: str, name: str) -> Iterator[str]:
    definition = DEFINITIONS[name]
    yield f"### {title}\n"
    yield f"{definition['description']}\n"
    if name == "EventRule":
        yield from table(definition)
        yield "`count` takes one of:\n"
        yield from table(definition["properties"]["count"], required=False)
    yield sample(name, "")


def sample(name: str, before: str, after: str = "") -> str:
    return f"```yaml\n{before}{flow(DEFINITIONS[name]['examples'][0])}{after}\n```\n"


def table(definition: Schema, *, required: bool = True) -> Iterator[str]:
    """The fields of an object, one a row."""
    rows = [row(name, field, definition, required) for name, field in definition["properties"].items()]
    titles = ["field", "type", *(["required"] if required else []), "default", "what it is", "example"]
    if not any(cells[-3] for cells in rows):
        titles.remove("default")
        rows = [[*cells[:-3], *cells[-2:]] for cells in rows]
    yield "\n".join([line(titles), line(["---"] * len(titles)), *map(line, rows)]) + "\n"


def row(name: str, field: Schema, definition: Schema, required: bool) -> list[str]:
    whole = {**resolved(field), **field}
    needed = ["yes" if name in definition.get("required", ()) else ""] if required else []
    default = code(whole["default"]) if "default" in whole else ""
    example = code(whole["examples"][0]) if whole.get("examples") else ""
    return [f"`{name}`", type_of(field), *needed, default, whole["description"], example]


def resolved(schema: Schema) -> Schema:
    """The schema with what it refers to."""
    if "$ref" not in schema:
        return schema
    target: Any = DEFINITIONS
    for step in schema["$ref"].removeprefix("#/$defs/").split("/"):
        target = target[step]
    return {**resolved(target), **{key: value for key, value in schema.items() if key != "$ref"}}


def type_of(field: Schema) -> str:
    name = str(field.get("$ref", "")).rpartition("/")[2]
    if name in LINKS:
        return LINKS[name]
    schema = resolved(field)
    enum = schema.get("enum") or schema.get("else", {}).get("enum")
    if enum:
        return ", ".join(code(value) for value in enum)
    kinds = schema.get("type", "object")
    words = ", ".join(TYPES[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))
    if kinds == "array":
        return f"list of {type_of(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict) and kinds == "object":
        return f"map of {type_of(schema['additionalProperties'])}"
    if "minimum" in schema and "maximum" in schema and schema["maximum"] <= 3650:
        return f"{words}, {schema['minimum']} to {schema['maximum']}"
    return words


def flow(value: object) -> str:
    """A value on one line of YAML."""
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000, allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")


def code(value: object) -> str:
    return f"`{flow(value)}`"


def line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
