"""The three-way comparison of git, the store and the base that they last agreed on. Pure.

`compare` makes a `Plan` of `Action`s by the table in `docs/sync.md`; `merge` brings two changed sides together unit
by unit; `difference` says in which fields two canonical forms differ; `renamed` which journeys may be the same;
`people` what a change does to whom; `guards` which rails stand in a plan's way; `saved` keeps a plan between review
and merge; `pulling` says what a plan means for a pull, `pulled` what came of one. Nothing here reads a file or a
store: `jcli/operations/planning.py` brings the three sides, `jcli/operations/sync.py` carries the plan out.
"""

from jcli.plan.actions import WRITES, Action, Mover, Outcome, Plan
from jcli.plan.choices import NONE, Choices, Side
from jcli.plan.compare import GitSide, StoreSide, compare
from jcli.plan.difference import Change, differences
from jcli.plan.guards import rails_of
from jcli.plan.merge import Clash, Merged, merge
from jcli.plan.people import Fate, People, Rename, Standing, people_of
from jcli.plan.pulled import Left, Pull, PulledFile, Taken
from jcli.plan.pulling import Alone, Place, PullChoices, PullDecision, PullWay, decide
from jcli.plan.rails import RAILS, Rail, removal
from jcli.plan.saved import (
    Moved,
    Planned,
    SavedPlan,
    as_data,
    choices_data,
    choices_of,
    moved_since,
    of_data,
    only_shown,
    planned,
    planned_data,
    planned_of,
    saved,
)
from jcli.plan.status import STEPS, DocumentStatus, Step

__all__ = [
    "NONE",
    "RAILS",
    "STEPS",
    "WRITES",
    "Action",
    "Alone",
    "Change",
    "Choices",
    "Clash",
    "DocumentStatus",
    "Fate",
    "GitSide",
    "Left",
    "Merged",
    "Moved",
    "Mover",
    "Outcome",
    "People",
    "Place",
    "Plan",
    "Planned",
    "Pull",
    "PullChoices",
    "PullDecision",
    "PullWay",
    "PulledFile",
    "Rail",
    "Rename",
    "SavedPlan",
    "Side",
    "Standing",
    "Step",
    "StoreSide",
    "Taken",
    "as_data",
    "choices_data",
    "choices_of",
    "compare",
    "decide",
    "differences",
    "merge",
    "moved_since",
    "of_data",
    "only_shown",
    "people_of",
    "planned",
    "planned_data",
    "planned_of",
    "rails_of",
    "removal",
    "saved",
]
