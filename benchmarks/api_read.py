"""GET one journey and a list of 20, 10,000 journeys stored, next to bare FastAPI routes that answer the same bytes.

Both servers run at the same time, one process each; they are asked in turns by one client over several connections.
Both check the token in the same way (the server's own `Authority`), so what is left is what the project adds: its
routing, the read of the store, the making of the answer, headers.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.generate import SEED, workspace
from benchmarks.load import get, load
from benchmarks.measure import JCLI, ROOT, Run, Timing, in_turns, report, seconds_of, table

ASKED_FOR = 500
LIST = "/api/journeys?limit=20"
START_SECONDS = 30


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


@contextmanager
def serving(command: list[str], port: int, env: Mapping[str, str]) -> Iterator[None]:
    """A server while the block runs; SystemExit with what it said when it does not come up."""
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **env}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        for _ in range(START_SECONDS * 20):
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                sys.exit(f"{' '.join(command)} ended:\n{process.stdout.read() if process.stdout else ''}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def prepared(port: int, token: str, targets: list[str], file: Path) -> int:
    """Keep the real server's answers for the bare one; how many bytes a journey's answer has on average."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {token}"}) as client:
        answers = {}
        for target in targets:
            answer = client.get(target)
            answer.raise_for_status()
            answers[target] = answer.text
    file.write_text(json.dumps(answers))
    return sum(len(text) for text in answers.values()) // len(answers)


def some_journeys(port: int, token: str) -> list[str]:
    """Ids of journeys picked with a seed from all pages."""
    chance = random.Random(SEED)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {token}"}) as client:
        pages = client.get("/api/journeys?limit=100").json()["meta"]["totalPages"]
        ids: list[str] = []
        for page in sorted(chance.sample(range(1, pages + 1), k=min(pages, 20))):
            answer = client.get(f"/api/journeys?limit=100&page={page}").json()
            ids.extend(item["id"] for item in answer["data"])
    return chance.sample(ids, k=min(len(ids), ASKED_FOR))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journeys", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each run")
    parser.add_argument("--quick", action="store_true", help="3 rounds of 2 seconds instead of 5 of 4")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    options = parser.parse_args()
    rounds, seconds = (3, 2.0) if options.quick else (5, options.seconds)
    env = {"JCLI_JWT_SECRET": secrets.token_hex(32)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        workspace(folder, options.journeys)
        seconds_of([JCLI, "-C", folder, "sync", "--yes"])
        mint = [JCLI, "-C", str(folder), "token", "--sub", "benchmark", "--scope", "journeys:read", "--ttl", "1h"]
        minted = subprocess.run(mint, env={**os.environ, **env}, capture_output=True, text=True, check=True)
        token = minted.stdout.strip()
        ours, bare, file = free_port(), free_port(), folder / "answers.json"
        with serving([JCLI, "-C", str(folder), "serve", "--port", str(ours)], ours, env):
            targets = [f"/api/journeys/{journey}" for journey in some_journeys(ours, token)]
            size = prepared(ours, token, [*targets, LIST], file)
            with serving([sys.executable, "-m", "benchmarks.bare", str(bare), str(file)], bare, env):
                one, many = [get(target, token) for target in targets], [get(LIST, token)]
                contenders: dict[str, Run] = {
                    f"{what}, {who}": lambda port=port, asked=asked: load(
                        port, asked, connections=options.connections, seconds=seconds
                    )
                    for what, asked in (("one", one), ("list", many))
                    for who, port in (("ours", ours), ("bare", bare))
                }
                timings = in_turns(contenders, rounds)
    report(
        "api-read",
        [
            f"{options.journeys:,} journeys stored, {len(targets)} of them asked for ({size:,} bytes on average), "
            f"{options.connections} connections, {seconds:g} s a run, median of {rounds} rounds (lowest to highest). "
            "The client shares the cores.",
            "",
            *lines(timings),
        ],
        keep=options.keep,
    )


def lines(timings: Mapping[str, Timing]) -> list[str]:
    rows = []
    for what, shown in (("one", "GET one journey"), ("list", "GET a list of 20")):
        ours, bare = timings[f"{what}, ours"], timings[f"{what}, bare"]
        rows.append([shown, ours.text("/s", digits=0), bare.text("/s", digits=0), f"{ours.median / bare.median:.2f}"])
    return table(["what", "ours", "bare FastAPI", "ratio"], rows)


if __name__ == "__main__":
    main()
