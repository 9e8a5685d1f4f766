"""What the distributed runtime is told: where Restate is, how many lanes there are, how events are gathered.

Read from the environment by whoever starts it (`jcli/commands/surroundings.py`); nothing here asks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from jcli.errors import ConfigError
from jcli.runtime.distributed.lanes import checked_lanes

INGRESS, ADMIN, LANES = "JCLI_RESTATE", "JCLI_RESTATE_ADMIN", "JCLI_LANES"
DEFAULT_LANES = 16


@dataclass(frozen=True, slots=True)
class DistributedSettings:
    """`ingress` are the urls of Restate's ingress, one for each node; `lanes` is in how many groups people are worked
    on in order, and must be the same everywhere.

    `parcel_events` bounds a parcel. A lane that is still at work is sent the next parcel when one is full, or when
    events have waited for `patience` seconds. `hand_over` is for how many seconds a parcel is offered to Restate before
    its senders are told that it cannot be taken, `follow` how long an event that links two ids is waited for;
    `most_waiting` events may wait. `wait` answers events only when they are worked in, which tells what became of each.
    """

    ingress: tuple[str, ...]
    lanes: int = DEFAULT_LANES
    parcel_events: int = 500
    patience: float = 0.1
    hand_over: float = 5.0
    follow: float = 2.0
    most_waiting: int = 50_000
    wait: bool = False


def read_settings(environ: Mapping[str, str]) -> DistributedSettings | None:
    """The settings out of the environment, None where it names no Restate. ConfigError says which name is wrong."""
    given = environ.get(INGRESS, "").strip()
    if not given:
        return None
    return DistributedSettings(tuple(urls(INGRESS, given)), read_lanes(environ))


def read_lanes(environ: Mapping[str, str]) -> int:
    given = environ.get(LANES) or str(DEFAULT_LANES)
    if not (given.isascii() and given.isdigit()):
        raise ConfigError(f"{LANES} is {given[:40]!r}; expected a whole number")
    return checked_lanes(int(given))


def urls(name: str, given: str) -> list[str]:
    """Urls of http servers, separated by commas. They may carry no user, because they are shown."""
    found = [url.strip().rstrip("/") for url in given.split(",") if url.strip()]
    for url in found:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise ConfigError(f"{name} holds {url[:60]!r}; expected a url such as http://restate:8080")
    return found
