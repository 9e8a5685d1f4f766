"""`jcli` itself: which commands there are, and what becomes of errors.

The table below is all that `jcli --help` needs; the file of a command is imported when the command is used. Every
error ends here, as a sentence on stderr and an exit code.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

from jcli import __version__
from jcli.commands import exits
from jcli.commands.session import Session, shared, tell
from jcli.errors import JcliError

COMMANDS: Mapping[str, str] = {
    "init": "Make a working workspace.",
    "validate": "Check the workspace and say everything that is wrong.",
    "test": "Play the test cases of the workspace.",
    "fmt": "Bring documents into their canonical layout.",
    "graph": "Draw journeys, and what changed in them.",
    "simulate": "Let people who do not exist live in journeys, and count.",
    "plan": "Show what a sync would do, and to whom.",
    "backtest": "Show what an edit would have done.",
    "rule": "Explain a check, or list them all.",
    "sync": "Bring the workspace into the store.",
    "pull": "Take home into the files what the store changed.",
    "status": "Tell how each document stands to the store.",
    "publish": "Make journeys live.",
    "unpublish": "Take journeys back to draft.",
    "pause": "Let nobody new into journeys.",
    "archive": "Archive journeys and stop everybody in them.",
    "restore": "Bring archived journeys back as drafts.",
    "list": "List what the store holds.",
    "show": "Show one journey, site, audience or content.",
    "log": "Tell who did what to a journey.",
    "rollback": "Give a journey the canvas of an earlier revision.",
    "protect": "Keep a journey from being changed.",
    "send": "Send one event, or a file of events.",
    "enrollments": "List who is in a journey, and who was.",
    "stats": "Show a journey in numbers.",
    "why": "Tell why somebody is in a journey, or why not.",
    "enter": "Enter somebody into a journey by hand.",
    "stop": "Stop enrollments by hand.",
    "schema": "Print the JSON Schema of the documents.",
    "lsp": "Serve an editor.",
    "serve": "Serve the HTTP API.",
    "worker": "Do timers and long work, without the HTTP API.",
    "token": "Mint a token for the HTTP API.",
    "db": "Look after the database.",
    "distributed": "Run journeys on several machines, with Restate.",
}
"""Command -> the line that stands for it in `jcli --help`; the command of that name is in the module of that name
(the lifecycle verbs share one)."""

_LIFECYCLE = frozenset({"publish", "unpublish", "pause", "archive", "restore"})


class Cli(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = "lifecycle" if cmd_name in _LIFECYCLE else cmd_name
        command = getattr(import_module(f"jcli.commands.{module}"), f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(args[0], COMMANDS, n=1)
            meant = f"; did you mean `{close[0]}`?" if close else ""
            ctx.fail(f"there is no command `{args[0]}`{meant}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command line and exit with its code."""
        run: Any = super().main
        sys.exit(_code(lambda: run(*args, **{**extra, "standalone_mode": False})))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. When whoever read our output has gone (`jcli list | head`), end without a word. An
        error that nobody foresaw is told in one line; `-v` shows where it came from."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(exits.BROKEN_PIPE)
        except (JcliError, OSError, click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if ctx.ensure_object(Session).verbose:
                raise
            tell(f"{type(error).__name__}: {error}", "this is a mistake in jcli, not in your files; -v shows where")
            ctx.exit(exits.FAILED)
        return result


def _code(run: Callable[[], object]) -> int:
    """Run, tell what went wrong, return the exit code."""
    try:
        code = run()
    except click.ClickException as error:
        error.show()
        return exits.USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return exits.INTERRUPTED
    except JcliError as error:
        tell(error.message, error.hint)
        return exits.code_of(error)
    except OSError as error:
        tell(f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error), None)
        return exits.FAILED
    return code if isinstance(code, int) else exits.DONE


@click.group(
    "jcli",
    cls=Cli,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done; 1 findings; 2 usage or configuration; 3 could not run; 5 conflict; 6 refused.",
)
@click.version_option(__version__, message="jcli %(version)s")
@shared
def cli() -> None:
    """Journeys as code: YAML journeys in git, checked, synced into a store, served over HTTP."""


def main() -> None:
    """The console command. Where the terminal cannot write a character, its escape is written instead."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        cli.main(prog_name="jcli")
    finally:
        gc.freeze()  # looking for garbage once more, in a process that ends, takes a tenth of a short command's time
