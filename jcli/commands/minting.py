"""Makes tokens for the HTTP API: HS256 and a shared secret alone. Checking them is the server's business."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from jcli.commands.names import meant
from jcli.errors import ConfigError

if TYPE_CHECKING:
    from jcli.model import Instant

SCOPES = ("journeys:read", "journeys:write", "journeys:publish", "people:read", "events:write", "*")
"""As `server/settings.py` has them; a test holds the two together."""

LEAST_SECRET_BYTES = 32


def mint(
    secret: str,
    *,
    sub: str,
    scope: str,
    ttl: int,
    now: Instant,
    sites: Sequence[str] | None = None,
    issuer: str | None = None,
    audience: str | None = None,
) -> str:
    """A token that is good for `ttl` milliseconds. ConfigError for a short secret or a scope that there is not."""
    import jwt

    if len(secret.encode()) < LEAST_SECRET_BYTES:
        raise ConfigError(
            f"JCLI_JWT_SECRET is {len(secret.encode())} bytes long; it takes at least {LEAST_SECRET_BYTES}",
            hint="make one with: openssl rand -hex 32",
        )
    for word in scope.split():
        if word not in SCOPES:
            raise ConfigError(f"`{word}` is not a scope{meant(word, SCOPES)}", hint=f"one of {', '.join(SCOPES)}")
    claims: dict[str, Any] = {"sub": sub, "iat": now // 1000, "exp": (now + ttl) // 1000}
    claims |= {"scope": scope} if scope else {}
    claims |= {"sites": list(sites)} if sites is not None else {}
    claims |= {"iss": issuer} if issuer else {}
    claims |= {"aud": audience} if audience else {}
    return jwt.encode(claims, secret, algorithm="HS256")
