"""What the server is told from outside: the environment first, then `server:` in `jcli.yaml`.

Names and meanings are in `docs/auth.md`. A secret comes from the environment alone and is never shown: not in a
`repr`, a log or an error. Nothing here opens a store or a key; `server/keys.py` does.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from jcli.errors import ConfigError

ALGORITHMS = ("HS256", "RS256", "ES256", "EdDSA")
SCOPES = ("journeys:read", "journeys:write", "journeys:publish", "people:read", "events:write", "*")
LEAST_SECRET_BYTES = 32

_SECTION = ("store", "auth", "rateLimit", "keepEvents")  # the last one is read by the command that serves
_AUTH = ("algorithm", "publicKey", "jwks", "issuer", "audience", "defaultScopes")
_RATE_NAMES = ("JCLI_RATE_PER_SECOND", "JCLI_RATE_BURST")
_KEY_RATE_NAMES = ("JCLI_WRITE_KEY_RATE_PER_SECOND", "JCLI_WRITE_KEY_RATE_BURST")
_RATE = ("perSecond", "burst", "writeKeyPerSecond", "writeKeyBurst")


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A token bucket for each caller, or write key: `burst` requests at once, refilled with `per_second`."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class Settings:
    """Exactly one of `secret`, `public_key` and `jwks` is set. `algorithm` None: what the key is for (a JWKS: RS256).

    `store` is a store's URL, None: the workspace's default target. `jwks` is a path or a URL.
    """

    store: str | None = None
    secret: SecretStr | None = None
    public_key: Path | None = None
    jwks: str | None = None
    algorithm: str | None = None
    issuer: str | None = None
    audience: str | None = None
    default_scopes: frozenset[str] = frozenset()
    rate_limit: RateLimit | None = None
    write_key_rate_limit: RateLimit | None = None


def read_settings(
    environ: Mapping[str, str], section: Mapping[str, Any] | None = None, *, root: Path | None = None
) -> Settings:
    """The settings out of the environment and the `server:` of `jcli.yaml`, whose relative paths start at `root`.

    ConfigError says which name is wrong and what was expected; so does one for no key at all.
    """
    section = dict(section or {})
    _known(section, _SECTION, "server")
    auth = _map(section, "auth")
    _known(auth, _AUTH, "server.auth")
    secret = environ.get("JCLI_JWT_SECRET") or None
    key_file = _text(environ, "JCLI_JWT_PUBLIC_KEY", auth, "publicKey")
    jwks = _text(environ, "JCLI_JWKS", auth, "jwks")
    if secret is not None or "JCLI_JWT_PUBLIC_KEY" in environ or "JCLI_JWKS" in environ:
        # The environment names the key: what the file says of other kinds of key no longer counts.
        key_file = environ.get("JCLI_JWT_PUBLIC_KEY") or None
        jwks = environ.get("JCLI_JWKS") or None
    _one_key(secret, key_file, jwks)
    algorithm = _text(environ, "JCLI_JWT_ALGORITHM", auth, "algorithm")
    _check_algorithm(algorithm, secret)
    return Settings(
        store=_text(environ, "JCLI_STORE", section, "store"),
        secret=None if secret is None else SecretStr(secret),
        public_key=None if key_file is None else (root or Path()) / key_file,
        jwks=jwks if jwks is None or "://" in jwks else str((root or Path()) / jwks),
        algorithm=algorithm,
        issuer=_text(environ, "JCLI_JWT_ISSUER", auth, "issuer"),
        audience=_text(environ, "JCLI_JWT_AUDIENCE", auth, "audience"),
        default_scopes=_scopes(environ, auth),
        rate_limit=_rate(environ, _map(section, "rateLimit"), _RATE_NAMES, _RATE[:2]),
        write_key_rate_limit=_rate(environ, _map(section, "rateLimit"), _KEY_RATE_NAMES, _RATE[2:]),
    )


def _one_key(secret: str | None, key_file: str | None, jwks: str | None) -> None:
    given = [value for value in (secret, key_file, jwks) if value is not None]
    names = "JCLI_JWT_SECRET, JCLI_JWT_PUBLIC_KEY or JCLI_JWKS"
    if not given:
        raise ConfigError(
            "there is nothing to check tokens with", hint=f"set one of {names}, or try it with `jcli serve --dev`"
        )
    if len(given) > 1:
        raise ConfigError("tokens are checked with one kind of key, and several are set", hint=f"keep one of {names}")
    if secret is not None and len(secret.encode()) < LEAST_SECRET_BYTES:
        raise ConfigError(
            f"JCLI_JWT_SECRET is {len(secret.encode())} bytes long; it takes at least {LEAST_SECRET_BYTES}",
            hint="make one with: openssl rand -hex 32",
        )


def _check_algorithm(algorithm: str | None, secret: str | None) -> None:
    if algorithm is None:
        return
    if algorithm not in ALGORITHMS:
        expected = ", ".join(ALGORITHMS)
        raise ConfigError(f"the JWT algorithm {algorithm!r} is not one of {expected}{_meant(algorithm, ALGORITHMS)}")
    if (algorithm == "HS256") != (secret is not None):
        raise ConfigError(f"the JWT algorithm {algorithm} does not fit: HS256 goes with a secret, the others with keys")


def _scopes(environ: Mapping[str, str], auth: Mapping[str, Any]) -> frozenset[str]:
    value: Any = environ.get("JCLI_DEFAULT_SCOPES")
    if value is None:
        value = auth.get("defaultScopes", [])
    words = value.split() if isinstance(value, str) else value
    if not isinstance(words, list):
        raise ConfigError("server.auth.defaultScopes is not a list of scopes")
    for word in words:
        if word not in SCOPES:
            raise ConfigError(f"{word!r} is not a scope{_meant(str(word), SCOPES)}", hint="one of " + ", ".join(SCOPES))
    return frozenset(words)


def _rate(
    environ: Mapping[str, str], section: Mapping[str, Any], names: tuple[str, str], keys: tuple[str, ...]
) -> RateLimit | None:
    _known(section, _RATE, "server.rateLimit")
    per_second = _number(environ, names[0], section, keys[0])
    burst = _number(environ, names[1], section, keys[1])
    if per_second is None:
        if burst is not None:
            raise ConfigError("a rate limit has a burst but no rate", hint=f"set {names[0]} as well")
        return None
    return RateLimit(per_second, int(burst if burst is not None else max(1, per_second)))


def _number(environ: Mapping[str, str], name: str, section: Mapping[str, Any], key: str) -> float | None:
    value = environ.get(name) or section.get(key)
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = 0.0
    if isinstance(value, bool) or not 0 < number <= 1_000_000:
        raise ConfigError(f"{name if environ.get(name) else key} is {value!r}; expected a number above 0")
    return number


def _text(environ: Mapping[str, str], name: str, section: Mapping[str, Any], key: str) -> str | None:
    value = environ.get(name) or section.get(key)
    if value is not None and (not isinstance(value, str) or not value):
        raise ConfigError(f"`{key}` below `server:` is not text")
    return value


def _map(section: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = section.get(key)
    if value is not None and not isinstance(value, Mapping):
        raise ConfigError(f"`server.{key}` is not a map")
    return dict(value or {})


def _known(section: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
    for name in section:
        if name not in names:
            hint = "secrets come from the environment: JCLI_JWT_SECRET" if "secret" in str(name).lower() else None
            raise ConfigError(f"`{where}` has no field `{name}`{_meant(str(name), names)}", hint=hint)


def _meant(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f"; did you mean `{near[0]}`?" if near else ""
