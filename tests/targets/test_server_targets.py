"""What only a server as a target has: tokens, addresses, answers that do not come, large workspaces in parts."""

from __future__ import annotations

import os
import re
import secrets
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jcli.commands import exits
from jcli.errors import ConfigError, Forbidden, StoreBusy, StoreError
from jcli.model import Actor, Kind
from jcli.operations import journey_log
from jcli.store import Page, open_store
from jcli.targets import connection, sending
from jcli.targets.connection import Connection, checked_url
from tests.api.client import Live, make_token
from tests.targets.conftest import FOREVER, Place

MakePlace = Callable[..., Place]


def test_without_the_variable_nothing_is_asked(make_place: MakePlace) -> None:
    place = make_place("acme", "https://journeys.example.com")
    answer = place.run("list")
    assert answer.code == exits.USAGE
    assert "asks for a token, and ACME_TOKEN is not set" in answer.err


def test_the_environment_can_name_server_and_token(make_place: MakePlace, live: Live, token: str) -> None:
    place = make_place("acme")
    env = {"JCLI_STORE": live.url}
    assert "JCLI_TOKEN is not set" in place.run("list", env=env).err
    assert place.run("sync", "--yes", env={**env, "JCLI_TOKEN": token}).code == exits.DONE


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"at": 0, "exp": 1}, "does not take the token"),
        ({"scope": "journeys:read"}, "does not allow it: the token does not have the scope journeys:write"),
    ],
)
def test_a_token_that_is_not_enough(make_place: MakePlace, live: Live, claims: dict[str, Any], said: str) -> None:
    token = make_token(**{"exp": FOREVER, **claims})
    place = make_place("acme", live.url, token)
    answer = place.run("sync", "--yes")
    assert answer.code == exits.REFUSED
    assert said in answer.err
    assert live.url in answer.err
    assert token not in answer.err + answer.out


def test_archiving_by_a_sync_takes_the_scope_of_archiving(make_place: MakePlace, live: Live, token: str) -> None:
    place = make_place("acme", live.url, token)
    assert place.run("sync", "--yes").code == exits.DONE
    place.file("welcome.yaml").unlink()
    place.environ["ACME_TOKEN"] = make_token(exp=FOREVER, scope="journeys:read journeys:write")
    answer = place.run("sync", "--yes", "--prune")
    assert answer.code == exits.REFUSED
    assert "journeys:publish" in answer.err
    place.environ["ACME_TOKEN"] = token
    assert place.run("sync", "--yes", "--prune").code == exits.DONE


def test_a_token_for_other_sites_can_neither_plan_nor_sync(make_place: MakePlace, live: Live, token: str) -> None:
    place = make_place("acme", live.url, make_token(exp=FOREVER, sites=["elsewhere"]))
    for command in (("plan",), ("sync", "--yes"), ("status",)):
        answer = place.run(*command)
        assert answer.code == exits.REFUSED
        assert "the token does not cover the site of the" in answer.err
    place.environ["ACME_TOKEN"] = token
    assert place.run("sync", "--yes").code == exits.DONE
    place.environ["ACME_TOKEN"] = make_token(exp=FOREVER, sites=["elsewhere"])
    assert place.run("show", "welcome").code == exits.USAGE
    assert "welcome" not in place.run("list").out


def test_a_sync_is_logged_with_its_door_its_file_and_who_the_token_speaks_for(
    make_place: MakePlace, live: Live
) -> None:
    place = make_place("acme", live.url, make_token(exp=FOREVER, sub="ci-bot"))
    place.run("sync", "--yes")
    store = open_store(f"sqlite:///{live.database}")
    with store.read() as tables:
        journey_id = tables.marks()[Kind.JOURNEY, "welcome"].id
    (entry,) = journey_log(store, Actor("x", "api"), journey_id, Page()).rows
    store.close()
    assert (entry.actor, entry.door, entry.verb) == ("ci-bot", "sync", "sync-create")
    assert entry.detail["file"] == "journeys/welcome.yaml"


