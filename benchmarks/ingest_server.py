"""The server over the store of a benchmark's crowd: `python -m benchmarks.ingest_server PORT DATABASE`.

As `jcli serve` runs it, but for its clock, which goes on from the time at which the crowd came.
"""

from __future__ import annotations

import os
import sys
import time
import uuid

import uvicorn

from benchmarks.crowd import START
from jcli.store import open_store
from server.app import create_app
from server.running import Running
from server.settings import read_settings

_LATER = 43_200_000


def main() -> None:
    began = time.monotonic_ns()
    store = open_store(f"sqlite:///{sys.argv[2]}")
    app = create_app(
        store,
        read_settings(os.environ),
        lambda: START + _LATER + (time.monotonic_ns() - began) // 1_000_000,
        lambda: str(uuid.uuid4()),
    )
    config = uvicorn.Config(app, port=int(sys.argv[1]), log_level="warning", access_log=False, server_header=False)
    Running(app, config).run()
    store.close()


if __name__ == "__main__":
    main()
