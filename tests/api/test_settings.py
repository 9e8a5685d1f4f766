"""What the server is told: the environment first, then `server:` of the workspace; mistakes are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jcli.errors import ConfigError
from server.limits import Buckets
from server.settings import RateLimit, read_settings

SECRET = "s" * 40


def test_a_secret_is_enough_and_is_never_shown() -> None:
    settings = read_settings({"JCLI_JWT_SECRET": SECRET})

    assert settings.secret is not None
    assert settings.secret.get_secret_value() == SECRET
    assert SECRET not in repr(settings)
    assert (settings.store, settings.default_scopes, settings.rate_limit) == (None, frozenset(), None)


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    section = {
        "store": "sqlite:///file.db",
        "auth": {"publicKey": "keys/key.pem", "algorithm": "ES256", "issuer": "file", "defaultScopes": ["people:read"]},
        "rateLimit": {"perSecond": 5},
    }
    from_file = read_settings({}, section, root=tmp_path)
    assert from_file.public_key == tmp_path / "keys" / "key.pem"
    assert (from_file.store, from_file.issuer, from_file.algorithm) == ("sqlite:///file.db", "file", "ES256")
    assert from_file.default_scopes == {"people:read"}
    assert from_file.rate_limit == RateLimit(5, 5)

    environ = {
        "JCLI_STORE": "sqlite:///env.db",
        "JCLI_JWKS": "https://id.acme.example/keys",
        "JCLI_JWT_ISSUER": "env",
        "JCLI_JWT_AUDIENCE": "journeys",
        "JCLI_DEFAULT_SCOPES": "journeys:read journeys:write",
        "JCLI_RATE_PER_SECOND": "0.5",
        "JCLI_RATE_BURST": "9",
    }
    both = read_settings(environ, section, root=tmp_path)
    assert (both.public_key, both.jwks) == (None, "https://id.acme.example/keys")
    assert (both.store, both.issuer, both.audience) == ("sqlite:///env.db", "env", "journeys")
    assert both.default_scopes == {"journeys:read", "journeys:write"}
    assert both.rate_limit == RateLimit(0.5, 9)


def test_a_key_set_in_a_file_is_looked_for_in_the_workspace(tmp_path: Path) -> None:
    assert read_settings({}, {"auth": {"jwks": "keys.json"}}, root=tmp_path).jwks == str(tmp_path / "keys.json")


@pytest.mark.parametrize(
    ("environ", "section", "said"),
    [
        ({}, {}, "nothing to check tokens with"),
        ({"JCLI_JWT_SECRET": ""}, {}, "nothing to check tokens with"),
        ({"JCLI_JWT_SECRET": "s" * 31}, {}, "31 bytes long"),
        ({"JCLI_JWT_SECRET": SECRET, "JCLI_JWKS": "keys.json"}, {}, "several are set"),
        ({}, {"auth": {"publicKey": "a", "jwks": "b"}}, "several are set"),
        ({}, {"auth": {"secret": "s"}}, "no field `secret`"),
        ({}, {"auth": {"isuer": "s"}}, "did you mean `issuer`"),
        ({}, {"ath": {}}, "did you mean `auth`"),
        ({}, {"auth": ["jwks"]}, "not a map"),
        ({}, {"auth": {"jwks": 7}}, "not text"),
        ({"JCLI_JWT_SECRET": SECRET, "JCLI_JWT_ALGORITHM": "none"}, {}, "not one of"),
        ({"JCLI_JWT_SECRET": SECRET, "JCLI_JWT_ALGORITHM": "RS256"}, {}, "does not fit"),
        ({"JCLI_JWKS": "keys.json", "JCLI_JWT_ALGORITHM": "HS256"}, {}, "does not fit"),
        ({"JCLI_JWT_SECRET": SECRET, "JCLI_DEFAULT_SCOPES": "journey:read"}, {}, "did you mean `journeys:read`"),
        ({"JCLI_JWT_SECRET": SECRET}, {"auth": {"defaultScopes": 1}}, "not a list"),
        ({"JCLI_JWT_SECRET": SECRET, "JCLI_RATE_PER_SECOND": "many"}, {}, "expected a number"),
        ({"JCLI_JWT_SECRET": SECRET, "JCLI_RATE_PER_SECOND": "nan"}, {}, "expected a number"),
        ({"JCLI_JWT_SECRET": SECRET}, {"rateLimit": {"perSecond": -1}}, "expected a number"),
        ({"JCLI_JWT_SECRET": SECRET}, {"rateLimit": {"perSecond": 0}}, "expected a number"),
        ({"JCLI_JWT_SECRET": SECRET}, {"rateLimit": {"perSecond": True}}, "expected a number"),
        ({"JCLI_JWT_SECRET": SECRET}, {"rateLimit": {"burst": 5}}, "no rate"),
    ],
)
def test_mistakes_are_named(environ: dict[str, str], section: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read_settings(environ, section)
    assert said in raised.value.message
    assert SECRET not in f"{raised.value.message} {raised.value.hint}"


def test_a_bucket_fills_again_and_no_further() -> None:
    buckets = Buckets(RateLimit(per_second=2, burst=3))

    assert [buckets.take("ada", 0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.take("bob", 0) == 0
    assert buckets.take("ada", 250) == 0.25
    assert buckets.take("ada", 500) == 0
    assert [buckets.take("ada", 3_600_000) for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.take("ada", 0) == 0.5  # a clock that goes back gives nothing
