"""How a store is, and what is wrong with it, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from jcli.model import Instant
from jcli.render.findings import FORMAT_VERSION
from jcli.render.ink import Ink, plain
from jcli.render.instants import rfc3339
from jcli.render.tables import table
from jcli.store import Fault, Schema, StoreFacts, Tally

_NO_INK = Ink()
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def status(url: str, facts: StoreFacts, ink: Ink = _NO_INK) -> str:
    """The store, a line for each thing to know of it, then its tables."""
    lines = "".join(f"  {name:<8}{plain(says)}\n" for name, says in _lines(facts))
    rows = [(each.name, f"{each.rows:,}", _at(each.oldest), _at(each.newest)) for each in facts.tables]
    listed = table(("TABLE", "ROWS", "OLDEST", "NEWEST"), rows, ink, right=(1,)) if rows else ""
    return f"{ink(plain(url), 'bold')}\n{lines}" + (f"\n{listed}" if listed else "")


def _lines(facts: StoreFacts) -> Iterator[tuple[str, str]]:
    yield "schema", schema_line(facts.schema)
    size = facts.size
    parts = [bytes_line(size.whole)]
    parts += [] if size.free is None else [f"{bytes_line(size.free)} of it free"]
    parts += [] if size.log is None else [f"{bytes_line(size.log)} in the log"]
    yield "size", ", ".join(parts)
    if facts.waiting is not None:
        waiting = facts.waiting
        later = "" if waiting.next_due is None else f"; the first timer is that of {rfc3339(waiting.next_due)}"
        yield "timers", f"{waiting.due:,} people are due{later}"
        for job in waiting.jobs:
            yield "job", f"{job.kind.value} of {job.journey_id}: {job.progress.done:,} of {job.progress.total:,}"
        outbox = next((each.rows for each in facts.tables if each.name == "outbox"), 0)
        yield "outbox", f"{outbox:,} events wait to be sent"
    if facts.pause is not None:
        yield "paused", f"{facts.pause.reason}, since {rfc3339(facts.pause.at)}; nothing can be written"
    if facts.filling is not None:
        state = "all of it came" if facts.filling.whole else "not whole yet: it is being copied"
        yield "copy", f"{state} from {facts.filling.source}, begun {rfc3339(facts.filling.at)}"


def schema_line(schema: Schema) -> str:
    """One sentence on the migrations."""
    if schema.newer:
        return f"written by a newer version of jcli, which knows {', '.join(schema.newer)}"
    if schema.pending:
        return f"to be brought up to date by `jcli db migrate`: {', '.join(schema.pending)}"
    return f"up to date ({schema.applied[-1]})" if schema.applied else "empty"


def status_json(url: str, schema: Schema, facts: StoreFacts | None) -> str:
    """The same as data; all but `url` and `schema` is null for a store that a newer version wrote."""
    return _json({"url": url, "schema": schema_data(schema), **_facts_data(facts)})


def schema_data(schema: Schema) -> dict[str, Any]:
    return {"applied": schema.applied, "pending": schema.pending, "newer": schema.newer}


def _facts_data(facts: StoreFacts | None) -> dict[str, Any]:
    if facts is None:
        return dict.fromkeys(("bytes", "tables", "waiting", "paused", "copy"))
    waiting, pause, filling = facts.waiting, facts.pause, facts.filling
    return {
        "bytes": {"whole": facts.size.whole, "free": facts.size.free, "log": facts.size.log},
        "tables": [
            {
                "name": each.name,
                "rows": each.rows,
                "oldest": _at(each.oldest) or None,
                "newest": _at(each.newest) or None,
            }
            for each in facts.tables
        ],
        "waiting": waiting
        and {
            "due": waiting.due,
            "nextDue": _at_or_none(waiting.next_due),
            "jobs": [
                {"kind": job.kind, "journeyId": job.journey_id, "done": job.progress.done, "total": job.progress.total}
                for job in waiting.jobs
            ],
        },
        "paused": pause and {"reason": pause.reason, "at": rfc3339(pause.at)},
        "copy": filling and {"source": filling.source, "at": rfc3339(filling.at), "whole": filling.whole},
    }


def migrations_json(applied: Sequence[str], schema: Schema) -> str:
    """`applied` now."""
    return _json({"applied": applied, "schema": schema_data(schema)})


def faults(found: Sequence[Fault], ink: Ink = _NO_INK) -> str:
    """A line for each fault, and how many there are."""
    lines = "".join(f"{ink(fault.rule, 'red')}: {plain(fault.message)}\n" for fault in found)
    counted = "1 fault" if len(found) == 1 else f"{len(found)} faults"
    return f"{lines}\n{counted}\n" if found else "Nothing is wrong.\n"


def faults_json(found: Sequence[Fault]) -> str:
    findings = [
        {"code": fault.rule, "table": fault.table or None, "subject": fault.subject or None, "message": fault.message}
        for fault in found
    ]
    return _json({"findings": findings, "summary": {"findings": len(found)}})


def copy_json(source: str, target: str, tallies: Mapping[str, Tally] | None) -> str:
    """`tables` is null when nothing was left to do."""
    tables = tallies and [{"name": name, "rows": tally.rows, "checksum": str(tally)} for name, tally in tallies.items()]
    return _json({"source": source, "target": target, "tables": tables})


def bytes_line(count: int) -> str:
    """`1.5 MiB`."""
    amount, unit = float(count), 0
    while amount >= 1024 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    return f"{count} B" if unit == 0 else f"{amount:.1f} {_UNITS[unit]}"


def _at(instant: Instant | None) -> str:
    return "" if instant is None else rfc3339(instant)


def _at_or_none(instant: Instant | None) -> str | None:
    return None if instant is None else rfc3339(instant)


def _json(data: dict[str, Any]) -> str:
    return orjson.dumps({"formatVersion": FORMAT_VERSION, **data}, option=orjson.OPT_INDENT_2).decode() + "\n"
