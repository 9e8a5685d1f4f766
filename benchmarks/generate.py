"""A workspace of many journeys, the same for the same seed: `python -m benchmarks.generate FOLDER --journeys N`.

Each journey is one file of about 2 KiB with 8 to 12 nodes of all types, written as people write them (comments,
block style, all forms of `next`), and passes every check without a warning, as most files of most days do.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

SEED = 20260
SITES = 3
AUDIENCES = 20
CONTENTS = 60
_PER_FOLDER = 500
_TRAITS = ("plan", "role", "country", "teamSize", "industry", "signupSource")
_VALUES = ("free", "pro", "admin", "member", "de", "fr", "design", "finance", "referral")
_EVENTS = ("teammate_invited", "project_created", "report_exported", "file_uploaded", "integration_added")
_AIMS = ("finish the setup", "invite the first teammate", "find the reports", "connect a calendar", "upgrade in time")
_KINDS = ("flow", "tooltip", "modal", "banner")


def workspace(folder: Path, journeys: int, *, seed: int = SEED) -> list[Path]:
    """Write a workspace into the folder; the paths of its journey files, in order."""
    chance = random.Random(seed)
    documents = folder / "journeys"
    documents.mkdir(parents=True, exist_ok=True)
    (folder / "jcli.yaml").write_text(
        "workspace: benchmark\npaths: [journeys]\ntarget: local\n"
        "targets:\n  local: {url: sqlite:///.jcli/journeys.db}\n"
    )
    (documents / "shared.yaml").write_text("---\n".join(_shared(chance)))
    paths = []
    for number in range(journeys):
        path = documents / f"{number // _PER_FOLDER:03}" / f"journey-{number:05}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(journey(number, chance))
        paths.append(path)
    return paths


def _shared(chance: random.Random) -> Iterator[str]:
    for number in range(SITES):
        yield f"site: site-{number}\nname: Site {number}\ndomains: [app{number}.acme.example]\n"
    for number in range(AUDIENCES):
        rule = f"{{trait: {chance.choice(_TRAITS)}, equals: {chance.choice(_VALUES)}}}"
        yield f"audience: audience-{number}\nname: Audience {number}\nrules:\n  all:\n    - {rule}\n"
    for number in range(CONTENTS):
        yield f"content: content-{number}\nname: Content {number}\ncontentType: {_KINDS[number % len(_KINDS)]}\n"


def journey(number: int, chance: random.Random) -> str:
    """The text of one journey file."""
    event, aim = chance.choice(_EVENTS), chance.choice(_AIMS)
    exits = chance.random() < 0.5
    parts = [
        f"# Journey {number}. Owned by team {number % 12}; ask there before changing it.\n"
        f"journey: journey-{number:05}\n"
        f"name: Journey {number}, {aim}\n"
        f"description: Helps people to {aim}, and leaves them alone once {event} was seen.\n"
        f"site: site-{number % SITES}\n"
        f"audience: audience-{chance.randrange(AUDIENCES)}\n"
        f"settings:\n  reentry: {chance.choice(('once', 'after_exit'))}\n"
        f"  exitOnGoal: {'true' if exits else 'false'}\n"
        f"goalConfig:\n  type: event\n  config: {{eventName: {event}}}\n  deadline: {chance.randrange(20, 60)}\n"
        "nodes:\n"
    ]
    parts.extend(_nodes(number, event, exits, chance))
    return "".join(parts)


def _nodes(number: int, event: str, exits: bool, chance: random.Random) -> Iterator[str]:
    cool_off, halves = chance.random() < 0.7, chance.random() < 0.6
    late = chance.random() < 0.8 and not exits  # whoever meets the goal is gone before it is asked for
    yield f"  start:\n    type: TRIGGER\n    config:\n{_trigger(number, chance)}    next: welcome\n"
    dismissed = "cool-off" if cool_off else "is-ready"
    yield "  # What they see first. Closing it is no reason to show it twice.\n"
    yield _content(
        "welcome", f"\n      completed: is-ready\n      dismissed: {dismissed}\n      timeout: is-ready", chance
    )
    if cool_off:
        yield (
            f"  cool-off:\n    type: WAIT\n    config: {{duration: {chance.randrange(1, 9)}d}}\n"
            "    next: is-ready\n    position: {x: 420, y: 180}\n"
        )
    yield (
        "  is-ready:\n    type: CONDITION\n    config:\n      rules:\n        any:\n"
        f"          - {{trait: {chance.choice(_TRAITS)}, equals: {chance.choice(_VALUES)}}}\n"
        f"          - {{trait: seats, gte: {chance.randrange(2, 50)}}}\n"
        f"          - {{event: {event}, count: {{gte: {chance.randrange(1, 5)}}}, within: 7d}}\n"
        f"    next: {{true: {'half' if halves else 'wait-for-it'}, false: hint}}\n"
    )
    yield _content("hint", " wait-for-it", chance)
    if halves:
        share = chance.randrange(10, 90)
        yield (
            f"  half:\n    type: SPLIT\n    config:\n      weights: {{calm: {share}, bold: {100 - share}}}\n"
            "    next:\n      - {to: calm-words, label: calm}\n      - {to: bold-words, label: bold}\n"
        )
        yield _content("calm-words", " wait-for-it", chance)
        yield _content("bold-words", " wait-for-it", chance)
    yield (
        f"  wait-for-it:\n    type: WAIT_FOR_EVENT\n    config:\n      eventName: {event}\n"
        f"      timeout: {chance.randrange(2, 10)}d\n"
        f"      where: {{property: amount, gte: {chance.randrange(1, 500)}}}\n"
        f"    next: {{event: thanks, timeout: {'reached' if late else 'thanks'}}}\n"
    )
    if late:
        yield "  reached:\n    type: GOAL_CHECK\n    next: {met: thanks, not_met: done}\n"
    yield _content("thanks", " done", chance)
    yield "  done:\n    type: EXIT\n    config: {outcome: shown}\n"


def _trigger(number: int, chance: random.Random) -> str:
    kind = chance.randrange(3)
    if kind == 0:
        return (
            "      triggerType: URL_MATCH\n"
            f"      triggerConfig: {{matchType: startsWith, pattern: https://app.acme.example/pages/{number}/}}\n"
        )
    if kind == 1:
        return f"      triggerType: CUSTOM_EVENT\n      triggerConfig: {{eventName: step_{number}_reached}}\n"
    return f'      triggerType: ELEMENT_CLICK\n      triggerConfig: {{selector: "#button-{number}"}}\n'


def _content(key: str, ways: str, chance: random.Random) -> str:
    number = chance.randrange(CONTENTS)
    return (
        f"  {key}:\n    type: CONTENT\n    contentId: content-{number}\n"
        f"    config: {{contentType: {_KINDS[number % len(_KINDS)]}, advanceOn: finished, timeout: 3d}}\n"
        f"    next:{ways}\n"
    )


def change(paths: list[Path], count: int, round_number: int) -> None:
    """Edit `count` files spread over the workspace, each time differently, as an author would: one line."""
    for path in paths[:: max(1, len(paths) // count)][:count]:
        lines = path.read_text().splitlines(keepends=True)
        lines[3] = f"description: Edited in round {round_number}.\n"
        path.write_text("".join(lines))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a workspace of generated journeys.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--journeys", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    paths = workspace(options.folder, options.journeys, seed=options.seed)
    size = sum(path.stat().st_size for path in paths)
    print(f"{len(paths)} journeys, {size / max(1, len(paths)):.0f} bytes each, in {options.folder}")


if __name__ == "__main__":
    main()
