"""Whether a store is sound: what the database says of itself, what must hold between its rows, and what people's states
say beside the rows. Changes nothing; what is wrong comes back as values.

The rules between rows are statements, `jcli/store/rows/queries/soundness.sql`; here is what each of them means. All is
read in one transaction, so that whoever writes meanwhile is no fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jcli.checks.subject import fitted, short
from jcli.operations.context import Clock
from jcli.operations.examining_people import SLICE, PeopleExamined
from jcli.store import Fault, Store, Tables

Moved = Callable[[int, int], None]
"""Told that `done` of `total` steps are done."""
MOST = 100
"""Faults of one rule that are told; whoever has more has one cause for them."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """`says` is filled with the columns of a row, cut where they are long; `keys` of them name the subject."""

    table: str
    says: str
    keys: int = 1


def _counter(table: str, what: str, keys: int) -> _Rule:
    return _Rule(table, f"{what}: the counter says {{{keys}}}, counting gives {{{keys + 1}}}", keys)


RULES: Mapping[str, _Rule] = {
    "thing_counts": _counter("thing_counts", "things of the kind {0} and the site {1!r}", 2),
    "journey_counts": _counter("journey_counts", "journeys of the site {0} that are {1}", 2),
    "people_counts": _counter("people_counts", "people of the site {0}", 1),
    "enrollment_counts": _counter("enrollment_counts", "{1} in the journey {0} on the node {2}", 3),
    "enrollment_totals": _counter("enrollment_totals", "enrollments in the journey {0}", 1),
    "enrollment_revisions": _counter("enrollment_revisions", "people in the journey {0} on its revision {1}", 2),
    "step_counts": _counter("step_counts", "steps in the journey {0} from the node {1}", 2),
    "step_times": _counter("step_times", "times in the journey {0} on the node {1}", 2),
    "goal_counts": _counter("goal_counts", "goals met in the journey {0}", 1),
    "split_counts": _counter("split_counts", "choices in the journey {0} at {1} of {2}", 3),
    "ledger_gap": _Rule("steps", "the ledger of the enrollment {0} has {1} steps, and their numbers go up to {2}"),
    "ledger_end": _Rule("enrollments", "the enrollment {0} is {1}, and its ledger says something else"),
    "step_without_enrollment": _Rule("steps", "there are steps of the enrollment {0}, which is not there"),
    "enrollment_without_person": _Rule("enrollments", "the enrollment {0} is that of {1}, who is not there"),
    "delivery_without_enrollment": _Rule("deliveries", "the delivery {0} belongs to an enrollment that is not there"),
    "delivery_without_person": _Rule("deliveries", "the delivery {0} is for somebody who is not there"),
    "event_without_person": _Rule("events", "the event in row {0} is that of somebody who is not there"),
    "outbox_without_person": _Rule("outbox", "the event {0} for webhooks is that of somebody who is not there"),
    "missing_revision": _Rule("journeys", "the journey {0} is at revision {1}, which is not there"),
    "node_count": _Rule("nodes", "the journey {0} should have {1} nodes, and there are {2}"),
    "edge_count": _Rule("edges", "the journey {0} should have {1} edges, and there are {2}"),
    "log_gap": _Rule("audit_log", "the log of the {1} {0} has {2} entries, and their numbers go up to {3}", 2),
}


def _nobody(done: int, total: int) -> None:
    pass


def examine(store: Store, clock: Clock, moved: Moved = _nobody) -> list[Fault]:
    """Everything that is wrong with the store, at most `MOST` of a rule. The steps are rules, and slices of people."""
    with store.read() as tables:
        return _limited(_faults(store, tables, clock, moved))


def _faults(store: Store, tables: Tables, clock: Clock, moved: Moved) -> Iterator[Fault]:
    people = next((table.rows for table in tables.table_facts() if table.name == "people"), 0)
    total, done = len(RULES) + 2 + people // SLICE, 1
    for sentence in tables.integrity(MOST):
        yield Fault("integrity", "", "", sentence)
    for name in RULES:
        moved(done, total)
        yield from (fault_of(name, row) for row in tables.unsound(name, MOST))
        done += 1
    places = tables.places()
    yield from _places(tables, places)
    examined = PeopleExamined(store, tables, clock())
    for found in examined.slices():
        moved(min(done, total), total)
        yield from found
        done += 1
    yield from examined.left_over(places)
    moved(total, total)


def fault_of(name: str, row: Sequence[Any]) -> Fault:
    """What a row that breaks a rule means, in words."""
    rule = RULES[name]

    def message(limit: int) -> str:
        return rule.says.format(*(short(value, limit) if isinstance(value, str) else value for value in row))

    subject = " ".join(str(value) for value in row[: rule.keys])
    return Fault(name.replace("_", "-"), rule.table, subject, fitted(message))


def _places(tables: Tables, places: Sequence[tuple[Any, ...]]) -> Iterator[Fault]:
    """Enrollments whose node, or whose revision, is not there."""
    revisions: dict[tuple[str, int], frozenset[str] | str] = {}
    for journey_id, number, node_id, count, _ in places:
        key, where = (journey_id, number), f"revision {number} of the journey {short(journey_id, 36)}"
        if key not in revisions:
            revisions[key] = _nodes(tables, *key)
        nodes = revisions[key]
        if isinstance(nodes, str):
            message = f"{where} {nodes}; enrollments on it: {count:,}"
            yield Fault("enrollment-without-revision", "enrollments", journey_id, message)
        elif node_id is not None and node_id not in nodes:
            message = f"{where} has no node {short(node_id, 36)}; enrollments on it: {count:,}"
            yield Fault("enrollment-without-node", "enrollments", journey_id, message)


def _nodes(tables: Tables, journey_id: str, number: int) -> frozenset[str] | str:
    """The nodes of a revision, or what is wrong with it."""
    try:
        revision = tables.revision(journey_id, number)
    except (ValueError, TypeError, KeyError, AttributeError):
        return "cannot be read"
    return "is not there" if revision is None else frozenset(node.id for node in revision.nodes)


def _limited(faults: Iterable[Fault]) -> list[Fault]:
    """The first `MOST` of each rule."""
    seen: Counter[str] = Counter()
    kept = []
    for fault in faults:
        seen[fault.rule] += 1
        if seen[fault.rule] <= MOST:
            kept.append(fault)
    return kept
