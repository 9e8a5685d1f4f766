"""A real Restate for the tests: a server of the test's own process, on loopback ports and a folder of its own.

It is what `.ci/tools` puts into `.tools/restate`, told to send nothing to anybody. Several of them make a cluster.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from tests.needed import missing

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE = 60.0
_SETTINGS = {
    "DO_NOT_TRACK": "true",
    "RESTATE_DISABLE_TELEMETRY": "true",
    "RESTATE_LISTEN_MODE": "tcp",
    "RESTATE_LOG_FILTER": "error",
    "RESTATE_LOG_DISABLE_ANSI_CODES": "true",
    "RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE": "192MB",
    "RESTATE_DEFAULT_NUM_PARTITIONS": "4",
    "RESTATE_ADMIN__DISABLE_WEB_UI": "true",
}


@dataclass(frozen=True, slots=True)
class Restate:
    """A running server, one node. The `process` is None once it was ended."""

    name: str
    folder: Path
    ports: tuple[int, int, int]
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def ingress(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def admin(self) -> str:
        return f"http://127.0.0.1:{self.ports[1]}"

    @property
    def fabric(self) -> str:
        """Where the nodes of a cluster speak to each other."""
        return f"http://127.0.0.1:{self.ports[2]}"


def program() -> Path:
    """The server's program, whatever the machine is; without it the test is left out, and fails in CI."""
    found = sorted(
        (ROOT / ".tools" / "restate" / "node_modules").glob("@restatedev/restate-server-*/bin/restate-server")
    )
    return found[0] if found else missing("Restate is not there: run `.ci/tools`")


def start(name: str = "one", **settings: str) -> Restate:
    """A server by itself. It is the caller's to `stop`, and is stopped with the process in any case."""
    server = run(prepare(name, **settings))
    await_ready(server)
    return server


def prepare(name: str, **settings: str) -> Restate:
    """A server that is not running yet."""
    program()
    folder = Path(tempfile.mkdtemp(prefix="jcli-restate-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Restate(name, folder, free_ports(), settings)


def cluster(nodes: int = 3) -> list[Restate]:
    """Servers that keep everything twice, so that one of three may be lost; ready when they are one cluster."""
    prepared = [prepare(f"node{number}") for number in range(1, nodes + 1)]
    everybody = "[" + ",".join(f'"{node.fabric}"' for node in prepared) + "]"
    together = {
        "RESTATE_CLUSTER_NAME": "jcli",
        "RESTATE_DEFAULT_REPLICATION": "2",
        "RESTATE_METADATA_CLIENT__ADDRESSES": everybody,
    }
    running = []
    for node in prepared:
        first = {"RESTATE_AUTO_PROVISION": "true" if node is prepared[0] else "false"}
        running.append(run(replace(node, settings={**node.settings, **together, **first})))
    for node in running:
        await_ready(node)
    return running


def run(server: Restate) -> Restate:
    """Start a server, or start it again on what it kept."""
    ingress, admin, fabric = (f"127.0.0.1:{port}" for port in server.ports)
    environ = {
        "PATH": os.environ.get("PATH", ""),
        **_SETTINGS,
        "RESTATE_INGRESS__BIND_ADDRESS": ingress,
        "RESTATE_ADMIN__BIND_ADDRESS": admin,
        "RESTATE_BIND_ADDRESS": fabric,
        "RESTATE_ADVERTISED_ADDRESS": server.fabric,
        **server.settings,
    }
    words = [str(program()), "--base-dir", str(server.folder / "data"), "--node-name", server.name, "--no-logo"]
    with (server.folder / "log").open("ab") as log:
        process = subprocess.Popen(words, cwd=server.folder, env=environ, stdout=log, stderr=log)
    again = replace(server, process=process)
    atexit.register(kill, again)
    return again


def kill(server: Restate) -> Restate:
    """End the server at once, as a loss of power would."""
    if server.process is not None and server.process.poll() is None:
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(30)
    return replace(server, process=None)


def stop(server: Restate) -> None:
    kill(server)
    shutil.rmtree(server.folder, ignore_errors=True)


def await_ready(server: Restate) -> None:
    """Wait until the server takes messages and says how it stands."""
    until = time.monotonic() + _PATIENCE
    while not (_answers(f"{server.ingress}/restate/health") and _answers(f"{server.admin}/deployments")):
        assert server.process is None or server.process.poll() is None, (server.folder / "log").read_text()[-2_000:]
        assert time.monotonic() < until, (server.folder / "log").read_text()[-2_000:]
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.HTTPError:
        return False


def free_ports(number: int = 3) -> tuple[int, ...]:
    """Ports that nobody listens on, all different."""
    sockets = [socket.socket() for _ in range(number)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return tuple(each.getsockname()[1] for each in sockets)
    finally:
        for each in sockets:
            each.close()
