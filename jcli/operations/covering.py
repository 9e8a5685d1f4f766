"""What of a plan is the business of a caller who sees some sites only.

A document of another site refuses the plan; what the store holds of other sites, and no document here speaks of, is
absent from it. Contents belong to no site, as everywhere.
"""

from __future__ import annotations

from dataclasses import replace

from jcli.compiler import Compilation
from jcli.errors import Forbidden
from jcli.model import Actor, Journey, Kind
from jcli.operations.context import site_of
from jcli.plan import Action, Plan
from jcli.store import Tables


def covered(tables: Tables, compilation: Compilation, plan: Plan, actor: Actor | None) -> Plan:
    """The part of a plan that the actor may see and carry out. Forbidden (`site-not-covered`) when a document of it is
    of another site, in git or in the store."""
    if actor is None or actor.sites is None:
        return plan
    asked = _Sites(tables, compilation)
    kept = []
    for action in plan.actions:
        if all(actor.sees(site) for site in (asked.in_git(action), asked.in_store(action))):
            kept.append(action)
        elif (action.kind, action.key) in compilation.sources:
            raise Forbidden(
                f"the token does not cover the site of the {action.kind.value} `{action.key}`",
                hint="name the documents of its sites by their keys, or use a token for all sites",
                code="site-not-covered",
            )
    return replace(plan, actions=tuple(kept))


class _Sites:
    """The site of a document, on either side; None for what is not there, or of no site."""

    def __init__(self, tables: Tables, compilation: Compilation) -> None:
        self._tables, self._compilation = tables, compilation
        self._states = tables.journey_states()

    def in_git(self, action: Action) -> str | None:
        source = self._compilation.sources.get((action.kind, action.key))
        if source is None:
            return None
        return source.item.site_id if isinstance(source.item, Journey) else site_of(source.item)

    def in_store(self, action: Action) -> str | None:
        if action.kind is Kind.JOURNEY:
            state = self._states.get(action.id)
            return state.site_id if state else None
        stored = self._tables.thing(action.kind, action.id)
        return site_of(stored.item) if stored else None
