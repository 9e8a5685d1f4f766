"""What an edit of the canvas does to the people who are half way through (`settings.onEdit`)."""

from __future__ import annotations

from collections.abc import Mapping

from jcli.model import Instant, Journey
from jcli.store import Tables


def carry_over(
    tables: Tables, old: Journey, new: Journey, node_map: Mapping[str, str], now: Instant
) -> dict[str, object]:
    """Under `follow`, people on a node that is gone go on at the node that `node_map` names, or end as `stopped`
    (`node_removed`); under `pin` they finish on the revision on which they entered. How many of each, for the log."""
    gone = {node.id for node in old.nodes} - {node.id for node in new.nodes}
    moves = {source: target for source, target in node_map.items() if source in gone}
    if new.settings.get("onEdit", "follow") == "pin" or not gone:
        return {}
    moved = tables.move_enrollments(new.id, moves) if moves else 0
    stopped = tables.stop_enrollments(new.id, "node_removed", now, node_ids=gone - set(moves))
    return {"moved": moved, "stopped": stopped} if moved or stopped else {}
