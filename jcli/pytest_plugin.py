"""The pytest plugin: test documents are collected beside Python tests, and fixtures let those live in the journeys.

It is imported in every pytest run of whoever has jcli installed, so it must import nothing but pytest, and do nothing
where there is no workspace. Where to look next: `jcli/commands/collecting.py` is imported when there is one;
`docs/testing.md` tells how to use it.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from jcli.rehearsal import Setting, World
    from jcli.workspace import Workspace

_HEAD = re.compile(rb"""^[{\s]*["']?test["']?\s*:""", re.MULTILINE)
"""What a text holds that may hold a test document."""
_MOST = 1024 * 1024
"""No document has more bytes."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("jcli_collect", "Whether the test documents of jcli are collected.", type="bool", default=True)
    parser.addini("jcli_workspace", "The folder of the workspace that the fixtures of jcli mean.", default="")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "jcli(live=None, start=None): in Python tests the keys of the journeys that are live in jcli_world (default: "
        "all), and when it begins; every case of a test document carries it, too.",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A file with test documents, below a workspace. Any other costs a look at its name, or at its first words."""
    if file_path.suffix not in (".yaml", ".yml") or not parent.config.getini("jcli_collect"):
        return None
    try:
        small = file_path.stat().st_size <= _MOST
        if not small or _HEAD.search(file_path.read_bytes()) is None:
            return None
    except OSError:
        return None
    found: pytest.Collector | None = _collecting().collector(file_path, parent)
    return found


@pytest.fixture(scope="module")
def jcli_workspace(request: pytest.FixtureRequest) -> Workspace:
    """The workspace around the test module, or the one that the setting `jcli_workspace` names."""
    workspace: Workspace = _collecting().workspace_of(request.config, request.path)
    return workspace


@pytest.fixture(scope="module")
def jcli_setting(request: pytest.FixtureRequest, jcli_workspace: Workspace) -> Setting:
    """The journeys of the workspace, ready to be lived in, by their keys."""
    setting: Setting = _collecting().setting_of(request.config, jcli_workspace.root)
    return setting


@pytest.fixture
def jcli_world(request: pytest.FixtureRequest, jcli_setting: Setting) -> World:
    """A world in which the journeys are published, with a clock that moves when it is told to."""
    marker = request.node.get_closest_marker("jcli")
    world: World = _collecting().world_of(jcli_setting, **(marker.kwargs if marker is not None else {}))
    return world


def _collecting() -> Any:
    return import_module("jcli.commands.collecting")
