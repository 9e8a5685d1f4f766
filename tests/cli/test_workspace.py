"""`jcli/workspace/`: finding the workspace, its configuration, its files."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcli.errors import ConfigError
from jcli.findings import Severity
from jcli.workspace import Target, Workspace, load, locate

Write = Callable[[str, str | bytes], Path]
SITE = "site: main\nname: Main\n"


def test_is_found_by_walking_up(workspace: Path, write: Write) -> None:
    write("journeys/deep/down/a.yaml", SITE)
    assert locate(workspace / "journeys" / "deep" / "down").root == workspace
    os.chdir(workspace / "journeys")
    assert locate().root == workspace


def test_the_nearest_one_counts(workspace: Path, write: Write) -> None:
    write("inner/jcli.yaml", "workspace: inner\npaths: [.]\n")
    assert locate(workspace / "inner").config.workspace == "inner"


def test_without_one_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no jcli\.yaml in") as caught:
        locate(tmp_path)
    assert "jcli init" in (caught.value.hint or "")
    with pytest.raises(ConfigError, match="nowhere is not a directory"):
        locate("nowhere")


def test_defaults(workspace: Path) -> None:
    config = locate().config
    assert config.paths == ("journeys",)
    assert config.target == "local"
    assert config.targets == {"local": Target("local", "sqlite:///.jcli/journeys.db")}
    assert locate().target().url == f"sqlite:///{workspace}/.jcli/journeys.db"


def test_reads_every_setting(workspace: Path, write: Write) -> None:
    write(
        "jcli.yaml",
        "workspace: acme\npaths: [journeys, .]\ntarget: production\ntargets:\n"
        "  local: {url: sqlite:////var/lib/journeys.db}\n"
        "  production: {url: https://journeys.acme.example, token: env/ACME_TOKEN}\n"
        "rules: {dead-end: error, no-trigger: off}\nserver: {auth: {issuer: acme}}\n",
    )
    found = locate()
    assert found.config.paths == ("journeys", ".")
    assert found.target() == Target("production", "https://journeys.acme.example", "ACME_TOKEN")
    assert found.target("local").url == "sqlite:////var/lib/journeys.db"
    assert found.config.rules == {"dead-end": Severity.ERROR, "no-trigger": None}
    assert found.config.server == {"auth": {"issuer": "acme"}}
    assert found.config.place(("rules", "no-trigger")) == "jcli.yaml:7:26"
    with pytest.raises(ConfigError, match=r"there is no target `produktion` in jcli\.yaml; did you mean `production`"):
        found.target("produktion")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("workspac: acme\n", "jcli.yaml:1:1: `workspac` is not a setting; did you mean `workspace`?"),
        ("paths: [journeys]\n", "jcli.yaml:1:1: `workspace` is missing"),
        ("workspace: My Company\n", "jcli.yaml:1:12: expected a slug"),
        ("workspace: 7\n", "jcli.yaml:1:12: expected a text"),
        ("workspace: a\npaths: journeys\n", "jcli.yaml:2:8: expected a list of folders"),
        ("workspace: a\npaths: [nowhere]\n", "jcli.yaml:2:9: there is no folder `nowhere`"),
        ("workspace: a\npaths: [../..]\n", "jcli.yaml:2:9: the folder `../..` lies outside"),
        ("workspace: a\npaths: [/etc]\n", "jcli.yaml:2:9: the folder `/etc` lies outside"),
        ("workspace: a\ntarget: prod\n", "jcli.yaml:2:9: there is no target `prod`"),
        ("workspace: a\ntargets: {a: {url: ftp://x}}\n", "jcli.yaml:2:20: expected a url"),
        ("workspace: a\ntargets: {a: sqlite:///x.db}\n", "jcli.yaml:2:14: expected a mapping"),
        ("workspace: a\ntargets: {a: {uri: sqlite:///x.db}}\n", "did you mean `url`?"),
        (
            "workspace: a\ntargets: {a: {url: https://x.example, token: s3cret}}\n",
            "jcli.yaml:2:46: never write a secret in the file; name an environment variable",
        ),
        ("workspace: a\ntargets: {a: {url: postgresql://u:pw@h/db}}\n", "never write a password in the file"),
        ("workspace: a\ntargets: {a: {url: sqlite:///a}, b: {url: sqlite:///b}}\n", "there is no target `local`"),
        ("workspace: a\nrules: {dead-end: loud}\n", "jcli.yaml:2:19: expected error, warning or off"),
        ("workspace: a\nserver: 8000\n", "jcli.yaml:2:9: expected a mapping"),
        ("workspace: a\n---\nworkspace: b\n", "one document is expected, not 2"),
        ("workspace: a\nworkspace: b\n", "jcli.yaml:2:1: the key `workspace` is here for the second time"),
        ("", "jcli.yaml:1:1: the file holds no document; begin it with `workspace: acme`"),
        ("[a, b]\n", "jcli.yaml:1:1: a document is a mapping"),
    ],
)
def test_says_what_is_wrong_with_the_configuration(workspace: Path, write: Write, text: str, expected: str) -> None:
    write("jcli.yaml", text)
    with pytest.raises(ConfigError) as caught:
        locate()
    assert expected in caught.value.message


def test_says_everything_that_is_wrong_at_once(workspace: Path, write: Write) -> None:
    write("jcli.yaml", "name: x\ntarget: prod\nrules: {dead-end: loud}\npaths: [nowhere]\n")
    with pytest.raises(ConfigError) as caught:
        locate()
    places = [line.split(": ")[0] for line in caught.value.message.splitlines()]
    assert places == ["jcli.yaml:1:1", "jcli.yaml:1:1", "jcli.yaml:2:9", "jcli.yaml:3:19", "jcli.yaml:4:9"]


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_a_configuration_that_is_no_file(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "jcli.yaml")
    with pytest.raises(ConfigError, match="cannot be read"):
        locate(tmp_path)


def test_reads_sorted_and_passes_over_what_is_hidden(workspace: Path, write: Write) -> None:
    for name in ("b.yaml", "a.yml", "sub/c.yaml", ".hidden.yaml", ".jcli/d.yaml", "notes.txt", "z.yaml.bak"):
        write(f"journeys/{name}", SITE)
    loaded = load(locate())
    assert loaded.files == ("journeys/a.yml", "journeys/b.yaml", "journeys/sub/c.yaml")
    assert [document.file for document in loaded.documents] == list(loaded.files)
    assert loaded.findings == []


def test_reads_a_file_once_however_it_is_reached(workspace: Path, write: Write) -> None:
    write("jcli.yaml", "workspace: acme\npaths: [journeys, journeys/sub, .]\n")
    write("journeys/sub/a.yaml", SITE)
    (workspace / "journeys" / "again.yaml").symlink_to("sub/a.yaml")
    (workspace / "journeys" / "loop").symlink_to(workspace)
    loaded = load(locate())
    assert loaded.files == ("journeys/sub/a.yaml",)
    assert len(loaded.documents) == 1
    assert loaded.findings == []


def _finding_of(found: Workspace, file: str) -> tuple[str, str]:
    (finding,) = [finding for finding in load(found).findings if finding.file == file]
    assert finding.severity is Severity.ERROR
    return finding.code, finding.message


def test_what_is_not_a_readable_file_is_a_finding(
    workspace: Path, write: Write, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "x.yaml").write_text(SITE)
    folder = workspace / "journeys"
    write("journeys/good.yaml", SITE)
    write("journeys/large.yaml", "a: " + "x" * (1 << 20))
    (folder / "folder.yaml").mkdir()
    os.mkfifo(folder / "pipe.yaml")
    (folder / "out.yaml").symlink_to(outside / "x.yaml")
    (folder / "outdir").symlink_to(outside)
    (folder / "broken.yaml").symlink_to("nothing.yaml")
    (folder / "self.yaml").symlink_to("self.yaml")
    found = locate()
    assert _finding_of(found, "journeys/large.yaml")[0] == "too-large"
    assert "1,048,579 bytes" in _finding_of(found, "journeys/large.yaml")[1]
    assert _finding_of(found, "journeys/folder.yaml")[1].startswith("this is a directory")
    assert "a pipe" in _finding_of(found, "journeys/pipe.yaml")[1]
    assert "out of the workspace" in _finding_of(found, "journeys/out.yaml")[1]
    assert "out of the workspace" in _finding_of(found, "journeys/outdir")[1]
    assert "leads to nothing" in _finding_of(found, "journeys/broken.yaml")[1]
    assert _finding_of(found, "journeys/self.yaml")[0] == "syntax"
    assert [document.key for document in load(found).documents] == ["main"]


def test_an_unreadable_file_or_folder_is_a_finding(
    workspace: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root every file can be read, so the system's answer is put in its place."""
    write("journeys/good.yaml", SITE)
    write("journeys/secret.yaml", SITE)
    write("journeys/shut/a.yaml", SITE)
    real_open, real_scan = os.open, os.scandir

    def no_open(path: str, flags: int, *rest: int) -> int:
        if str(path).endswith("secret.yaml"):
            raise PermissionError(13, "Permission denied", path)
        return real_open(path, flags, *rest)

    def no_scan(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return real_scan(path)

    monkeypatch.setattr(os, "open", no_open)
    monkeypatch.setattr(os, "scandir", no_scan)
    found = locate()
    assert _finding_of(found, "journeys/secret.yaml") == ("syntax", "the file cannot be read: Permission denied")
    assert _finding_of(found, "journeys/shut") == ("syntax", "the directory cannot be read: Permission denied")
    assert len(load(found).documents) == 1


def test_a_strange_file_name_is_fit_to_print(workspace: Path) -> None:
    (workspace / "journeys" / os.fsdecode(b"a\xff\n\x1b[31m.yaml")).write_text(SITE)
    (file,) = load(locate()).files
    assert file.isprintable()
    assert file.encode()


def test_the_git_commit(workspace: Path) -> None:
    found = locate()
    assert found.commit() is None
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@acme.example"]
    subprocess.run([*git, "init", "-q"], check=True)
    assert found.commit() is None
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "Begin"], check=True)
    commit = found.commit()
    assert commit is not None
    assert len(commit) == 40


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_SETTING = st.sampled_from(["workspace", "paths", "target", "targets", "rules", "server"])


@given(data=st.dictionaries(_SETTING | st.text(max_size=8), _PLAIN, max_size=6))
def test_any_configuration_is_usable_or_told_what_is_wrong(data: dict[str, object]) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "journeys").mkdir()
        (Path(folder) / "jcli.yaml").write_text(json.dumps(data), "utf-8")
        told = ""
        try:
            found = locate(folder)
        except ConfigError as error:
            told = error.message
        else:
            assert found.config.workspace == data["workspace"]
            assert load(found).findings == []
    assert all(re.match(r"jcli\.yaml:\d+:\d+: .", line) for line in told.splitlines())
