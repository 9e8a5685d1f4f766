"""Which runtime feeds the engine in a process that stays: the distributed one where JCLI_RESTATE names a Restate."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from jcli.commands.session import clock
from jcli.errors import ConfigError

if TYPE_CHECKING:
    from jcli.runtime import RuntimeSettings
    from jcli.runtime.feeder import Feeder
    from jcli.store import Store


def refuse_unusable(store: Store) -> None:
    """ConfigError for settings with which `feeder` would make nothing, before anybody is told that it serves."""
    from jcli.runtime.distributed.settings import read_settings

    if read_settings(os.environ) is not None:
        must_be_shared(store)


def feeder(store: Store, settings: RuntimeSettings) -> Feeder:
    """What takes events and changes in for a server. ConfigError for settings that cannot be used."""
    from jcli.runtime import Runtime
    from jcli.runtime.distributed.settings import read_settings

    distributed = read_settings(os.environ)
    if distributed is None:
        return Runtime(store, clock, lambda: str(uuid4()), settings=settings)
    must_be_shared(store)
    from jcli.runtime.distributed.feeding import DistributedRuntime

    return DistributedRuntime(store, clock, lambda: str(uuid4()), distributed)


def must_be_shared(store: Store) -> None:
    """ConfigError for a store that is one machine's alone."""
    if not store.url.startswith(("postgresql://", "postgres://")):
        raise ConfigError(
            "with Restate several machines work on one store, and this one is no PostgreSQL",
            hint="set JCLI_STORE=postgresql://..., or take JCLI_RESTATE away",
        )


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Around imports of what an extra brings along: ConfigError where it is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"this needs the extra `{extra}`: {error.name} is not installed", hint=f"pip install 'jcli[{extra}]'"
        ) from None
