"""What `jcli init` puts around the journeys: the schema and settings for editors, a pre-commit hook, CI files. As text.

The text of the CI files is in `pipelines.py`. Files of the repository (hook and CI) may lie in a folder above the
workspace; their commands then say `-C` and where.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence

from jcli import __version__
from jcli.commands.pipelines import FILES, pipeline

SCHEMA = "schema/document.schema.json"
_HOOK = """\
# `pre-commit install` runs this before every commit; it asks for the `jcli` that is installed beside it.
repos:
  - repo: local
    hooks:
      - id: jcli-validate
        name: jcli validate
        language: system
        entry: {entry}
        files: {files}
        pass_filenames: false
"""


def for_editors(paths: Sequence[str], schema: str) -> Mapping[str, str]:
    """The files that make an editor know the documents below `paths`. `schema` is the schema's text."""
    globs = [f"{path.strip('/')}/**/*.{suffix}" for path in paths for suffix in ("yaml", "yml")]
    return {
        SCHEMA: schema,
        ".vscode/settings.json": _json({"yaml.schemas": {f"./{SCHEMA}": globs}}),
        ".vscode/extensions.json": _json({"recommendations": ["redhat.vscode-yaml"]}),
    }


def for_repository(within: str, paths: Sequence[str], ci: str | None) -> Mapping[str, str]:
    """The hook, and the CI files that were asked for. `within` is the workspace's folder in the repository, "" for its
    root."""
    jcli = f"jcli -C {shlex.quote(within)}" if within else "jcli"
    files = {".pre-commit-config.yaml": _HOOK.format(entry=f"{jcli} validate", files=_pattern(within, paths))}
    if ci is not None:
        files[FILES[ci]] = pipeline(ci, jcli, __version__)
    return files


def _pattern(within: str, paths: Sequence[str]) -> str:
    """The expression for the files whose change calls for a check, as a quoted scalar."""
    folders = "|".join(_escaped(path.strip("/")) for path in paths)
    home = f"{_escaped(within)}/" if within else ""
    expression = rf"^{home}(jcli\.yaml$|({folders})/.*\.ya?ml$)"
    return "'" + expression.replace("'", "''") + "'"


def _escaped(path: str) -> str:
    return "".join(c if c.isalnum() or c in "/_-" else f"\\{c}" for c in path)


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
