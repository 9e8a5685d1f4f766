"""Edits of a live journey: who goes on in the newest revision, and where.

With `onEdit: follow` an enrollment goes on at the node with the same id, or at the one that the save's map names; with
`pin` it finishes where it entered. People are brought up to date by `CanvasChanged`, and by whatever else reaches them
first: every input begins with it. Frozen enrollments are left alone until their journey is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jcli.engine.catalogue import Listed
from jcli.engine.draft import Draft
from jcli.engine.effects import Cause, CauseKind
from jcli.engine.inputs import CanvasChanged
from jcli.engine.nodes import Leave
from jcli.engine.state import EnrollmentState
from jcli.engine.walk import end, enter_node, step
from jcli.model import Instant

_CAUSE = Cause(CauseKind.CANVAS)
_NO_MAP: Mapping[str, str] = {}


def catch_up(draft: Draft, now: Instant, change: CanvasChanged | None = None) -> None:
    """All of the person's enrollments that follow their journeys go on in the newest revisions."""
    behind = []
    for enrollment in draft.enrollments.values():
        listed = draft.running(enrollment.journey_id)
        if listed is not None and enrollment.revision != listed.journey.canvas.revision:
            behind.append((listed, enrollment))
    for listed, enrollment in behind:
        if not listed.journey.settings.pin:
            told = change is not None and change.journey_id == enrollment.journey_id
            _follow(draft, listed, enrollment, now, change.node_map if told and change is not None else _NO_MAP)


def _follow(
    draft: Draft, listed: Listed, enrollment: EnrollmentState, now: Instant, node_map: Mapping[str, str]
) -> None:
    """The same wait with its due time where the node is of the same type; another type begins anew."""
    newest = listed.journey.canvas
    names = _names(listed, enrollment.revision, node_map)
    node_id = names.get(enrollment.node_id, enrollment.node_id)
    node = newest.nodes.get(node_id)
    if node is None:
        end(draft, enrollment, "node_removed", now, _CAUSE)
        return
    labels = {names.get(key, key): label for key, label in enrollment.labels.items()}
    heard = frozenset(names.get(key, key) for key in enrollment.heard)
    if node.type is enrollment.node_type and node_id == enrollment.node_id:
        draft.put_enrollment(replace(enrollment, revision=newest.revision, labels=labels, heard=heard))
        return
    # The ledger says that the person was led to another node, or that this one has become another thing.
    moved = step(draft, newest, enrollment, Leave(None, node_id), now, _CAUSE)
    assert moved is not None
    followed = replace(moved, revision=newest.revision, labels=labels, heard=heard)
    if node.type is enrollment.node_type:
        draft.put_enrollment(replace(followed, due_at=enrollment.due_at, delivery_id=enrollment.delivery_id))
        return
    draft.expire_delivery(enrollment.delivery_id, now)
    enter_node(draft, listed, followed, now, _CAUSE)


def _names(listed: Listed, revision: int, node_map: Mapping[str, str]) -> Mapping[str, str]:
    """Old node id -> new one, over all saves since the revision. `node_map` is that of the newest save."""
    names: dict[str, str] = {}
    newest = listed.journey.canvas.revision
    for number in range(revision + 1, newest + 1):
        step_map = listed.node_maps.get(number, _NO_MAP)
        if number == newest and node_map:
            step_map = {**step_map, **node_map}
        for old, now in names.items():
            names[old] = step_map.get(now, now)
        for old, new in step_map.items():
            names.setdefault(old, new)
    return names
