"""`jcli token`."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import jwt
import pytest

from jcli.canonical import document_id
from jcli.commands import exits, minting
from jcli.model import Kind
from server import settings
from tests.cli.conftest import NOW_NS, Run

NOW = NOW_NS // 1_000_000_000


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch, frozen: None) -> str:
    value = secrets.token_hex(32)
    monkeypatch.setenv("JCLI_JWT_SECRET", value)
    return value


def _claims(token: str, secret: str, **more: Any) -> dict[str, Any]:
    options = {"verify_exp": False, "verify_iat": False}
    return jwt.decode(token.strip(), secret, algorithms=["HS256"], options=options, **more)


def test_a_token_is_all_that_is_on_stdout(run: Run, secret: str) -> None:
    answer = run("token", "--sub", "ci", "--scope", " journeys:read  journeys:write ")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.count("\n") == 1
    assert _claims(answer.out, secret) == {
        "sub": "ci",
        "scope": "journeys:read journeys:write",
        "iat": NOW,
        "exp": NOW + 3600,
    }
    assert jwt.get_unverified_header(answer.out.strip())["alg"] == "HS256"


@pytest.mark.parametrize(("ttl", "seconds"), [("90s", 90), ("2d", 172_800), ("PT36H", 129_600), ("60", 60)])
def test_ttl(run: Run, secret: str, ttl: str, seconds: int) -> None:
    assert _claims(run("token", "--sub", "ci", "--ttl", ttl).out, secret)["exp"] == NOW + seconds


def test_sites_are_keys_of_the_workspace_or_ids(run: Run, secret: str, ready: Path) -> None:
    (ready / "journeys" / "more.yaml").write_text("site: shop\nid: site_xyz\nname: Shop\n")
    answer = run("token", "--sub", "ci", "--scope", "journeys:read", "--sites", "main, shop,other")
    assert answer.err == "The workspace declares no site `other`; it is taken for an id.\n"
    assert _claims(answer.out, secret)["sites"] == [document_id("acme", Kind.SITE, "main"), "site_xyz", "other"]


def test_issuer_and_audience_are_those_that_the_server_checks(
    run: Run, secret: str, ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (ready / "jcli.yaml").open("a") as file:
        file.write("server: {auth: {issuer: acme, audience: journeys}}\n")
    claims = _claims(run("token", "--sub", "ci").out, secret, audience="journeys")
    assert (claims["iss"], claims["aud"]) == ("acme", "journeys")
    monkeypatch.setenv("JCLI_JWT_ISSUER", "other")
    assert _claims(run("token", "--sub", "ci").out, secret, audience="journeys")["iss"] == "other"


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((), "Missing option '--sub'"),
        (("--sub", "ci", "--scope", "journeys:raed"), "did you mean `journeys:read`?"),
        (("--sub", "ci", "--ttl", "soon"), "--ttl: `soon` is not a duration"),
        (("--sub", "ci", "--ttl", "0s"), "not more than zero"),
        (("--sub", "ci", "--sites", " , "), "--sites names no site"),
    ],
)
def test_what_is_not_understood(run: Run, secret: str, args: tuple[str, ...], expected: str) -> None:
    answer = run("token", *args)
    assert answer.code == exits.USAGE
    assert answer.out == ""
    assert expected in answer.err


@pytest.mark.parametrize("value", [None, "", "short"])
def test_a_secret_is_needed_and_never_shown(run: Run, value: str | None) -> None:
    answer = run("token", "--sub", "ci", env={} if value is None else {"JCLI_JWT_SECRET": value})
    assert answer.code == exits.USAGE
    assert answer.out == ""
    assert "JCLI_JWT_SECRET" in answer.err
    assert "short" not in answer.err


def test_the_scopes_are_the_servers() -> None:
    assert minting.SCOPES == settings.SCOPES
    assert minting.LEAST_SECRET_BYTES == settings.LEAST_SECRET_BYTES


def test_without_scope_the_claim_is_left_out_so_that_the_server_grants_its_defaults(run: Run, secret: str) -> None:
    answer = run("token", "--sub", "ci")
    assert "scope" not in _claims(answer.out, secret)
    assert "names no scope" in answer.err
