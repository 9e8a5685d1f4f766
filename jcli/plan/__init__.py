"""The three-way comparison of git, the store and the base that they last agreed on. Pure.

`compare` makes a `Plan` of `Action`s; `difference` says in which fields two canonical forms differ. Nothing here
reads a file or a store: `jcli/operations/sync.py` brings the three sides and carries the plan out. The rules are
the table in `docs/sync.md`.
"""

from jcli.plan.actions import Action, Outcome, Plan
from jcli.plan.compare import GitSide, StoreSide, compare
from jcli.plan.difference import Change, differences

__all__ = ["Action", "Change", "GitSide", "Outcome", "Plan", "StoreSide", "compare", "differences"]
