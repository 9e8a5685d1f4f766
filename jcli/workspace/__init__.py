"""The workspace on disk: `jcli.yaml`, the documents below its `paths`, the git commit. The only reader of them.

`locate` finds the workspace and reads its configuration (`config`: a `jcli.yaml` that is not usable is a ConfigError
that says everything that is wrong with it); `load` reads the documents (`files`). What cannot be read of those
becomes a finding, so that one bad file never hides another's. `load_at` reads them as of a git commit (`history`).
`changes` asks git which files changed, `ancestry` which commits it comes from, `baseline` reads the file of findings
to hold back, `branches` commits what a pull brings; few runs ask them, so whoever does imports them by name. No
document is judged here; that is the business of `jcli/compiler`. `cache` keeps what the last run found out, `edition`
says who judges. `writing` puts a file down whole or not at all.
"""

from jcli.workspace.config import CONFIG, Config, Target
from jcli.workspace.content import content_of
from jcli.workspace.files import Entry, Loaded, is_document, list_files, load, open_entry, read_entry
from jcli.workspace.history import load_at
from jcli.workspace.place import Workspace, locate
from jcli.workspace.writing import write_file

__all__ = [
    "CONFIG",
    "Config",
    "Entry",
    "Loaded",
    "Target",
    "Workspace",
    "content_of",
    "is_document",
    "list_files",
    "load",
    "load_at",
    "locate",
    "open_entry",
    "read_entry",
    "write_file",
]
