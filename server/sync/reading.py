"""The workspace in a request: its documents, given in the body or uploaded before, checked by the compiler.

The files are the client's; here they are data without lines. What the checks find goes back with file and pointer, and
the client, who has the text, finds the line. Compiling takes a while for thousands of documents, so it is done on
another thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from jcli import operations
from jcli.compiler import Compilation, check_body, compile_documents
from jcli.documents import Document, document_of
from jcli.findings import Finding, Severity
from jcli.plan import Choices, choices_of
from server.answers import shown_findings
from server.auth import Caller
from server.bodies import read_body, read_json
from server.dependencies import Server, server_of
from server.refusals import Fault, Refusal, refused_body

_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING, "off": None}


@dataclass(frozen=True, slots=True)
class Asked:
    """The body of a request, as it came and as data, with what came of its documents."""

    raw: bytes
    body: dict[str, Any]
    compilation: Compilation

    @property
    def keys(self) -> frozenset[str] | None:
        return frozenset(self.body.get("keys") or ()) or None

    @property
    def choices(self) -> Choices:
        return choices_of(self.body.get("choices") or {})


async def read_workspace(request: Request, caller: Caller, definition: str) -> Asked:
    """Refusal: what bodies are refused for, and 422 (`findings`) for documents that could not be synced."""
    body = await read_body(request)
    found = check_body(definition, _envelope(body.value))
    if found:
        raise refused_body(found)
    server = server_of(request)
    compilation = await asyncio.to_thread(_compiled, server, caller, body.value)
    if compilation.bars_sync:
        raise refused_findings(compilation.findings)
    return Asked(body.raw, body.value, compilation)


def _envelope(body: Any) -> Any:
    """The body without its documents, which are judged one by one."""
    if isinstance(body, dict) and isinstance(body.get("documents"), list):
        return {**body, "documents": []}
    return body


def _compiled(server: Server, caller: Caller, body: dict[str, Any]) -> Compilation:
    rules = {slug: _SEVERITIES[level] for slug, level in (body.get("rules") or {}).items()}
    documents = documents_of(list(_given(server, caller, body)))
    return compile_documents(documents, [], body["workspace"], rules)


def _given(server: Server, caller: Caller, body: dict[str, Any]) -> Iterator[Any]:
    given, upload = body.get("documents"), body.get("upload")
    if (given is None) is (upload is None):
        message = "give the documents of the workspace, or the upload that holds them"
        raise Refusal(422, "invalid", message, faults=[Fault("missing-field", message, "/documents")])
    if given is not None:
        yield from given
        return
    for part in operations.uploaded(server.store, server.clock, caller.principal, upload or ""):
        yield from read_json(part)


def documents_of(given: Sequence[Any]) -> list[Document]:
    """Documents as the compiler takes them. Refusal (422) for what is none."""
    found: list[Finding] = []
    for number, document in enumerate(given):
        found += check_body("SyncDocument", document, ("documents", number))
    if found:
        raise refused_body(found)
    return [document_of(one["file"], one["data"], one.get("index", 0)) for one in given]


def refused_findings(findings: Sequence[Finding]) -> Refusal:
    """422 for documents in which the checks found errors: `findings` tells all of them, by file."""
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    what = "error" if errors == 1 else "errors"
    detail = f"the documents have {errors} {what}; nothing was changed"
    return Refusal(422, "findings", detail, more={"findings": shown_findings(findings)})