def test_what_needs_the_database_says_so(make_place: MakePlace) -> None:
    place = make_place("acme", "https://journeys.example.com", "x")
    for command in (("worker",), ("serve", "--dev")):
        answer = place.run(*command)
        assert answer.code == exits.USAGE
        assert "this needs the database itself" in answer.err


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://journeys.example.com", "readable for everybody"),
        ("http://127.0.0.1.example.com", "readable for everybody"),
        ("https://ada:secret@journeys.example.com", "holds a user or a password"),
        ("https://", "is not the address of a server"),
        ("https://journeys.example.com/?a=1", "is not the address of a server"),
    ],
)
def test_addresses_that_are_refused(url: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as refused:
        checked_url(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["https://a.example/base/", "http://127.0.0.1:1/", "http://[::1]:8000", "http://localhost:8"]
)
def test_addresses_that_are_taken(url: str) -> None:
    assert checked_url(url) == url.rstrip("/")


class Scripted:
    """A server that answers what a test says, one after the other; `seen` are the requests."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def __getattr__(self, name: str) -> Any:
                if name.startswith("do_"):
                    return self._answer
                raise AttributeError(name)

            def _answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.seen.append((self.command, self.path, dict(self.headers)))
                status, headers, body = outer.answers.pop(0)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    server = Scripted()
    yield server
    server.close()


@pytest.fixture
def spoken(scripted: Scripted) -> Iterator[tuple[Connection, list[float]]]:
    """A connection to the scripted server, and the pauses that it made."""
    pauses: list[float] = []
    numbers = iter(range(100))
    spoken = Connection(scripted.url, "the-token", lambda: f"key-{next(numbers)}", pause=pauses.append)
    yield spoken, pauses
    spoken.close()


GOOD = (200, {"Content-Type": "application/json"}, b'{"data": 1}')
BUSY = (503, {"Content-Type": "application/problem+json"}, b'{"code": "store-busy", "detail": "wait"}')


def test_a_busy_server_is_asked_again_with_the_same_key(
    scripted: Scripted, spoken: tuple[Connection, list[float]]
) -> None:
    scripted.answers = [(429, {"Retry-After": "2"}, b""), (502, {}, b"<html>"), GOOD]
    assert spoken[0].ask("POST", ("sync", "apply"), {}).data == 1
    assert spoken[1] == [2.0, 0.5]
    assert {headers["Idempotency-Key"] for _, _, headers in scripted.seen} == {"key-0"}


def test_it_is_not_asked_for_ever(scripted: Scripted, spoken: tuple[Connection, list[float]]) -> None:
    scripted.answers = [BUSY] * connection.TRIES
    with pytest.raises(StoreBusy, match="wait"):
        spoken[0].get("journeys")
    assert spoken[1] == [0.25, 0.5, 1.0]


def test_what_is_refused_is_not_asked_again(scripted: Scripted, spoken: tuple[Connection, list[float]]) -> None:
    scripted.answers = [
        (403, {"Content-Type": "application/problem+json"}, b'{"code": "missing-scope", "detail": "no"}')
    ]
    with pytest.raises(Forbidden, match="no"):
        spoken[0].get("journeys")
    assert len(scripted.seen) == 1


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"Content-Type": "text/html"}, b"<html>a login page</html>"),
        (200, {"Content-Type": "application/json"}, b"[]"),
        (302, {"Location": "https://elsewhere.example"}, b""),
        (404, {"Content-Type": "text/html"}, b"not found"),
        (500, {"Content-Type": "application/problem+json"}, b'{"code": "internal", "detail": "our fault"}'),
    ],
)
def test_another_server_is_told_from_ours(
    scripted: Scripted, spoken: tuple[Connection, list[float]], answer: tuple[int, dict[str, str], bytes]
) -> None:
    scripted.answers = [answer]
    with pytest.raises(StoreError) as told:
        spoken[0].get("journeys")
    assert scripted.url in str(told.value)
    assert "the-token" not in str(told.value)


def test_this_machine_is_spoken_to_without_a_proxy(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    direct = Connection(scripted.url, "the-token", lambda: "key")
    scripted.answers = [GOOD]
    assert direct.get("journeys").data == 1
    direct.close()


def test_a_server_must_prove_who_it_is(scripted: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = _self_signed(tmp_path)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate)
    scripted.server.socket = served.wrap_socket(scripted.server.socket, server_side=True)
    url = scripted.url.replace("http://127.0.0.1", "https://localhost")
    scripted.answers = [GOOD]

    stranger = Connection(url, "the-token", lambda: "key")
    with pytest.raises(StoreError, match="cannot prove who it is") as refused:
        stranger.get("journeys")
    assert "SSL_CERT_FILE" in str(refused.value.hint)
    stranger.close()
    assert scripted.seen == [], "the token went nowhere"

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    known = Connection(url, "the-token", lambda: "key")
    assert known.get("journeys").data == 1
    known.close()


def _self_signed(folder: Path) -> Path:
    """A key and a certificate for `localhost`, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "server.pem"
    path.write_bytes(secret + certificate.public_bytes(pem))
    return path


def test_nobody_there(spoken: tuple[Connection, list[float]], scripted: Scripted) -> None:
    scripted.server.shutdown()
    scripted.server.server_close()
    with pytest.raises(StoreError, match="cannot be reached"):
        spoken[0].get("journeys")
    assert len(spoken[1]) == connection.TRIES - 1


def _many(place: Place, count: int) -> None:
    """Journeys of a few KiB each: more than one request takes."""
    text = place.file("welcome.yaml").read_text()
    for number in range(count):
        copy = text.replace("journey: welcome", f"journey: w{number}")
        copy = re.sub("description: .*", f"description: {'all about it ' * 300}{number}", copy)
        place.file(f"w{number}.yaml").write_text(copy)


def test_a_large_workspace_is_sent_once_and_then_only_what_changed(
    make_place: MakePlace, live: Live, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_place("acme", live.url, token)
    _many(place, 200)
    sent: list[int] = []
    ask = Connection.ask

    def counting(self: Connection, method: str, path: Any, body: Any = None, **more: Any) -> Any:
        if method == "PUT":
            sent.append(len(more["raw"]))
        return ask(self, method, path, body, **more)

    monkeypatch.setattr(Connection, "ask", counting)
    assert place.run("sync", "--yes").code == exits.DONE
    assert len(sent) > 3
    assert max(sent) <= 1 << 20
    sent.clear()
    place.edit("w7.yaml", "duration: 1d", "duration: 2d")
    answer = place.run("sync", "--yes")
    assert "Plan: 0 to create, 1 to change" in answer.out
    assert len(sent) == 1
    assert place.run("plan", "--detailed-exitcode").code == exits.DONE


def test_a_server_that_dies_in_the_middle_of_an_upload(
    make_place: MakePlace, tmp_path: Path, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is killed after the second part; another one on the same store, at the same address, gets the rest."""
    port = _free_port()
    first = _serve(tmp_path, port)
    place = make_place("acme", f"http://127.0.0.1:{port}", _minted(tmp_path))
    _many(place, 200)
    processes = [first]
    sent: list[str] = []
    ask = Connection.ask

    def killing(self: Connection, method: str, path: Any, body: Any = None, **more: Any) -> Any:
        if method == "PUT":
            sent.append(path[-1])
            if len(sent) == 3:
                processes[-1].send_signal(signal.SIGKILL)
                processes[-1].communicate(timeout=30)
                processes.append(_serve(tmp_path, port))
        return ask(self, method, path, body, **more)

    monkeypatch.setattr(Connection, "ask", killing)
    try:
        answer = place.run("sync", "--yes")
        assert answer.code == exits.DONE, answer.err
        assert len(sent) == len(set(sent)), "no part was sent twice"
        assert len(place.run("list", "--format", "json").out) > 10_000
    finally:
        for process in processes:
            process.kill()
            process.communicate(timeout=30)


def test_an_interrupted_upload_goes_on_where_it_stopped(
    make_place: MakePlace, live: Live, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_place("acme", live.url, token)
    _many(place, 200)
    ask, sent = Connection.ask, []

    def interrupted(self: Connection, method: str, path: Any, body: Any = None, **more: Any) -> Any:
        if method == "PUT":
            sent.append(path[-1])
            if len(sent) == 3:
                raise KeyboardInterrupt
        return ask(self, method, path, body, **more)

    monkeypatch.setattr(Connection, "ask", interrupted)
    assert place.run("plan").code == exits.INTERRUPTED
    done = sent[:2]
    assert place.run("plan").code == exits.DONE
    assert not set(done) & set(sent[3:])


def test_two_syncs_at_once_are_one_after_the_other(make_place: MakePlace, live: Live, token: str) -> None:
    """Each has a change of its own for the same journey: one is written, the other finds its plan stale, or sees the
    first one's as what it is, somebody's change."""
    places = [make_place(name, live.url, token) for name in ("one", "two")]
    assert places[0].run("sync", "--yes").code == exits.DONE
    for number, place in enumerate(places):
        place.edit("welcome.yaml", "duration: 1d", f"duration: {number + 3}d")
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "jcli", "sync", "--yes"],
            cwd=place.folder,
            env={**os.environ, **place.environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for place in places
    ]
    ended = [(child.communicate(timeout=60), child.returncode) for child in children]
    codes = sorted(code for _, code in ended)
    assert codes in ([exits.DONE, exits.CONFLICT], [exits.DONE, exits.DONE]), ended
    entries = places[0].run("log", "welcome", "--format", "json").out
    assert entries.count("sync-update") == codes.count(exits.DONE)


def test_parts_end_where_the_files_say_so() -> None:
    """A document that grows moves the end of its own part and of no other."""
    from jcli.documents import document_of

    documents = [document_of(f"journeys/{number}.yaml", {"site": str(number)}) for number in range(2_000)]
    pieces = [b"x" * 1_000 for _ in documents]
    before = set(sending.parts_of(documents, [b"%d" % n + piece for n, piece in enumerate(pieces)]))
    pieces[700] = b"y" * 3_000
    after = set(sending.parts_of(documents, [b"%d" % n + piece for n, piece in enumerate(pieces)]))
    assert len(before) > 10
    assert len(after - before) <= 2


_SECRET = secrets.token_hex(32)


def _minted(folder: Path) -> str:
    command = [sys.executable, "-m", "jcli", "token", "--sub", "ci", "--scope", "*"]
    environ = {**os.environ, "JCLI_JWT_SECRET": _SECRET}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=True).stdout.strip()


def _free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _serve(folder: Path, port: int) -> subprocess.Popen[str]:
    """A server on the store of the folder, once it listens."""
    environ = {**os.environ, "JCLI_JWT_SECRET": _SECRET, "JCLI_STORE": f"sqlite:///{folder}/served.db"}
    process = subprocess.Popen(
        [sys.executable, "-m", "jcli", "serve", "--port", str(port)],
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline().startswith("Serving")
    return process
