"""Files of the workspace replaced by what a command makes of them (`jcli validate --fix`, `jcli fmt`).

A file is replaced as a whole or not at all, keeps its mode, and is left alone when it is not what was read any more.
"""

from __future__ import annotations

import os
from pathlib import Path

from jcli.commands.session import tell


def replace_file(path: str, file: str, before: bytes, after: bytes, done: str) -> bool:
    """Write what came of a file; False, and a word about it, when that is not to be done. `done` is what was done to
    it, as in "was not fixed". JcliError when the disk does not take it."""
    from jcli.errors import JcliError
    from jcli.workspace import content_of, write_file

    try:
        if os.path.realpath(path) != path or content_of(path) != before:
            tell(f"{file} changed while it was being {done}; nothing was written to it", "run the command again")
            return False
        if not os.access(path, os.W_OK):
            tell(f"{file} may not be written to, so it was not {done}")
            return False
        write_file(Path(path), after)
    except OSError as error:
        raise JcliError(f"{file} cannot be written: {error.strerror or error}") from None
    return True
