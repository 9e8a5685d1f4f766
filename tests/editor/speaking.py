"""An editor, as a language server sees one: a process on its two pipes, requests with their answers, and what it says
by itself. Knows the framing of the protocol and nothing of YAML or journeys."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

PATIENCE = 30.0
"""Seconds: how long an answer is waited for."""


class Editor:
    """Starts a language server and speaks with it. `settings` is what it may ask the editor for, section by section."""

    def __init__(
        self, command: Sequence[str], root: Path, *, settings: Mapping[str, Any] | None = None, env: Any = None
    ) -> None:
        self.root = root
        self._settings = settings or {}
        self._process = subprocess.Popen(
            command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
        )
        self._said: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._asked = 0
        self._versions: dict[str, int] = {}
        self.opened: set[str] = set()
        self.published: dict[str, list[dict[str, Any]]] = {}
        """Uri -> the findings that were published last."""
        self.errors = ""
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._overhear, daemon=True).start()

    def __enter__(self) -> Editor:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()

    def begin(self, *encodings: str) -> dict[str, Any]:
        """The handshake; answers what the server can do."""
        can = {
            "workspace": {"configuration": True, "workspaceEdit": {"documentChanges": True}},
            "textDocument": {
                "publishDiagnostics": {"relatedInformation": True, "codeDescriptionSupport": True},
                "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
                "hover": {"contentFormat": ["markdown"]},
                "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}},
                "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
                "rename": {"prepareSupport": True},
            },
        }
        if encodings:
            can["general"] = {"positionEncodings": list(encodings)}
        folder = {"uri": self.root.as_uri(), "name": "workspace"}
        asked = {"processId": None, "rootUri": folder["uri"], "workspaceFolders": [folder], "capabilities": can}
        answer: dict[str, Any] = self.ask("initialize", asked)["capabilities"]
        self.tell("initialized", {})
        return answer

    def end(self) -> int:
        """Say goodbye as an editor does; answers the exit code."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        return self._process.wait(PATIENCE)

    def uri(self, file: str) -> str:
        return (self.root / file).as_uri()

    def open(self, file: str, text: str | None = None) -> None:
        text = (self.root / file).read_text("utf-8") if text is None else text
        self._versions[file] = self._versions.get(file, 0) + 1
        self.opened.add(file)
        item = {"uri": self.uri(file), "languageId": "yaml", "version": self._versions[file], "text": text}
        self.tell("textDocument/didOpen", {"textDocument": item})

    def type(self, file: str, text: str) -> None:
        """The whole buffer anew, as it is after a keystroke."""
        self._versions[file] += 1
        document = {"uri": self.uri(file), "version": self._versions[file]}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def close(self, file: str) -> None:
        self.opened.discard(file)
        self.tell("textDocument/didClose", {"textDocument": {"uri": self.uri(file)}})

    def at(self, method: str, file: str, line: int, character: int, **more: Any) -> Any:
        """Ask about a place; line and character from 0, as the protocol counts."""
        place = {"textDocument": {"uri": self.uri(file)}, "position": {"line": line, "character": character}}
        return self.ask(f"textDocument/{method}", {**place, **more})

    def ask(self, method: str, params: Any) -> Any:
        """The answer to a request; an error as an AssertionError."""
        answer = self.try_to(method, params)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def try_to(self, method: str, params: Any) -> dict[str, Any]:
        """The whole answer to a request, an error too."""
        self._asked += 1
        number = self._asked
        self._send({"id": number, "method": method, "params": params})
        return self._until(lambda message: message.get("id") == number and "method" not in message)

    def tell(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def findings(self, file: str, when: Any = None) -> list[dict[str, Any]]:
        """The findings of a file, once they are published anew; those that `when` waits for, where it is given."""
        uri = self.uri(file)

        def came(message: dict[str, Any]) -> bool:
            mine = message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri
            return mine and (when is None or when(message["params"]["diagnostics"]))

        if when is not None and uri in self.published and when(self.published[uri]):
            return self.published[uri]
        found: list[dict[str, Any]] = self._until(came)["params"]["diagnostics"]
        return found

    def _until(self, expected: Any) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                message = self._said.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no answer in {PATIENCE} s; stderr: {self.errors}") from None
            assert message is not None, f"the server has ended; stderr: {self.errors}"
            if message.get("method") == "textDocument/publishDiagnostics":
                self.published[message["params"]["uri"]] = message["params"]["diagnostics"]
            elif "method" in message and "id" in message:
                self._answer(message)
            if expected(message):
                return message

    def _answer(self, message: dict[str, Any]) -> None:
        """What a server may ask an editor for."""
        result: Any = None
        if message["method"] == "workspace/configuration":
            result = [self._settings.get(item.get("section")) for item in message["params"]["items"]]
        self._send({"id": message["id"], "result": result})

    def _send(self, message: dict[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(content) + content)
        self._process.stdin.flush()

    def _listen(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        try:
            while headers := pipe.readline():
                length = 0
                while headers.strip():
                    name, _, value = headers.partition(b":")
                    if name.lower() == b"content-length":
                        length = int(value)
                    headers = pipe.readline()
                self._said.put(json.loads(pipe.read(length)))
        except ValueError:
            pass  # the pipe was closed under us: the test is over
        self._said.put(None)

    def _overhear(self) -> None:
        assert self._process.stderr is not None
        try:
            for line in self._process.stderr:
                self.errors += line.decode("utf-8", "replace")
        except ValueError:
            pass
