"""What the other documents of a workspace need to know of a document to be compared with it: its facts.

Facts are small and plain, so that they can be made in one process and compared in another, or kept from the last run.
They hold no lines: those are asked of the document itself, and only where there is something to tell. A check of the
stage `workspace` sees the facts of all documents that passed the stages up to references.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from jcli.canonical import Places
from jcli.findings import Path
from jcli.model import Audience, Content, Journey, Json, Kind, NodeType


class TriggerFacts(NamedTuple):
    """A TRIGGER: its key, `triggerType` and `triggerConfig`."""

    node: str
    type: str
    config: Json

    @property
    def path(self) -> Path:
        """Where it stands in its document."""
        return ("nodes", self.node)


@dataclass(frozen=True, slots=True)
class Facts:
    """`file` and `index` say which document it is (counted in its file from 0). `site` and `audience` are the ids that
    a journey or an audience refers to, `rules` those of an audience, `draft`, `triggers` and `contents` (the ids of
    what it shows or has for its goal) are a journey's."""

    kind: Kind
    key: str
    id: str
    file: str
    index: int
    site: str | None = None
    audience: str | None = None
    rules: Json | None = None
    draft: bool = False
    triggers: tuple[TriggerFacts, ...] = ()
    contents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Together:
    """The facts of all documents that passed the stages up to references. `complete` says that these are all documents
    of the workspace: that no error of those stages keeps one out."""

    documents: Sequence[Facts]
    complete: bool = True


def facts_of_journey(journey: Journey, places: Places, key: str, file: str, index: int, *, draft: bool) -> Facts:
    triggers = tuple(
        TriggerFacts(places.name(node.id), node.config["triggerType"], node.config.get("triggerConfig") or {})
        for node in journey.nodes
        if node.type is NodeType.TRIGGER
    )
    return Facts(
        Kind.JOURNEY,
        key,
        journey.id,
        file,
        index,
        site=journey.site_id,
        audience=journey.audience_id,
        draft=draft,
        triggers=triggers,
        contents=_contents(journey),
    )


def _contents(journey: Journey) -> tuple[str, ...]:
    shown = dict.fromkeys(node.content_id for node in journey.nodes if node.content_id is not None)
    goal = journey.goal_config
    if goal is not None and goal["type"] == "flow_completed":
        shown[goal["config"]["flowId"]] = None
    return tuple(shown)


def facts_of_audience(audience: Audience, key: str, file: str, index: int) -> Facts:
    return Facts(Kind.AUDIENCE, key, audience.id, file, index, site=audience.site_id, rules=audience.rules)


def facts_of_content(content: Content, file: str, index: int) -> Facts:
    return Facts(Kind.CONTENT, content.id, content.id, file, index)
