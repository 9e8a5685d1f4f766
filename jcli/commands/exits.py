"""Exit codes, and which error becomes which. The table is in `docs/cli.md`."""

from __future__ import annotations

from jcli.errors import (
    ConfigError,
    Forbidden,
    InvalidRequest,
    JcliError,
    NotAllowed,
    NotFound,
    Stale,
    StoreError,
)

DONE = 0
FINDINGS = 1
USAGE = 2
FAILED = 3
CHANGES = 4
CONFLICT = 5
REFUSED = 6
INTERRUPTED = 130
BROKEN_PIPE = 141

_CODES: tuple[tuple[type[JcliError], int], ...] = (
    (ConfigError, USAGE),
    (InvalidRequest, USAGE),
    (NotFound, USAGE),
    (Stale, CONFLICT),
    (NotAllowed, CONFLICT),
    (Forbidden, REFUSED),
    (StoreError, FAILED),
)


def code_of(error: BaseException) -> int:
    """The exit code of an error; one that no class of ours describes means that the work could not run."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), FAILED)


def worst(codes: list[int]) -> int:
    """The code of a command that did several things: the highest of theirs."""
    return max(codes, default=DONE)
