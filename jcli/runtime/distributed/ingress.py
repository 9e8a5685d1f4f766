"""Restate's ingress over HTTP: sending to a lane, and waiting for what became of it.

One `Ingress` belongs to one event loop. It has one or several addresses; when one does not answer, the next is asked.
"""

from __future__ import annotations

import httpx

from jcli.errors import StoreBusy
from jcli.runtime.distributed.names import BYTES

_CONNECT, _ANSWER = 1.0, 5.0


class Away(StoreBusy):
    """Restate does not answer, or cannot take anything at the moment: nothing was acknowledged."""

    code = "engine-away"


class Late(Away):
    """Restate has the message, and it is not done yet: it will be."""


class Ingress:
    """The addresses of Restate's ingress, the one that answered last in front."""

    def __init__(self, addresses: tuple[str, ...]) -> None:
        self._addresses = list(addresses)
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
        self._client = httpx.AsyncClient(limits=limits, timeout=httpx.Timeout(_ANSWER, connect=_CONNECT))

    async def send(self, name: str, key: str, handler: str, body: bytes = b"", once: str | None = None) -> str:
        """Have Restate keep a message for an object; the id of the invocation, once it is durable. Under the same word
        in `once` it is the same message."""
        answer = await self._ask("POST", f"/{name}/{key}/{handler}/send", body, once=once)
        invocation: str = answer.json()["invocationId"]
        return invocation

    async def call(self, name: str, key: str, handler: str, body: bytes, timeout: float) -> bytes:
        """Have the object do something, in its turn, and wait for what it answers, `timeout` seconds at most."""
        return (await self._ask("POST", f"/{name}/{key}/{handler}", body, timeout=timeout)).content

    async def follow(self, invocation: str, timeout: float) -> bytes:
        """What an invocation has answered, once it has; `timeout` is in seconds."""
        return (await self._ask("GET", f"/restate/invocation/{invocation}/attach", timeout=timeout)).content

    async def close(self) -> None:
        await self._client.aclose()

    async def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        once: str | None = None,
        timeout: float | None = None,
    ) -> httpx.Response:
        """Away when no address gives an answer to work with. Who waits for something to be done (`timeout`) waits at
        one address."""
        headers = {"Content-Type": BYTES} if once is None else {"Content-Type": BYTES, "Idempotency-Key": once}
        patience = httpx.Timeout(timeout or _ANSWER, connect=_CONNECT)
        trouble = ""
        for address in list(self._addresses):
            try:
                answer = await self._client.request(
                    method, address + path, content=body, headers=headers, timeout=patience
                )
            except httpx.HTTPError as error:
                if timeout is not None and isinstance(error, httpx.ReadTimeout):
                    raise Late(f"Restate has not done it within {timeout:g} s") from error
                trouble = f"{address}: {error or type(error).__name__}"
            else:
                if answer.is_success:
                    return answer
                trouble = f"{address}: {answer.status_code} {_said(answer)}"
                if answer.status_code == 404:
                    raise Away(f"Restate knows no handlers ({trouble})", hint="run `jcli distributed register`")
            self._step_back(address)
        raise Away(f"Restate cannot take it ({trouble})", hint="try again soon")

    def _step_back(self, address: str) -> None:
        if self._addresses[0] == address:
            self._addresses.append(self._addresses.pop(0))


def _said(answer: httpx.Response) -> str:
    """What Restate says is wrong, cut to a readable length."""
    try:
        told = answer.json().get("message", "")
    except (ValueError, AttributeError):
        told = answer.text
    return str(told)[:120]
