"""Who may call: tokens that are not good enough, scopes, sites. The rules are in `docs/auth.md`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pydantic import SecretStr

from jcli.commands.minting import mint
from jcli.errors import ConfigError
from server.openapi import document
from server.settings import RateLimit, Settings
from tests.api.client import NOON, SECRET, Api, canvas, make_token

MakeApi = Callable[..., Api]
SECOND = 1000
AT = NOON // 1000


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def public_pem(key: Any) -> bytes:
    pem: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


def claims(**more: Any) -> dict[str, Any]:
    return {"sub": "ada", "scope": "*", "exp": AT + 3600, **more}


def status(api: Api, token: str) -> int:
    return api.with_token(token).get("/api/journeys").status_code


def why(api: Api, token: str) -> str:
    answered = api.with_token(token).get("/api/journeys")
    assert answered.status_code == 401
    assert answered.headers["content-type"] == "application/problem+json"
    assert answered.headers["WWW-Authenticate"].startswith('Bearer realm="jcli"')
    return str(answered.json()["detail"])


# Tokens


def test_no_token(api: Api) -> None:
    answered = api.client.request("GET", "/api/journeys")

    assert answered.status_code == 401
    assert answered.headers["WWW-Authenticate"] == 'Bearer realm="jcli"'
    assert answered.json()["code"] == "unauthenticated"


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Basic YWRhOnB3", "Bearer a.b", "Bearer a.b.c", "Bearer \xff", "Bearer " + "x" * 20_000],
)
def test_a_header_that_holds_no_token(api: Api, header: str) -> None:
    answered = api.client.request("GET", "/api/journeys", headers={"Authorization": header.encode("latin-1")})

    assert answered.status_code == 401
    assert answered.json()["code"] == "invalid-token"


def test_two_headers(api: Api) -> None:
    twice = [("Authorization", f"Bearer {make_token()}")] * 2

    assert api.client.request("GET", "/api/journeys", headers=twice).status_code == 401


def test_expired_with_30_seconds_of_leeway(api: Api) -> None:
    assert status(api, make_token(exp=AT - 29)) == 200
    assert "expired" in why(api, make_token(exp=AT - 30))


def test_a_token_that_was_good_before_expires_as_well(api: Api) -> None:
    token = make_token(exp=AT + 60)
    assert status(api, token) == 200

    api.clock.now += 90 * SECOND

    assert "expired" in why(api, token)


def test_not_valid_yet(api: Api) -> None:
    token = make_token(nbf=AT + 31)
    assert "not valid yet" in why(api, token)
    assert status(api, make_token(nbf=AT + 30)) == 200

    api.clock.now += SECOND

    assert status(api, token) == 200


@pytest.mark.parametrize("exp", [None, "tomorrow", True, 1e300])
def test_exp_is_required_and_a_date(api: Api, exp: Any) -> None:
    why(api, make_token(exp=exp))


def test_another_key(api: Api) -> None:
    why(api, jwt.encode(claims(), "k" * 40, "HS256"))


def test_a_changed_payload(api: Api) -> None:
    head, body, signature = make_token(scope="").split(".")
    better = base64.urlsafe_b64encode(json.dumps(claims()).encode()).rstrip(b"=").decode()

    assert body != better
    why(api, f"{head}.{better}.{signature}")


def test_alg_none(api: Api) -> None:
    unsigned = jwt.encode(claims(), None, "none")

    assert "algorithm" in why(api, unsigned)
    assert "algorithm" in why(api, unsigned + base64.urlsafe_b64encode(b"signature").decode().rstrip("="))


def test_the_algorithm_is_not_the_tokens_to_choose(api: Api) -> None:
    assert "algorithm" in why(api, jwt.encode(claims(), SECRET, "HS512"))


@pytest.mark.parametrize("wrong", [{"scope": ["*"]}, {"scope": 1}, {"sites": "site_a"}, {"sites": [1]}, {"sub": "a\0"}])
def test_claims_of_another_make(api: Api, wrong: dict[str, Any]) -> None:
    why(api, jwt.encode(claims(**wrong), SECRET, "HS256"))


def test_issuer_and_audience_when_configured(make_api: MakeApi) -> None:
    api = make_api(Settings(secret=SecretStr(SECRET), issuer="https://id.acme.example", audience="journeys"))
    good = {"iss": "https://id.acme.example", "aud": "journeys"}

    assert status(api, make_token(**good)) == 200
    assert status(api, make_token(**{**good, "aud": ["other", "journeys"]})) == 200
    assert "issuer" in why(api, make_token(**{**good, "iss": "https://elsewhere.example"}))
    assert "audience" in why(api, make_token(**{**good, "aud": "billing"}))
    assert "missing" in why(api, make_token(aud="journeys"))
    assert "missing" in why(api, make_token(iss="https://id.acme.example"))


def test_issuer_and_audience_do_not_matter_when_not_configured(api: Api) -> None:
    assert status(api, make_token(iss="anybody", aud="anything")) == 200


def test_a_minted_token_is_taken(make_api: MakeApi) -> None:
    api = make_api(Settings(secret=SecretStr(SECRET), issuer="us", audience="journeys"))
    minted = mint(
        SECRET, sub="bob", scope="journeys:read", ttl=60 * SECOND, now=NOON, sites=["site_a"], issuer="us",
        audience="journeys",
    )  # fmt: skip

    assert status(api, minted) == 200
    assert api.with_token(minted).post("/api/journeys", {}).status_code == 403


# Keys


def test_the_public_key_is_no_secret(make_api: MakeApi, rsa_key: rsa.RSAPrivateKey, tmp_path: Path) -> None:
    """A token signed by HMAC with the public key, which everybody has, as the secret."""
    pem = public_pem(rsa_key)
    (tmp_path / "key.pem").write_bytes(pem)
    api = make_api(Settings(public_key=tmp_path / "key.pem", algorithm="RS256"))
    parts = [{"alg": "HS256", "typ": "JWT"}, claims()]
    signed = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    signature = base64.urlsafe_b64encode(hmac.new(pem, signed, hashlib.sha256).digest()).rstrip(b"=")

    assert "algorithm" in why(api, (signed + b"." + signature).decode())
    assert status(api, jwt.encode(claims(), rsa_key, "RS256")) == 200


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_public_keys_of_each_kind(make_api: MakeApi, tmp_path: Path, algorithm: str) -> None:
    make: dict[str, Callable[[], Any]] = {
        "RS256": lambda: rsa.generate_private_key(65537, 2048),
        "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "EdDSA": ed25519.Ed25519PrivateKey.generate,
    }
    key, other = make[algorithm](), make[algorithm]()
    (tmp_path / "key.pem").write_bytes(public_pem(key))
    api = make_api(Settings(public_key=tmp_path / "key.pem"))

    assert status(api, jwt.encode(claims(), key, algorithm)) == 200
    assert "signature" in why(api, jwt.encode(claims(), other, algorithm))
    assert "algorithm" in why(api, make_token())


def test_keys_that_do_not_fit(make_api: MakeApi, rsa_key: rsa.RSAPrivateKey, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    weak = rsa.generate_private_key(65537, 1024)
    for content, algorithm, said in [
        (public_pem(rsa_key), "ES256", "does not fit"),
        (public_pem(weak), None, "does not fit"),
        (public_pem(ec.generate_private_key(ec.SECP384R1())), None, "does not fit"),
        (rsa_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), None, "private key"),
        (b"what is this", None, "no public key"),
    ]:
        path.write_bytes(content)
        with pytest.raises(ConfigError, match=said):
            make_api(Settings(public_key=path, algorithm=algorithm))
    path.unlink()
    with pytest.raises(ConfigError, match="cannot be read"):
        make_api(Settings(public_key=path))


def jwk(key: Any, kid: str | None, **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**data, **({} if kid is None else {"kid": kid}), **more}


def test_key_set_in_a_file(make_api: MakeApi, rsa_key: rsa.RSAPrivateKey, tmp_path: Path) -> None:
    path, other = tmp_path / "keys.json", rsa.generate_private_key(65537, 2048)
    oct_key = {"kty": "oct", "kid": "c", "k": base64.urlsafe_b64encode(b"x" * 40).decode()}
    path.write_text(json.dumps({"keys": [jwk(rsa_key, "a"), jwk(other, "b", use="enc"), oct_key]}))
    api = make_api(Settings(jwks=str(path)))

    assert status(api, jwt.encode(claims(), rsa_key, "RS256", headers={"kid": "a"})) == 200
    assert status(api, jwt.encode(claims(), rsa_key, "RS256")) == 200
    assert "no key" in why(api, jwt.encode(claims(), other, "RS256", headers={"kid": "b"}))
    assert "signature" in why(api, jwt.encode(claims(), other, "RS256", headers={"kid": "a"}))
    why(api, jwt.encode(claims(), "x" * 40, "HS256", headers={"kid": "c"}))
    path.write_text("{}")
    with pytest.raises(ConfigError, match="no key for RS256"):
        make_api(Settings(jwks=str(path)))


class KeyServer(http.server.BaseHTTPRequestHandler):
    """Answers what `keys` holds; counts how often it was asked."""

    keys: ClassVar[list[dict[str, Any]] | None] = []
    asked: ClassVar[int] = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/keys")
            self.end_headers()
            return
        self.send_response(200 if self.keys is not None else 500)
        self.end_headers()
        self.wfile.write(json.dumps({"keys": self.keys}).encode())

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def key_server() -> Iterator[tuple[type[KeyServer], str]]:
    handler = type("Handler", (KeyServer,), {"keys": [], "asked": 0})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield handler, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_key_set_at_a_url(
    make_api: MakeApi, rsa_key: rsa.RSAPrivateKey, key_server: tuple[type[KeyServer], str]
) -> None:
    served, url = key_server
    served.keys = [jwk(rsa_key, "old")]
    api, newer = make_api(Settings(jwks=url + "/keys")), rsa.generate_private_key(65537, 2048)
    old_token = jwt.encode(claims(), rsa_key, "RS256", headers={"kid": "old"})
    new_token = jwt.encode(claims(), newer, "RS256", headers={"kid": "new"})

    assert served.asked == 0
    assert status(api, old_token) == 200
    served.keys = [jwk(newer, "new")]
    assert [status(api, new_token) for _ in range(5)] == [401] * 5
    assert served.asked == 1

    api.clock.now += 30 * SECOND
    assert status(api, new_token) == 200
    assert status(api, old_token) == 401
    assert served.asked == 2

    served.keys = None
    api.clock.now += 3_000 * SECOND
    assert status(api, new_token) == 200


def test_a_key_set_that_cannot_be_had(make_api: MakeApi, key_server: tuple[type[KeyServer], str]) -> None:
    served, url = key_server
    served.keys = None
    for address in (url + "/keys", url + "/moved"):
        answered = make_api(Settings(jwks=address)).get("/api/journeys")
        assert (answered.status_code, answered.headers["Retry-After"]) == (503, "30")
        assert answered.json()["code"] == "keys-unavailable"
    with pytest.raises(ConfigError, match="https"):
        make_api(Settings(jwks="http://id.acme.example/keys"))


# Scopes

ANY_ID = "5d0c3f1e-0d51-4a53-b1f5-2f0f6a0f7c21"
OPERATIONS = [
    (method.upper(), path.replace("{id}", ANY_ID).replace("{number}", "1"), operation["security"][0]["bearer"][0])
    for path, operations in document()["paths"].items()
    for method, operation in operations.items()
    if path.startswith("/api")
]
ALL = {"journeys:read", "journeys:write", "journeys:publish", "people:read", "events:write"}


@pytest.mark.parametrize(("method", "path", "scope"), OPERATIONS)
def test_each_operation_needs_the_scope_that_it_states(api: Api, method: str, path: str, scope: str) -> None:
    without = api.with_token(make_token(scope=" ".join(ALL - {scope})))(method, path)
    assert without.status_code == 403
    assert without.json()["code"] == "missing-scope"
    assert f'scope="{scope}"' in without.headers["WWW-Authenticate"]

    assert api.with_token(make_token(scope=scope))(method, path).status_code not in (401, 403)
    assert api.client.request(method, path).status_code == 401


def test_there_are_operations_of_every_scope() -> None:
    assert {scope for _, _, scope in OPERATIONS} == ALL


def test_without_a_claim_only_the_default_scopes_count(make_api: MakeApi) -> None:
    assert make_api().with_token(make_token(scope=None)).get("/api/journeys").status_code == 403
    generous = make_api(Settings(secret=SecretStr(SECRET), default_scopes=frozenset({"journeys:read"})))
    assert generous.with_token(make_token(scope=None)).get("/api/journeys").status_code == 200
    assert generous.with_token(make_token(scope="")).get("/api/journeys").status_code == 403


def test_rate_limit(make_api: MakeApi) -> None:
    api = make_api(Settings(secret=SecretStr(SECRET), rate_limit=RateLimit(per_second=0.5, burst=3)))

    assert [api.get("/api/journeys").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert api.get("/api/journeys").headers["Retry-After"] == "2"
    assert status(api, make_token(sub="bob")) == 200
    api.clock.now += 2 * SECOND
    assert [api.get("/api/journeys").status_code for _ in range(2)] == [200, 429]


# Sites


@pytest.fixture
def two_sites(api: Api) -> tuple[Api, dict[str, Any], dict[str, Any]]:
    """A caller who sees site_a alone, a journey there and one of site_b, each with a person in it."""
    journeys = []
    for site in ("site_a", "site_b"):
        api.post("/api/sites", {"id": site, "name": site})
        api.post(
            "/api/audiences",
            {"id": f"aud_{site}", "name": site, "siteId": site, "rules": {"trait": "a", "exists": True}},
        )
        journey = api.journey(siteId=site, publish=True)
        entered = api.post(f"/api/journeys/{journey['id']}/enrollments", {"endUserId": f"person_{site}"})
        journeys.append({**journey, "enrollment": entered.json()["data"]["id"]})
    return api.with_token(make_token(sites=["site_a"])), journeys[0], journeys[1]


def test_things_of_other_sites_are_absent(two_sites: tuple[Api, dict[str, Any], dict[str, Any]]) -> None:
    api, mine, theirs = two_sites
    path = f"/api/journeys/{theirs['id']}"
    requests = [
        ("GET", path, None),
        ("GET", path + "/findings", None),
        ("GET", path + "/revisions", None),
        ("GET", path + "/revisions/1", None),
        ("GET", path + "/enrollments", None),
        ("POST", path + "/enrollments", {"endUserId": "eve"}),
        ("PATCH", path, {"name": "Mine now"}),
        ("PATCH", path, {"siteId": "site_a"}),
        ("PUT", path + "/canvas", canvas()),
        ("POST", path + "/publish", None),
        ("POST", path + "/pause", None),
        ("POST", path + "/unpublish", None),
        ("POST", path + "/restore", None),
        ("DELETE", path, None),
        ("GET", f"/api/enrollments/{theirs['enrollment']}", None),
        ("DELETE", f"/api/enrollments/{theirs['enrollment']}", None),
        ("GET", "/api/end-users/person_site_b", None),
        ("GET", "/api/end-users/person_site_b?siteId=site_b", None),
        ("DELETE", "/api/end-users/person_site_b?siteId=site_b", None),
        ("GET", "/api/sites/site_b", None),
        ("PATCH", "/api/sites/site_b", {"name": "Mine now"}),
        ("DELETE", "/api/sites/site_b", None),
        ("GET", "/api/audiences/aud_site_b", None),
        ("PATCH", "/api/audiences/aud_site_b", {"name": "Mine now"}),
        ("DELETE", "/api/audiences/aud_site_b", None),
    ]
    for method, where, body in requests:
        answered = api(method, where, body)
        assert answered.status_code == 404, (method, where, answered.text)
        never = api(method, where.replace(theirs["id"], ANY_ID).replace("site_b", "site_never"), body)
        assert never.json()["code"] == answered.json()["code"] == "not-found"
    everybody = api.with_token(make_token())
    after = everybody.get(path).json()["data"]
    assert {name: after[name] for name in ("name", "status", "revision", "siteId")} == {
        "name": theirs["name"], "status": "PUBLISHED", "revision": 1, "siteId": "site_b",
    }  # fmt: skip
    assert after["_count"]["enrollments"] == 1
    assert everybody.get("/api/end-users/person_site_b").status_code == 200
    assert api.get(f"/api/journeys/{mine['id']}").status_code == 200


def test_things_of_other_sites_are_in_no_list_and_no_count(
    two_sites: tuple[Api, dict[str, Any], dict[str, Any]],
) -> None:
    api, mine, _ = two_sites
    for path, ids in [
        ("/api/journeys", [mine["id"]]),
        ("/api/journeys?status=PUBLISHED", [mine["id"]]),
        ("/api/journeys?siteId=site_b", []),
        ("/api/journeys?status=PUBLISHED&siteId=site_b", []),
        ("/api/sites", ["site_a"]),
        ("/api/audiences", ["aud_site_a"]),
        ("/api/end-users", ["person_site_a"]),
        ("/api/end-users?siteId=site_b", []),
    ]:
        listed = api.get(path).json()
        assert [item["id"] for item in listed["data"]] == ids, path
        assert listed["meta"]["total"] == len(ids), path


def test_nothing_is_written_to_another_site(two_sites: tuple[Api, dict[str, Any], dict[str, Any]]) -> None:
    api, mine, _ = two_sites
    for method, path, body in [
        ("POST", "/api/journeys", {"name": "Intruder", "siteId": "site_b"}),
        ("PATCH", f"/api/journeys/{mine['id']}", {"siteId": "site_b"}),
        ("POST", "/api/audiences", {"name": "A", "siteId": "site_b", "rules": {"trait": "a", "exists": True}}),
        ("PATCH", "/api/audiences/aud_site_a", {"siteId": "site_b"}),
        ("POST", "/api/sites", {"id": "site_c", "name": "C"}),
        ("PUT", "/api/end-users/eve?siteId=site_b", {"traits": {}}),
        ("PUT", "/api/end-users/eve", {"traits": {}, "siteId": "site_b"}),
    ]:
        answered = api(method, path, body)
        assert (answered.status_code, answered.json()["code"]) == (403, "site-not-covered"), (method, path)
    everybody = api.with_token(make_token())
    assert everybody.get("/api/journeys?siteId=site_b").json()["meta"]["total"] == 1
    assert everybody.get("/api/end-users/eve").status_code == 404


def test_the_audience_of_another_site_is_not_shown(two_sites: tuple[Api, dict[str, Any], dict[str, Any]]) -> None:
    api, mine, _ = two_sites
    everybody = api.with_token(make_token())
    everybody.patch(f"/api/journeys/{mine['id']}", {"audienceId": "aud_site_b"})

    shown = api.get(f"/api/journeys/{mine['id']}").json()["data"]

    assert (shown["audienceId"], shown["audience"]) == ("aud_site_b", None)
    assert everybody.get(f"/api/journeys/{mine['id']}").json()["data"]["audience"]["id"] == "aud_site_b"


def test_a_token_for_no_sites_sees_none(api: Api) -> None:
    api.journey()

    assert api.with_token(make_token(sites=[])).get("/api/journeys").json()["meta"]["total"] == 0


def test_one_id_on_two_sites_is_two_people(api: Api) -> None:
    for site in ("site_a", "site_b"):
        assert api.put(f"/api/end-users/eu_1?siteId={site}", {"traits": {"site": site}}).status_code == 201

    ambiguous = api.get("/api/end-users/eu_1")
    assert (ambiguous.status_code, ambiguous.json()["code"]) == (409, "ambiguous-site")
    assert "site_a, site_b" in ambiguous.json()["detail"]
    assert api.get("/api/end-users/eu_1?siteId=site_b").json()["data"]["traits"] == {"site": "site_b"}
    narrow = api.with_token(make_token(sites=["site_a"]))
    assert narrow.get("/api/end-users/eu_1").json()["data"]["siteId"] == "site_a"
