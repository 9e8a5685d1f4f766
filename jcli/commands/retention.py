"""For how long events are kept: `JCLI_KEEP_EVENTS`, else `keepEvents` under `server:` in jcli.yaml, else 30 days."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from jcli.errors import ConfigError

if TYPE_CHECKING:
    from jcli.commands.session import Session
    from jcli.runtime import RuntimeSettings

_VARIABLE, _KEY = "JCLI_KEEP_EVENTS", "keepEvents"


def runtime_settings(session: Session, *, worker: bool) -> RuntimeSettings:
    """How the runtime of a process that stays works; ConfigError for a duration that is none."""
    from jcli.runtime import RuntimeSettings

    kept = _kept(session)
    return RuntimeSettings(worker=worker) if kept is None else RuntimeSettings(worker=worker, keep_events=kept)


def _kept(session: Session) -> int | None:
    from jcli.durations import parse_duration

    given: Any = os.environ.get(_VARIABLE)
    place = _VARIABLE
    if not given:
        workspace = session.workspace_or_none()
        given = workspace.config.server.get(_KEY) if workspace else None
        place = f"server.{_KEY}"
    if given is None:
        return None
    if not isinstance(given, str | int) or isinstance(given, bool):
        raise ConfigError(f"{place} is not a duration; write one such as 30d or 12w")
    try:
        return parse_duration(int(given) if isinstance(given, str) and given.isascii() and given.isdigit() else given)
    except ValueError as error:
        raise ConfigError(f"{place}: {error}") from None
