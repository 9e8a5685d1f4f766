"""The command line as a whole: start-up, help, shared options, errors, exit codes, and that the docs name it all."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from jcli.commands import cli, exits
from jcli.commands.cli import COMMANDS
from jcli.errors import (
    ConfigError,
    Forbidden,
    InvalidRequest,
    JcliError,
    NotAllowed,
    NotFound,
    Stale,
    StoreBusy,
    StoreError,
)
from tests.cli.conftest import Run

DOCS = Path(__file__).resolve().parents[2] / "docs" / "cli.md"
HEAVY = (
    "fastapi",
    "networkx",
    "jsonschema",
    "jsonschema_rs",
    "yaml",
    "sqlite3",
    "rich",
    "jwt",
    "uvicorn",
    "server",
    "pygraphviz",
)
_PROBE = "import sys, runpy, atexit; atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr)); "


def _modules(environ: dict[str, str], *args: str) -> set[str]:
    """The modules that a run of `jcli` has imported."""
    code = f"{_PROBE}sys.argv = ['jcli', *{list(args)!r}]; from jcli.commands import cli; cli.main(prog_name='jcli')"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env={**os.environ, **environ}
    )
    return set(result.stderr.split())


@pytest.mark.parametrize(
    ("environ", "args"),
    [
        ({}, ("--help",)),
        ({}, ("--version",)),
        ({}, ("sync", "--help")),
        ({}, ("graph", "--help")),
        ({}, ("serve", "--help")),
        ({}, ("send", "--help")),
        ({}, ("why", "--help")),
        ({}, ("worker", "--help")),
        ({}, ("db", "--help")),
        ({}, ("db", "copy", "--help")),
        ({"_JCLI_COMPLETE": "bash_complete", "COMP_WORDS": "jcli pu", "COMP_CWORD": "1"}, ()),
        ({"_JCLI_COMPLETE": "bash_complete", "COMP_WORDS": "jcli sync --", "COMP_CWORD": "2"}, ()),
        ({"_JCLI_COMPLETE": "bash_source"}, ()),
    ],
)
def test_help_and_completion_import_click_alone(environ: dict[str, str], args: tuple[str, ...]) -> None:
    modules = _modules(environ, *args)
    assert "click" in modules
    assert not modules.intersection(HEAVY)


def test_completion_knows_the_commands() -> None:
    environ = {"_JCLI_COMPLETE": "bash_complete", "COMP_WORDS": "jcli pu", "COMP_CWORD": "1"}
    result = subprocess.run(
        [sys.executable, "-m", "jcli"],
        capture_output=True,
        text=True,
        env={**os.environ, **environ, "_JCLI_COMPLETE": "bash_complete"},
    )
    # `python -m jcli` calls itself jcli, so the same variable serves it.
    assert "publish" in result.stdout


def test_help_imports_few_modules_and_so_is_quick() -> None:
    """A clock would depend on the machine; what takes the time is what is imported."""
    alone = subprocess.run(
        [sys.executable, "-c", f"{_PROBE}import click"], capture_output=True, text=True
    ).stderr.split()
    assert len(_modules({}, "--help")) <= len(alone) + 40


def _commands() -> list[tuple[str, click.Command]]:
    context = click.Context(cli)
    found = [(name, cli.get_command(context, name)) for name in COMMANDS]
    below = [
        (f"{name} {inner}", command)
        for name, group in found
        if isinstance(group, click.Group)
        for inner, command in group.commands.items()
    ]
    return [(name, command) for name, command in [*found, *below] if command is not None]


@pytest.mark.parametrize(("name", "command"), _commands())
def test_every_command_has_its_line_of_help_and_the_shared_options(name: str, command: click.Command) -> None:
    assert command.name == name.split()[-1]
    assert command.get_short_help_str(200) == COMMANDS.get(name, command.get_short_help_str(60))
    options = {option for parameter in command.params for option in parameter.opts}
    assert {"-C", "--target", "-q", "-v"} <= options
    assert all(option.help for option in command.params if isinstance(option, click.Option))


@pytest.mark.parametrize(("name", "command"), _commands())
def test_the_docs_name_every_command_and_option(name: str, command: click.Command) -> None:
    text = DOCS.read_text()
    marks = "###" if " " in name else "##"
    section = re.search(rf"^{marks} .*`jcli {name}\b.*?(?=^{marks} |^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section is not None, f"docs/cli.md has no section `jcli {name}`"
    shared = {"-C", "--target", "-q", "-v"}
    for parameter in command.params:
        for option in parameter.opts if isinstance(parameter, click.Option) else ():
            assert f"`{option}" in (text if option in shared else section[0]), f"docs/cli.md leaves out {option}"


def test_the_docs_name_every_exit_code() -> None:
    text = DOCS.read_text()
    codes = [value for name, value in vars(exits).items() if name.isupper() and not name.startswith("_")]
    assert len(codes) == 9
    for code in codes:
        assert f"\n| {code} |" in text


def test_version(run: Run) -> None:
    from jcli import __version__

    assert run("--version").out == f"jcli {__version__}\n"


def test_help_lists_every_command(run: Run) -> None:
    answer = run("--help")
    assert answer.code == 0
    assert [line.split()[0] for line in answer.out.split("Commands:\n")[1].splitlines()[: len(COMMANDS)]] == list(
        COMMANDS
    )


def test_an_unknown_command_is_answered_with_the_nearest(run: Run) -> None:
    answer = run("publsh")
    assert answer.code == exits.USAGE
    assert answer.out == ""
    assert "there is no command `publsh`; did you mean `publish`?" in answer.err


def test_an_unknown_option_is_answered_with_the_nearest(run: Run) -> None:
    answer = run("sync", "--dryrun")
    assert answer.code == exits.USAGE
    assert "--dry-run" in answer.err


@pytest.mark.parametrize("args", [("-C", "acme", "list"), ("list", "-C", "acme")])
def test_shared_options_stand_before_or_after_the_command(run: Run, synced: Path, args: tuple[str, ...]) -> None:
    os.chdir(synced.parent)
    assert "welcome" in run(*args).out


def test_the_shared_options_work_on_the_target(run: Run, ready: Path) -> None:
    (ready / "jcli.yaml").write_text(
        "workspace: acme\ntarget: local\ntargets:\n  local: {url: sqlite:///.jcli/a.db}\n"
        "  other: {url: sqlite:///.jcli/b.db}\n  far: {url: https://journeys.acme.example}\n"
    )
    assert run("sync", "--yes", "--target", "other").code == 0
    assert not (ready / ".jcli/a.db").exists()
    assert "welcome" in run("list", "--target", "other").out
    answer = run("list", "--target", "far")
    assert answer.code == exits.USAGE
    assert "JCLI_TOKEN is not set" in answer.err
    answer = run("list", "--target", "othr")
    assert answer.code == exits.USAGE
    assert "did you mean `other`?" in answer.err


@pytest.mark.parametrize(("url", "scheme"), [("mysql://ana:secret@db/journeys", "mysql://"), ("a/b.db", "a path")])
def test_what_jcli_cannot_read_is_told_without_its_password(run: Run, ready: Path, url: str, scheme: str) -> None:
    answer = run("list", env={"JCLI_STORE": url})
    assert answer.code == exits.USAGE
    assert f"postgresql:// databases and https:// servers, not {scheme}" in answer.err
    assert "secret" not in answer.err


def test_the_environment_names_the_store(run: Run, synced: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    url = f"sqlite:///{synced}/.jcli/journeys.db"
    os.chdir(elsewhere)
    assert run("list").code == exits.USAGE
    assert "welcome" in run("list", env={"JCLI_STORE": url}).out
    missing = run("list", env={"JCLI_STORE": "sqlite:///none.db"})
    assert missing.code == exits.FAILED
    assert not (elsewhere / "none.db").exists()


def test_quiet_says_nothing_but_errors(run: Run, ready: Path) -> None:
    assert run("sync", "--yes", "-q").err == ""
    assert run("-q", "sync", "--yes").err == ""
    assert run("show", "nobody", "-q").err.startswith("Error: ")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("x"), 2),
        (InvalidRequest("x"), 2),
        (NotFound("x"), 2),
        (StoreError("x"), 3),
        (StoreBusy("x"), 3),
        (JcliError("x"), 3),
        (Stale("x"), 5),
        (NotAllowed("x"), 5),
        (Forbidden("x"), 6),
    ],
)
def test_every_error_has_its_exit_code(error: JcliError, code: int) -> None:
    assert exits.code_of(error) == code


def test_no_error_class_is_left_to_chance() -> None:
    named = {ConfigError, InvalidRequest, NotFound, StoreError, Stale, NotAllowed, Forbidden}
    # What a room further down has for itself (a journey that cannot be run, say) could not run: 3.
    assert {error for error in JcliError.__subclasses__() if error.__module__ == "jcli.errors"} == named


def test_an_unforeseen_error_is_one_line(synced: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("what now")

    monkeypatch.setattr("jcli.commands.names.names_of", broken)
    result = CliRunner().invoke(cli, ["list"])
    assert result.exit_code == exits.FAILED
    assert result.stderr.startswith("Error: ZeroDivisionError: what now\n")
    assert "Traceback" not in result.stderr
    assert isinstance(CliRunner().invoke(cli, ["list", "-v"]).exception, ZeroDivisionError)


def test_a_reader_that_leaves_early_is_no_error(synced: Path) -> None:
    script = f"{sys.executable} -m jcli list --format json | true; echo ${{PIPESTATUS[0]}}"
    result = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
    assert result.stderr == ""
    assert result.stdout.strip() in ("0", str(exits.BROKEN_PIPE))


def test_a_closed_pipe_ends_without_a_word(synced: Path) -> None:
    read, written = os.pipe()
    os.close(read)
    result = subprocess.run(
        [sys.executable, "-m", "jcli", "list"], stdout=written, stderr=subprocess.PIPE, text=True, timeout=60
    )
    os.close(written)
    assert result.stderr == ""
    assert result.returncode == exits.BROKEN_PIPE


def test_ctrl_c_ends_without_a_traceback(workspace: Path) -> None:
    """Interrupted while it waits to read a document from a terminal-like prompt."""
    code = (
        "import os, signal, time, threading\n"
        "import jcli.workspace as w\n"
        "def slow(*_):\n"
        "    print('reading', flush=True)\n"
        "    time.sleep(30)\n"
        "w.load = slow\n"
        "from jcli.commands import cli\n"
        "cli.main(['validate'], prog_name='jcli')\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "reading\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == exits.INTERRUPTED
    assert "Traceback" not in err
    assert "Stopped." in err


def test_a_terminal_that_cannot_write_a_character_gets_its_escape(synced: Path) -> None:
    file = synced / "journeys" / "site.yaml"
    file.write_text(file.read_text().replace("name: Main", "name: 漢字"))
    environ = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    subprocess.run([sys.executable, "-m", "jcli", "sync", "--yes"], env=environ, check=True, capture_output=True)
    result = subprocess.run(
        [sys.executable, "-m", "jcli", "list", "--kind", "site"], env=environ, capture_output=True, check=True
    )
    assert rb"\u6f22\u5b57" in result.stdout


def test_nothing_in_an_error_moves_the_cursor(run: Run, workspace: Path, write: Callable[[str, str], Path]) -> None:
    write("jcli.yaml", 'workspace: acme\n"a\\e[31m": 1\ntarget: "x\\e[2J"\n')
    answer = run("validate")
    assert answer.code == exits.USAGE
    assert "\x1b" not in answer.err
    assert answer.err.count("\n") == 2


def test_colour_is_for_terminals(run: Run, write: Callable[[str, str], Path], workspace: Path) -> None:
    write("journeys/a.yaml", "journey: [\n")
    assert "\x1b[" not in run("validate").out
    assert "\x1b[" in run("validate", env={"FORCE_COLOR": "1"}).out
    assert "\x1b[" not in run("validate", env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).out
    assert "\x1b[" not in run("validate", "--format", "json", env={"FORCE_COLOR": "1"}).out


def test_a_question_is_asked_on_a_terminal_alone(ready: Path) -> None:
    """On a pseudo terminal `sync` asks, on stderr, and takes no for an answer."""
    import pty

    for word, code, there in (("n", exits.INTERRUPTED, False), ("y", exits.DONE, True)):
        main, terminal = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "jcli", "sync"],
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.write(main, f"{word}\n".encode())
        out, err = process.communicate(timeout=60)
        os.close(main)
        os.close(terminal)
        assert process.returncode == code, err
        assert "Write this to the store?" in err
        assert out.splitlines()[-1].startswith("Plan: 5 to create")
        assert (ready / ".jcli" / "journeys.db").exists() is there
