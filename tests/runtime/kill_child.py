"""A runtime behind a tiny door on the loopback: a line of JSON in, a line of JSON out once the events are durable.

`python -m tests.runtime.kill_child URL PORT`; the test kills it.
"""

from __future__ import annotations

import json
import socketserver
import sys
import time
from uuid import uuid4

from jcli import operations
from jcli.runtime import Runtime
from jcli.store import open_store
from tests.runtime.world import ACTOR, SITE


def now() -> int:
    return time.time_ns() // 1_000_000


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def main() -> None:
    store = open_store(sys.argv[1])
    runtime = Runtime(store, now, lambda: str(uuid4()))
    runtime.start()

    class Door(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in self.rfile:
                recorded = operations.record_events(runtime, ACTOR, SITE, json.loads(line))
                answer = [recorded.accepted, recorded.duplicates, len(recorded.rejected)]
                self.wfile.write(json.dumps(answer).encode() + b"\n")
                self.wfile.flush()

    with Server(("127.0.0.1", int(sys.argv[2])), Door) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
