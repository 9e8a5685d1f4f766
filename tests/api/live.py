"""The server as a process of its own, for tests that need real sockets or a real end: `live.py URL`.

The secret comes in the environment. The first line on stdout is the port, of the loopback.
"""

from __future__ import annotations

import os
import socket
import sys
import time
import uuid

import uvicorn

from jcli.store import open_store
from server.app import create_app
from server.running import Running
from server.settings import read_settings


def main() -> None:
    store = open_store(sys.argv[1])
    store.migrate()
    app = create_app(
        store, read_settings(os.environ), lambda: time.time_ns() // 1_000_000, lambda: str(uuid.uuid4())
    )  # fmt: skip
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    Running(app, uvicorn.Config(app, log_level="warning")).run(sockets=[listening])
    store.close()


if __name__ == "__main__":
    main()
