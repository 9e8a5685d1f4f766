"""What stops a piece of work: `JcliError` and its few children.

An error says what was wrong, where, and what was expected; `hint` is the way out. None of them knows HTTP
or exit codes: `server/problems.py` and `jcli/commands/exits.py` map them. What a check finds in a document
is not an error but a value, see `jcli/findings.py`.
"""

from __future__ import annotations


class JcliError(Exception):
    """Base of all errors that a user may see; `code` is a kebab slug that stays the same between versions."""

    code = "error"

    def __init__(self, message: str, *, hint: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code is not None:
            self.code = code


class ConfigError(JcliError):
    """The workspace, its `jcli.yaml`, a setting or an argument is not usable."""

    code = "configuration"


class InvalidRequest(JcliError):
    """A value that the caller gave is not one of those expected; `pointer` is a JSON pointer to it."""

    code = "invalid"

    def __init__(self, message: str, *, pointer: str = "", hint: str | None = None, code: str | None = None) -> None:
        super().__init__(message, hint=hint, code=code)
        self.pointer = pointer


class NotFound(JcliError):
    """The thing asked for is not there, or not there for this caller."""

    code = "not-found"


class Forbidden(JcliError):
    """The caller may not do this, and may know that it cannot."""

    code = "forbidden"


class NotAllowed(JcliError):
    """The thing is there but in a state that does not allow what was asked (a status, a taken key)."""

    code = "not-allowed"


class Stale(JcliError):
    """The caller's picture of the thing is older than the thing."""

    code = "stale"


class StoreError(JcliError):
    """The store could not be opened, read or written."""

    code = "store"


class StoreBusy(StoreError):
    """Another writer holds the store for longer than the busy timeout; trying again may well work."""

    code = "store-busy"


class StoreConflict(StoreBusy):
    """Another writer came first where only one can, and what this one did was taken back; the same may be tried again
    at once, and is then worked out from what the other one left."""

    code = "store-busy"
