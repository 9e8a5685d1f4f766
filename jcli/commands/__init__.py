"""The command line: one file a command.

A command parses its arguments, calls one operation, has the answer rendered and returns an exit code. The result
goes to stdout and nothing else does. `cli` knows which commands there are and imports the one that was asked for;
`session` holds the options that all share; `exits` says which code an error becomes. What a command needs beyond
click it imports inside its function, because `jcli --help` and shell completion must not wait for it.
"""

from jcli.commands.cli import cli, main

__all__ = ["cli", "main"]
