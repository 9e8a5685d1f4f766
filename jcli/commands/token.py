"""`jcli token`: mints a token for the HTTP API with the configured secret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from jcli.commands import exits
from jcli.commands.session import Session, clock, shared
from jcli.errors import ConfigError

if TYPE_CHECKING:
    from jcli.workspace import Workspace


@click.command("token")
@click.option("--sub", required=True, metavar="NAME", help="Who the token speaks for; the audit log keeps it.")
@click.option("--scope", default="", metavar="SCOPES", help='What it may do: "journeys:read journeys:write", or "*".')
@click.option("--sites", metavar="SITES", help="Only these sites: keys of the workspace or ids, with commas between.")
@click.option("--ttl", default="1h", show_default=True, metavar="DURATION", help="How long it is good for.")
@shared
@click.pass_obj
def token_command(session: Session, sub: str, scope: str, sites: str | None, ttl: str) -> int:
    """Mint a token for the HTTP API.

    It is signed (HS256) with the secret in JCLI_JWT_SECRET, the one that `jcli serve` checks with. Without --scope it
    may do what the server grants to tokens without one, which is nothing unless configured.
    """
    from jcli.commands.minting import mint
    from jcli.durations import parse_duration

    secret = os.environ.get("JCLI_JWT_SECRET")
    if not secret:
        raise ConfigError(
            "there is no secret to sign with",
            hint="set JCLI_JWT_SECRET to the server's; make one with: openssl rand -hex 32",
        )
    try:
        length = parse_duration(int(ttl) if ttl.isascii() and ttl.isdigit() else ttl)
    except ValueError as error:
        raise ConfigError(f"--ttl: {error}") from None
    if not scope.strip():
        session.say("The token names no scope: it may do what the server grants by default, as shipped nothing.")
    workspace = session.workspace_or_none()
    auth = workspace.config.server.get("auth") if workspace else None
    token = mint(
        secret,
        sub=sub,
        scope=" ".join(scope.split()),
        ttl=length,
        now=clock(),
        sites=_sites(session, sites, workspace) if sites is not None else None,
        issuer=_claim("JCLI_JWT_ISSUER", auth, "issuer"),
        audience=_claim("JCLI_JWT_AUDIENCE", auth, "audience"),
    )
    click.echo(token)
    return exits.DONE


def _claim(variable: str, auth: Any, key: str) -> str | None:
    """A claim that the server checks, from where the server takes it."""
    value = os.environ.get(variable) or (auth.get(key) if isinstance(auth, Mapping) else None)
    return value if isinstance(value, str) else None


def _sites(session: Session, given: str, workspace: Workspace | None) -> list[str]:
    """Ids of the sites. A word that is no key of the workspace is taken for an id, and that is said, because a key
    with a slip in it would make a token that sees nothing."""
    words = [word.strip() for word in given.split(",") if word.strip()]
    if not words:
        raise ConfigError("--sites names no site", hint="leave it out for all sites")
    ids = _declared(workspace) if workspace else {}
    for word in words:
        if ids and word not in ids and word not in ids.values():
            session.say(f"The workspace declares no site `{word}`; it is taken for an id.")
    return [ids.get(word, word) for word in words]


def _declared(workspace: Workspace) -> dict[str, str]:
    from jcli.canonical import document_id
    from jcli.model import Kind
    from jcli.workspace import load

    ids = {}
    for document in load(workspace).documents:
        if document.kind is Kind.SITE and document.key is not None:
            pinned = document.data.get("id")
            derived = document_id(workspace.config.workspace, Kind.SITE, document.key)
            ids[document.key] = pinned if isinstance(pinned, str) else derived
    return ids
