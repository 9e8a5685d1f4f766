"""Who calls, and what they may do: the bearer token of a request becomes a `Caller`.

The signature is checked with the algorithm and keys of the configuration; `exp` is required, `nbf` honoured, `iss`
and `aud` checked when configured, all with 30 seconds of leeway. A token that has been checked is remembered for
five minutes at most, because checking one costs more than reading a journey; its times are asked anew each time.
Which scope a route asks for stands in the route. A person token (`aud: jcli:person`) speaks for one end user and is
good for `/v1` alone; see `server/visitors.py`. The rules in words: `docs/auth.md`.
"""

from __future__ import annotations

import hashlib
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from starlette.requests import Request

from jcli.model import Actor, Instant
from server.keys import Keys, keys_of
from server.limits import Buckets
from server.refusals import Refusal
from server.settings import Settings

PERSON_AUDIENCE = "jcli:person"
LEEWAY_MS = 30_000
_REMEMBERED_MS = 300_000
_MOST_REMEMBERED = 4_096
_MOST_TOKEN_BYTES = 16_384
_REALM = 'Bearer realm="jcli"'
_SPOKEN = {
    jwt.InvalidSignatureError: "its signature is not right",
    jwt.InvalidAlgorithmError: "its algorithm is not the one that this server takes",
    jwt.MissingRequiredClaimError: "a claim is missing that it must have (exp, and iss and aud where configured)",
    jwt.InvalidIssuerError: "it comes from another issuer",
    jwt.InvalidAudienceError: "it is meant for another audience",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a token speaks for. `principal` tells callers apart: remembered answers and rate limits go by it."""

    actor: Actor
    scopes: frozenset[str]
    principal: str


@dataclass(frozen=True, slots=True)
class _Remembered:
    caller: Caller
    not_before: Instant
    expires: Instant
    forget: Instant
    generation: int


class Authority:
    """Turns the `Authorization` header into a Caller; keeps the tokens that it has checked lately."""

    def __init__(self, settings: Settings, clock: Callable[[], Instant]) -> None:
        self._settings = settings
        self._clock = clock
        self._keys: Keys = keys_of(settings)
        self._known: OrderedDict[bytes, _Remembered] = OrderedDict()
        self._buckets = Buckets(settings.rate_limit) if settings.rate_limit else None
        self._key_buckets = Buckets(settings.write_key_rate_limit) if settings.write_key_rate_limit else None

    async def caller(self, header: bytes | None) -> Caller:
        """Refusal: 401 without a token or with a bad one, 429 above the rate limit, 503 without keys."""
        now = self._clock()
        known = self._known.get(header) if header is not None else None
        if known is None or known.forget <= now or known.generation != self._keys.generation:
            known = await self._check(header, now)
        else:
            self._known.move_to_end(header)  # type: ignore[arg-type]  # known, so not None
        _check_instants(known.not_before, known.expires, now)
        if self._buckets is not None:
            _take(self._buckets, known.caller.principal, "caller", now)
        return known.caller

    def take_for_key(self, site_id: str) -> None:
        """Refusal: 429 when the write key of this site has been used more often than its rate limit allows."""
        if self._key_buckets is not None:
            _take(self._key_buckets, site_id, "write key", self._clock())

    async def person(self, token: str, site_id: str) -> str:
        """The end user of a person token. Refusal (401) for one that is not valid, or is for other sites."""
        now = self._clock()
        if len(token) > _MOST_TOKEN_BYTES:
            raise _unauthenticated("it is too long")
        claims = await self._claims(token, now, PERSON_AUDIENCE)
        _check_instants(_instant(claims, "nbf", 0), _instant(claims, "exp", None), now)
        person_id = claims.get("sub")
        if not isinstance(person_id, str) or not 0 < len(person_id) <= 255 or "\0" in person_id:
            raise _unauthenticated("its `sub` is not the id of an end user")
        sites = _sites(claims.get("sites"))
        if sites is not None and site_id not in sites:
            raise _unauthenticated("it is for another site")
        return person_id

    async def _check(self, header: bytes | None, now: Instant) -> _Remembered:
        token = _token_in(header)
        claims = await self._claims(token, now, self._settings.audience)
        if PERSON_AUDIENCE in _audiences(claims.get("aud")):
            raise _unauthenticated("it is a person token, which is good for /v1 alone")
        known = _Remembered(
            self._caller_of(claims, token),
            not_before=_instant(claims, "nbf", 0),
            expires=_instant(claims, "exp", None),
            forget=now + _REMEMBERED_MS,
            generation=self._keys.generation,
        )
        assert header is not None
        self._known[header] = known
        if len(self._known) > _MOST_REMEMBERED:
            self._known.popitem(last=False)
        return known

    async def _claims(self, token: str, now: Instant, audience: str | None) -> dict[str, Any]:
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = await self._keys.find(kid if isinstance(kid, str) else None, now)
            if key is None:
                raise _unauthenticated("no key of this server has the id that it names")
            # The times are checked against the server's clock in `_check_instants`, each time the token is used.
            return jwt.decode(
                token,
                key,
                algorithms=[self._keys.algorithm],
                issuer=self._settings.issuer,
                audience=audience,
                options={
                    "require": self._required(audience),
                    "verify_aud": audience is not None,
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                    "enforce_minimum_key_length": True,
                },
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise _unauthenticated(_SPOKEN.get(type(error), "it is not a token that can be read")) from None

    def _required(self, audience: str | None) -> list[str]:
        asked = {"exp": True, "iss": self._settings.issuer is not None, "aud": audience is not None}
        return [claim for claim, is_asked in asked.items() if is_asked]

    def _caller_of(self, claims: Mapping[str, Any], token: str) -> Caller:
        scope = claims.get("scope")
        if scope is not None and not isinstance(scope, str):
            raise _unauthenticated("its `scope` is not text")
        sites = _sites(claims.get("sites"))
        name = claims.get("sub") or ""
        if not isinstance(name, str) or "\0" in name:
            raise _unauthenticated("its `sub` is not text")
        # Without a subject every token is its own caller.
        told = name or hashlib.blake2b(token.encode(), digest_size=16).hexdigest()
        within = "*" if sites is None else ",".join(sorted(sites))
        return Caller(
            Actor(name or "a token without a subject", "api", sites),
            self._settings.default_scopes if scope is None else frozenset(scope.split()),
            hashlib.blake2b(f"{claims.get('iss')}\0{told}\0{within}".encode(), digest_size=16).hexdigest(),
        )


async def caller_of(request: Request, scope: str) -> Caller:
    """The caller of a request that asks for this scope. Refusal: 401, 403 (`missing-scope`), 429, 503."""
    authority: Authority = request.app.state.authority
    caller = await authority.caller(_header_of(request))
    must_have(caller, scope)
    return caller


def must_have(caller: Caller, scope: str) -> None:
    """Refusal: 403 (`missing-scope`) for a token without the scope."""
    if scope not in caller.scopes and "*" not in caller.scopes:
        raise Refusal(
            403,
            "missing-scope",
            f"the token does not have the scope {scope}",
            headers={"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{scope}"'},
        )


def _header_of(request: Request) -> bytes | None:
    found = [value for name, value in request.scope["headers"] if name == b"authorization"]
    if len(found) > 1:
        raise _unauthenticated("there are several Authorization headers")
    return found[0] if found else None


def _token_in(header: bytes | None) -> str:
    if header is None:
        raise Refusal(
            401,
            "unauthenticated",
            "this needs a token: Authorization: Bearer <JWT>",
            headers={"WWW-Authenticate": _REALM},
        )
    kind, _, token = header.partition(b" ")
    if kind.lower() != b"bearer" or not token.strip() or not token.isascii() or len(token) > _MOST_TOKEN_BYTES:
        raise _unauthenticated("the header is not of the form: Bearer <JWT>")
    return token.strip().decode("ascii")


def _unauthenticated(why: str) -> Refusal:
    described = f'{_REALM}, error="invalid_token", error_description="{why}"'
    return Refusal(401, "invalid-token", f"the token is not valid: {why}", headers={"WWW-Authenticate": described})


def _check_instants(not_before: Instant, expires: Instant, now: Instant) -> None:
    if now >= expires + LEEWAY_MS:
        raise _unauthenticated("it has expired")
    if now < not_before - LEEWAY_MS:
        raise _unauthenticated("it is not valid yet")


def _take(buckets: Buckets, who: str, what: str, now: Instant) -> None:
    wait = buckets.take(who, now)
    if wait:
        raise Refusal(
            429,
            "too-many-requests",
            f"this {what} has sent more requests than its rate limit allows",
            headers={"Retry-After": str(math.ceil(wait))},
        )


def _audiences(claim: object) -> list[object]:
    return claim if isinstance(claim, list) else [claim]


def _instant(claims: Mapping[str, Any], name: str, default: Instant | None) -> Instant:
    """A NumericDate (seconds, RFC 7519) as milliseconds."""
    value = claims.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e12:
        raise _unauthenticated(f"its `{name}` is not a date in seconds")
    return round(value * 1000)


def _sites(claim: object) -> frozenset[str] | None:
    if claim is None:
        return None
    if not isinstance(claim, list) or not all(isinstance(site, str) for site in claim):
        raise _unauthenticated("its `sites` is not a list of site ids")
    return frozenset(claim)
