"""What names what: the sites, audiences and contents that a document refers to, and which of them a plan may remove.

A thing that something of the store will still name once the plan is carried out is not removed by it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from jcli.model import Audience, Item, Journey, Kind
from jcli.plan import Action, Outcome, Plan
from jcli.store import Tables

Named = tuple[Kind, str]


def named_by(item: Item) -> frozenset[Named]:
    """Kind and id of everything that the item refers to."""
    if isinstance(item, Audience):
        return frozenset() if item.site_id is None else frozenset({(Kind.SITE, item.site_id)})
    if not isinstance(item, Journey):
        return frozenset()
    named: set[Named] = {(Kind.SITE, item.site_id)}
    named |= {(Kind.CONTENT, node.content_id) for node in item.nodes if node.content_id is not None}
    if item.audience_id is not None:
        named.add((Kind.AUDIENCE, item.audience_id))
    return frozenset(named)


def without_named(
    tables: Tables, plan: Plan, item_written: Callable[[Action], Item | None], *, sees_all: bool = True
) -> Plan:
    """The plan that keeps the things which are still named after it. `item_written` is what an action writes, if it
    writes a definition. An archived journey goes on naming what it named: it may come back and want it. What names a
    thing is told to those alone who see every site."""
    if not any(_goes(action) for action in plan.actions):
        return plan
    written = {(one.kind, one.id): (one, item) for one in plan.actions if (item := item_written(one)) is not None}
    gone: set[Named] = set()
    decided = []
    # Audiences name sites, so they are decided about first; a plan has sites first.
    for action in reversed(plan.actions):
        if _goes(action):
            name = _namer(tables, action, written, gone)
            if name is None:
                gone.add((action.kind, action.id))
            else:
                name = name if sees_all else "something in the store"
                note = f"{action.file} no longer has it; it stays, because {name} names it"
                action = replace(action, outcome=Outcome.KEPT, note=note)
        decided.append(action)
    return replace(plan, actions=tuple(reversed(decided)))


def _goes(action: Action) -> bool:
    return action.outcome is Outcome.ARCHIVE and action.kind is not Kind.JOURNEY


def _namer(tables: Tables, action: Action, written: dict[Named, tuple[Action, Item]], gone: set[Named]) -> str | None:
    """What will name the thing after the plan, in words, if anything does."""
    thing = (action.kind, action.id)
    for kind, namer_id, name in tables.naming(*thing):
        if (kind, namer_id) not in written and (kind, namer_id) not in gone:
            return f"`{name}` in the store"
    return next((f"`{writer.key}` in git" for writer, item in written.values() if thing in named_by(item)), None)
