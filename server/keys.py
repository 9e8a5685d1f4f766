"""The keys that tokens are checked with: a secret, a public key in a PEM file, or a set of them (JWKS).

The algorithm comes from the configuration; a key that is not for it is never used, whatever a token or a key set
says. A key set at a URL is fetched when first needed, kept, and fetched again for an unknown `kid`, or when it has
grown old, at most once in 30 seconds. Who calls is decided in `server/auth.py`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from jcli.errors import ConfigError
from jcli.model import Instant
from server.refusals import Refusal
from server.settings import Settings

Key = bytes | RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey

LEAST_RSA_BITS = 2048
RETRY_AFTER_MS = 30_000
OLD_AFTER_MS = 3_600_000
_MOST_BYTES = 1 << 20
_FETCH_SECONDS = 5
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

log = logging.getLogger("jcli.server")


class Keys(Protocol):
    """Where the key for a token comes from. `generation` changes whenever the keys have."""

    algorithm: str
    generation: int

    async def find(self, kid: str | None, now: Instant) -> Key | None:
        """The key with this id, None when there is none. Refusal (503) when the keys cannot be had at all."""
        ...


def keys_of(settings: Settings) -> Keys:
    """The keys that the settings name; ConfigError when they cannot be read or do not fit the algorithm."""
    if settings.secret is not None:
        return OneKey("HS256", settings.secret.get_secret_value().encode())
    if settings.public_key is not None:
        key = _pem(settings.public_key)
        return OneKey(_algorithm_for(key, settings.algorithm, str(settings.public_key)), key)
    if settings.jwks is None:
        raise ConfigError("there is nothing to check tokens with")
    return KeySet(settings.jwks, settings.algorithm or "RS256")


class OneKey:
    """A key that stays, for tokens with any `kid` or none."""

    generation = 0

    def __init__(self, algorithm: str, key: Key) -> None:
        self.algorithm = algorithm
        self._key = key

    async def find(self, kid: str | None, now: Instant) -> Key | None:  # noqa: ARG002 - there is but this one
        return self._key


class KeySet:
    """A JWKS in a file, read at once, or at a URL, fetched when first needed."""

    def __init__(self, location: str, algorithm: str) -> None:
        self.algorithm = algorithm
        self.generation = 0
        self._location = location
        self._keys: dict[str | None, Key] = {}
        self._read_at: Instant | None = None
        self._tried_at: Instant | None = None
        self._turn = asyncio.Lock()
        if "://" in location:
            _check_url(location)
        else:
            self._keys = self._read()

    async def find(self, kid: str | None, now: Instant) -> Key | None:
        key = self._pick(kid)
        if (key is None or self._is_old(now)) and self._may_try(now):
            async with self._turn:
                if self._may_try(now):
                    await self._refresh(now)
            key = self._pick(kid)
        if key is None and not self._keys:
            raise Refusal(
                503,
                "keys-unavailable",
                "the keys that tokens are checked with cannot be fetched at the moment",
                headers={"Retry-After": str(RETRY_AFTER_MS // 1000)},
            )
        return key

    def _pick(self, kid: str | None) -> Key | None:
        """By its id; a token without one is meant for the only key, when there is only one."""
        if kid is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(kid)

    def _is_old(self, now: Instant) -> bool:
        return self._read_at is None or now - self._read_at >= OLD_AFTER_MS

    def _may_try(self, now: Instant) -> bool:
        return self._tried_at is None or now - self._tried_at >= RETRY_AFTER_MS

    async def _refresh(self, now: Instant) -> None:
        """Read the set again; when that fails, the keys known so far stay."""
        self._tried_at = now
        try:
            self._keys = await asyncio.to_thread(self._read)
        except (ConfigError, OSError, ValueError) as error:
            log.warning("the key set %s could not be read: %s", self._location, error)
            return
        self._read_at = now
        self.generation += 1

    def _read(self) -> dict[str | None, Key]:
        try:
            raw = _fetch(self._location) if "://" in self._location else Path(self._location).read_bytes()
            data = json.loads(raw)
        except (OSError, ValueError, RecursionError) as error:
            raise ConfigError(f"the key set {self._location} cannot be read: {error}") from error
        keys = _usable(data, self.algorithm)
        if not keys:
            raise ConfigError(f"the key set {self._location} has no key for {self.algorithm}")
        return keys


def _usable(data: Any, algorithm: str) -> dict[str | None, Key]:
    """The keys of a set that are for checking signatures of this algorithm, by their id; others are passed over."""
    listed = data.get("keys") if isinstance(data, Mapping) else None
    keys: dict[str | None, Key] = {}
    for entry in listed if isinstance(listed, list) else []:
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig" or entry.get("alg", algorithm) != algorithm:
            continue
        try:
            key = jwt.PyJWK(entry, algorithm).key
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
        if _fits(key, algorithm):
            keys[entry.get("kid")] = key
    return keys


def _fits(key: object, algorithm: str) -> bool:
    match algorithm:
        case "RS256":
            return isinstance(key, RSAPublicKey) and key.key_size >= LEAST_RSA_BITS
        case "ES256":
            return isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
        case "EdDSA":
            return isinstance(key, Ed25519PublicKey)
    return False


def _algorithm_for(key: object, wanted: str | None, where: str) -> str:
    algorithm = wanted or next((name for name in ("RS256", "ES256", "EdDSA") if _fits(key, name)), None)
    if algorithm is None or not _fits(key, algorithm):
        expected = f"RSA of {LEAST_RSA_BITS} bits or more (RS256), EC P-256 (ES256) or Ed25519 (EdDSA)"
        raise ConfigError(
            f"the key in {where} does not fit {algorithm or 'any algorithm'}", hint=f"expected {expected}"
        )
    return algorithm


def _pem(path: Path) -> Any:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"the public key {path} cannot be read: {error.strerror}") from error
    if b"PRIVATE KEY" in content:
        raise ConfigError(f"{path} holds a private key", hint="the server needs, and should have, only the public one")
    try:
        return load_pem_public_key(content)
    except ValueError as error:
        raise ConfigError(f"{path} holds no public key in PEM form (-----BEGIN PUBLIC KEY-----)") from error


def _check_url(url: str) -> None:
    """Keys travel encrypted, except on this very machine."""
    parts = urlsplit(url)
    if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
        raise ConfigError(f"the key set {url} is not at an https:// address")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Whoever answers for the key set answers itself."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def _fetch(url: str) -> bytes:
    """The body at the URL, whose scheme `_check_url` has judged."""
    with _opener.open(url, timeout=_FETCH_SECONDS) as answer:
        raw: bytes = answer.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        raise OSError(f"it is over {_MOST_BYTES:,} bytes")
    return raw
