"""Say so early and clearly when the port of `make up` cannot be had: `port.py HOST PORT`."""

from __future__ import annotations

import errno
import socket
import sys


def main(host: str, port: str) -> str | None:
    """The sentence that stops `make up`, or None when the port is free."""
    if not port.isdecimal() or not 0 < int(port) < 65536:
        return f"PORT={port} is not a port; give a number from 1 to 65535: make up PORT=8001"
    try:
        family, _, _, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"Port {port} on {host} is taken by another program. Use another: make up PORT={int(port) + 1}"
        return f"Cannot listen on {host} port {port}: {error.strerror or error}."
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
