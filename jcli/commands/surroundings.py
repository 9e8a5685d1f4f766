"""What `jcli init` puts around the journeys: the schema and settings for editors, a pre-commit hook, CI files. As text.

Files of the repository (hook and CI) may lie in a folder above the workspace; their commands then say `-C` and where.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence

from jcli import __version__

SCHEMA = "schema/document.schema.json"
CI = ("github", "gitlab")
"""Whose files can be written."""

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

_GITHUB = """\
# Every pull request is checked; what is wrong is shown beside the line.
name: Journeys
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  validate:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.13"
      - name: Install jcli
        run: python -m pip install "jcli=={version}"
      - name: Check the journeys
        run: {jcli} validate --format github
"""

_GITLAB = """\
# Every merge request is checked; what is wrong is shown in its changes and among its tests.
journeys:
  image: python:3.13-slim
  timeout: 10 minutes
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - python -m pip install --quiet "jcli=={version}"
    - {jcli} validate --format gitlab > gl-code-quality-report.json || true # the last line decides
    - {jcli} validate --format junit > jcli-junit.xml || true
    - {jcli} validate
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
      junit: jcli-junit.xml
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
    if ci == "github":
        files[".github/workflows/jcli.yml"] = _GITHUB.format(version=__version__, jcli=jcli)
    elif ci == "gitlab":
        files[".gitlab-ci.yml"] = _GITLAB.format(version=__version__, jcli=jcli)
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
