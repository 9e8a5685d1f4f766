"""How documents stand to the store, and what was done to a journey, as tables and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from jcli.durations import rfc3339
from jcli.model import AuditEntry
from jcli.plan import DocumentStatus, Step
from jcli.render.findings import FORMAT_VERSION
from jcli.render.ink import Ink, plain
from jcli.render.plans import mover_data
from jcli.render.tables import table

_NO_INK = Ink()


def status(rows: Sequence[DocumentStatus], ink: Ink = _NO_INK) -> str:
    """A table of documents with the step they are in, what there is to say of each, and the counts last."""
    lines = [
        (
            row.kind.value,
            row.key,
            row.step.value,
            row.status.value if row.status else "",
            row.in_progress if row.status else "",
        )
        for row in rows
    ]
    text = table(("KIND", "KEY", "STEP", "STATUS", "IN PROGRESS"), lines, ink, right=(4,))
    for row in rows:
        text += "".join(f"{plain(row.key)}: {plain(line)}\n" for line in _remarks(row))
    counts = Counter(row.step for row in rows)
    summary = ", ".join(f"{counts[step]} {step.value}" for step in Step if counts[step])
    return f"{text}\n{summary or 'There is nothing here and nothing there.'}\n"


def _remarks(row: DocumentStatus) -> list[str]:
    remarks = [row.note] if row.note else []
    if row.mover:
        who = f"{row.mover.actor} ({row.mover.door}, {row.mover.verb})"
        remarks.append(f"the store's side: {who} at {rfc3339(row.mover.at)}")
    if row.protected:
        remarks.append(f"protected: {row.protected}")
    return remarks


def status_json(rows: Sequence[DocumentStatus]) -> str:
    counts = Counter(row.step for row in rows)
    summary = {step.value: counts[step] for step in Step}
    return _json({"formatVersion": FORMAT_VERSION, "documents": [status_data(row) for row in rows], "summary": summary})


def status_data(row: DocumentStatus) -> dict[str, Any]:
    """One document as plain data."""
    return {
        "kind": row.kind.value,
        "key": row.key,
        "id": row.id,
        "name": row.name,
        "step": row.step.value,
        "status": row.status.value if row.status else None,
        "inProgress": row.in_progress,
        "file": row.file,
        "note": row.note,
        "movedBy": mover_data(row.mover),
        "protected": row.protected,
    }


def log(entries: Sequence[AuditEntry], ink: Ink = _NO_INK) -> str:
    """What was done, newest first, a line each."""
    lines = [(rfc3339(entry.at), entry.actor, entry.door, entry.verb, _detail(entry.detail)) for entry in entries]
    return table(("WHEN", "WHO", "DOOR", "WHAT", "DETAIL"), lines, ink)


def _detail(detail: Mapping[str, Any]) -> str:
    told = {key: value for key, value in detail.items() if value not in (None, "", [], {})}
    return ", ".join(
        f"{key} {value if isinstance(value, str) else orjson.dumps(value).decode()}" for key, value in told.items()
    )


def log_json(key: str, entries: Sequence[AuditEntry]) -> str:
    return _json({"formatVersion": FORMAT_VERSION, "key": key, "entries": [entry_data(one) for one in entries]})


def entry_data(entry: AuditEntry) -> dict[str, Any]:
    """One thing that was done, as plain data."""
    at = rfc3339(entry.at)
    return {"at": at, "actor": entry.actor, "door": entry.door, "verb": entry.verb, "detail": entry.detail}


def _json(value: dict[str, Any]) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n"
