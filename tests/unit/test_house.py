"""The house rules that a machine can hold: names, sizes, docstrings, dependencies with a reason, and files that
would read the same on any machine."""

from __future__ import annotations

import ast
import re
import socket
import sqlite3
import subprocess
import time
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted([*(ROOT / "jcli").rglob("*.py"), *(ROOT / "server").rglob("*.py")])
LONGEST_MODULE = 400

# Written in pieces, or this file would be the first to break its own rule.
REGISTRIES = [
    ".".join(labels)
    for labels in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("debian", "org"),
        ("ubuntu", "com"),
        ("docker", "io"),
        ("crates", "io"),
    )
]
HOMES = re.compile(r"(?<![\w.:/-])/(?:" + "|".join(("work", "root", "Users", r"home/[\w.-]+", "opt/[a-z-]+")) + r")/\w")
BANNED_MODULES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "service", "misc"}
BANNED_CLASS = re.compile(r"(?:Utils?|Helpers?|Manager|Service)$")


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _repository_files() -> list[Path]:
    """What is, or would be, under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def _texts() -> list[tuple[str, str]]:
    texts = []
    for path in _repository_files():
        content = path.read_bytes()
        if b"\0" not in content:
            texts.append((_relative(path), content.decode("utf-8", "replace")))
    return texts


def _lines(found: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in _texts()
        for number, line in enumerate(text.splitlines(), 1)
        if found.search(line)
    ]


def test_no_file_names_a_registry() -> None:
    hosts = re.compile("|".join(re.escape(host) for host in REGISTRIES))
    assert _lines(hosts) == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert _lines(HOMES) == []


def test_the_search_for_folders_finds_them() -> None:
    for bad in ("see /ho" + "me/ana/x", '"/wo' + 'rk/main"', "cd /Us" + "ers/ana"):
        assert HOMES.search(bad), bad
    for good in ("pattern: /home", "https://a.example/root/x", "homework/main", "GET /users/1"):
        assert not HOMES.search(good), good


def test_no_private_key_in_any_file() -> None:
    assert _lines(re.compile("-----BEGIN [A-Z ]*PRIVATE " + "KEY-----")) == []


def test_no_module_is_too_long() -> None:
    sizes = {_relative(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {name: size for name, size in sizes.items() if size > LONGEST_MODULE} == {}


@pytest.mark.parametrize("path", MODULES, ids=_relative)
def test_a_module_says_what_it_is(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert docstring, "a module begins with a docstring: what it is, what it must not do, where to look next"


def test_names_say_what_a_thing_is() -> None:
    files = [path for path in _repository_files() if path.suffix == ".py"]
    modules = [_relative(path) for path in files if {path.stem, path.parent.name} & BANNED_MODULES]
    classes = [
        f"{_relative(path)}: {node.name}"
        for path in files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and BANNED_CLASS.search(node.name)
    ]
    assert modules + classes == []


def test_imports_are_at_the_top() -> None:
    """Only a command may put a heavy import off, so that `jcli --help` stays quick."""
    late = [
        f"{_relative(path)}:{inner.lineno}"
        for path in MODULES
        if "commands" not in path.relative_to(ROOT).parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert late == []


def _needed() -> set[str]:
    """Names of everything that pyproject.toml asks for, extras and the build included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in project["project"].get("optional-dependencies", {}).values():
        wanted.extend(extra)
    return {_normal(re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]) for line in wanted}


def _normal(name: str) -> str:
    """A distribution's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_has_an_exact_version() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    pin = re.compile(r"([A-Za-z0-9._-]+)==[0-9][A-Za-z0-9.+!]*")
    assert [line for line in pins if not pin.fullmatch(line)] == []
    assert _needed() - {_normal(line.split("==")[0]) for line in pins} == set()


def test_every_dependency_has_a_reason() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", page, re.MULTILINE)
    assert {_normal(name) for name, _ in rows} == _needed()
    assert [name for name, reason in rows if len(reason.split()) < 5] == []


def test_only_the_loopback_can_be_reached() -> None:
    for host in ("198.51.100.7", "2001:db8::7"):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as door, pytest.raises(PermissionError, match="only the loopback"):
            door.connect((host, 9))
    with pytest.raises(PermissionError, match="only the loopback"):
        socket.getaddrinfo("journeys.acme.example", 443)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as door:
        assert door.getpeername() == server.getsockname()


def test_no_test_can_open_a_store_outside_the_temporary_folder(tmp_path: Path) -> None:
    inside = ROOT / ".jcli" / "journeys.db"
    for name in (str(inside), f"file:{inside}?mode=rwc", "journeys.db"):
        with pytest.raises(PermissionError, match="store below tmp_path"):
            sqlite3.connect(name, uri=name.startswith("file:"))
    assert not (ROOT / "journeys.db").exists()
    for allowed in (str(tmp_path / "journeys.db"), ":memory:"):
        sqlite3.connect(allowed).close()


def test_local_time_is_not_utc() -> None:
    assert time.localtime(0).tm_gmtoff == (5 * 60 + 45) * 60
