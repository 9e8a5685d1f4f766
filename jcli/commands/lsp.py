"""`jcli lsp`: the language server, which an editor starts and speaks with on standard input and output."""

from __future__ import annotations

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared
from jcli.errors import ConfigError


@click.command("lsp")
@click.option("--stdio", is_flag=True, help="Speak on standard input and output; what it does anyway.")
@shared
@click.pass_obj
def lsp_command(session: Session, stdio: bool) -> int:  # noqa: ARG001 (editors pass --stdio to every server)
    """Serve an editor.

    Speaks the Language Server Protocol: what is wrong with the workspace as you type, go to definition, references,
    rename, hover, completion and quick fixes. Needs the extra `lsp`.
    """
    import logging
    import os
    import sys
    from contextlib import redirect_stdout

    try:
        from jcli.editor.answers import make_server
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol"):
            raise
        hint = 'install it with `pip install "jcli[lsp]"`'
        raise ConfigError("the language server needs the extra `lsp`, which is not installed", hint=hint) from None
    level = logging.INFO if session.verbose else logging.ERROR
    logging.basicConfig(stream=sys.stderr, level=level, format="%(name)s: %(message)s")
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    with redirect_stdout(sys.stderr):  # whatever a library prints must not come between the answers
        make_server().start_io(stdout=answers)
    return exits.DONE
