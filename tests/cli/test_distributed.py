"""`jcli distributed`: handlers served, made known, and asked how they are; and what is wrong with settings."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest

from jcli.commands import engines, exits
from jcli.errors import ConfigError
from jcli.runtime import Runtime, RuntimeSettings
from jcli.runtime.distributed.feeding import DistributedRuntime
from jcli.runtime.distributed.settings import read_settings
from jcli.store import open_store
from tests import postgres, restate
from tests.cli.conftest import Run
from tests.distributed.rig import answers

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def engine() -> Iterator[restate.Restate]:
    server = restate.start()
    yield server
    restate.stop(server)


def test_handlers_are_served_until_they_are_told_to_end(
    run: Run, engine: restate.Restate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (port,) = restate.free_ports(1)
    address = f"http://127.0.0.1:{port}"
    with postgres.database() as url:
        monkeypatch.setenv("JCLI_STORE", url)
        monkeypatch.setenv("JCLI_RESTATE_ADMIN", engine.admin)
        nobody = run("distributed", "status")
        assert nobody.code == exits.FINDINGS
        assert "run `jcli distributed register`" in nobody.out
        process = subprocess.Popen(
            [sys.executable, "-m", "jcli", "distributed", "serve", "--host", "localhost", "--port", str(port)],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "JCLI_STORE": url},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        try:
            assert process.stderr.readline().endswith(f"at http://localhost:{port}\n")
            while not answers(f"{address}/health"):
                assert process.poll() is None
            registered = run("distributed", "register", address)
            assert registered.code == exits.DONE, registered.err
            assert f"{address}/: jcli-events, jcli-job, jcli-keeper, jcli-lane, jcli-share" in registered.err
            text = run("distributed", "status")
            assert text.code == exits.DONE, text.out
            assert "nobody is late" in text.out
            shown = json.loads(run("distributed", "status", "--format", "json").out)
            assert (shown["lagMs"], shown["stuck"], shown["deployments"][0]["uri"]) == (0, [], f"{address}/")
            assert shown["formatVersion"]
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == exits.DONE
            process.stderr.close()


def test_an_address_that_handlers_cannot_listen_on_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres.database() as url, closing(socket.create_server(("127.0.0.1", 0))) as taken:
        monkeypatch.setenv("JCLI_STORE", url)
        port = str(taken.getsockname()[1])
        for host in ("127.0.0.1", "localhost"):
            told = run("distributed", "serve", "--host", host, "--port", port)
            assert told.code == exits.FAILED
            assert told.err == f"Error: cannot listen on {host} port {port}: Address already in use\n"
        nowhere = run("distributed", "serve", "--host", "999.0.0.1")
        assert (nowhere.code, "cannot listen on 999.0.0.1 port 9080" in nowhere.err) == (exits.FAILED, True)


def test_where_restate_is_has_to_be_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JCLI_RESTATE_ADMIN", raising=False)
    told = run("distributed", "register", "http://handlers:9080")
    assert told.code == exits.USAGE
    assert "it is not known where Restate's admin API is" in told.err
    (nobody,) = restate.free_ports(1)
    away = run("distributed", "register", "http://handlers:9080", "--admin", f"http://127.0.0.1:{nobody}")
    assert away.code == exits.FAILED
    assert "does not answer" in away.err
    wrong = run("distributed", "register", "http://handlers:9080", "--admin", "restate:9070")
    assert wrong.code == exits.USAGE
    assert "expected a url such as http://restate:8080" in wrong.err


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"JCLI_RESTATE": "restate:8080"}, "JCLI_RESTATE holds 'restate:8080'"),
        ({"JCLI_RESTATE": "http://ada:word@restate:8080"}, "JCLI_RESTATE holds"),
        ({"JCLI_RESTATE": "http://a", "JCLI_LANES": "many"}, "JCLI_LANES is 'many'"),
        ({"JCLI_RESTATE": "http://a", "JCLI_LANES": "2000"}, "there are 1 to 1,024 lanes, not 2,000"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(environ: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        read_settings(environ)


def test_restate_decides_which_runtime_feeds_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = open_store(f"sqlite:///{tmp_path}/journeys.db")
    monkeypatch.delenv("JCLI_RESTATE", raising=False)
    assert isinstance(engines.feeder(file, RuntimeSettings()), Runtime)
    monkeypatch.setenv("JCLI_RESTATE", "http://one:8080, http://two:8080/")
    with pytest.raises(ConfigError, match="this one is no PostgreSQL"):
        engines.feeder(file, RuntimeSettings())
    file.close()
    with postgres.database() as url:
        store = open_store(url)
        found = engines.feeder(store, RuntimeSettings())
        assert isinstance(found, DistributedRuntime)
        assert found.settings.ingress == ("http://one:8080", "http://two:8080")
        found.close()
        store.close()


def test_what_is_not_installed_is_named() -> None:
    says = r"needs the extra `distributed`: no_such_module is not installed"
    with pytest.raises(ConfigError, match=says) as told, engines.needs_extra("distributed"):
        import_module("no_such_module")
    assert told.value.hint == "pip install 'jcli[distributed]'"
