"""The file of a baseline: findings that were there before, known by their fingerprints. Read here, written by
`jcli validate --write-baseline`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from jcli.errors import ConfigError

_HINT = "write it anew with `jcli validate --write-baseline FILE`"


def read_baseline(path: Path) -> frozenset[str]:
    """The fingerprints in the file; ConfigError when there is none, or it is no baseline."""
    if not path.is_file():
        raise ConfigError(f"there is no baseline {path}", hint=_HINT)
    try:
        data = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}") from None
    except orjson.JSONDecodeError as error:
        raise ConfigError(
            f"{path}:{error.lineno}:{error.colno}: the baseline is not JSON: {error.msg}", hint=_HINT
        ) from None
    version = data.get("formatVersion") if isinstance(data, dict) else None
    if not isinstance(version, str) or version.partition(".")[0] != "1":
        raise ConfigError(f'{path} is no baseline of this version; expected "formatVersion": "1.0"', hint=_HINT)
    entries = data.get("findings")
    if not isinstance(entries, list):
        raise ConfigError(f"{path} is no baseline; expected a list of `findings`", hint=_HINT)
    return frozenset(_fingerprint(path, number, entry) for number, entry in enumerate(entries, 1))


def _fingerprint(path: Path, number: int, entry: Any) -> str:
    found = entry.get("fingerprint") if isinstance(entry, dict) else None
    if not isinstance(found, str) or not found:
        raise ConfigError(f"{path}: entry {number} of the baseline has no fingerprint", hint=_HINT)
    return found
