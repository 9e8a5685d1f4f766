"""What is said of the thing under the cursor, as Markdown: the page of the check that found fault with it, what a node
does and who leads to it, what a key stands for."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from jcli.checks import CATALOGUE, adjustable_slugs
from jcli.checks.schemas import document_schema
from jcli.documents import Document
from jcli.editor.desk import Desk
from jcli.editor.names import Mention, declared, everywhere, touches
from jcli.findings import Finding

_PAGES = {check.slug: check.module for check in CATALOGUE}


def explain_findings(findings: Iterable[Finding], point: tuple[int, int]) -> str:
    """The pages of the checks whose findings the point touches; nothing where there are none."""
    touched = [finding for finding in findings if finding.span is not None and touches(finding.span, point)]
    slugs = dict.fromkeys(finding.code for finding in touched)
    return "\n\n---\n\n".join(_page(slug) for slug in slugs if slug in _PAGES)


def _page(slug: str) -> str:
    """Why the check is there, a sample that passes, and how to silence it where that can be."""
    why, _, samples = inspect.cleandoc(_PAGES[slug].__doc__ or "").partition("\nBad::\n")
    good = inspect.cleandoc(samples.partition("\nGood::\n")[2])
    silence = (
        f"`rules: {{{slug}: off}}` in jcli.yaml silences it, `warning` or `error` says how much it weighs."
        if slug in adjustable_slugs()
        else "It is always an error: what it finds could not be stored."
    )
    return f"**{slug}**\n\n{why.strip()}\n\nThis passes:\n\n```yaml\n{good}\n```\n\n{silence}"


def explain_mention(desk: Desk, mention: Mention) -> str:
    """What the name stands for."""
    name = mention.name
    if name.kind is None:
        return _node(desk, mention)
    document = declared(desk, name.kind).get(name.key)
    if document is None:
        return f"No document declares the {name.kind.value} `{name.key}`."
    title = document.data.get("name")
    words = f"**{title}**\n\n" if isinstance(title, str) else ""
    about = document.data.get("description")
    about = f"\n\n{about}" if isinstance(about, str) else ""
    return f"{words}The {name.kind.value} `{name.key}`, declared in {document.file}.{about}"


def _node(desk: Desk, mention: Mention) -> str:
    name = mention.name
    node = mention.document.data["nodes"].get(name.key)
    if node is None:
        return f"There is no node `{name.key}` in this journey."
    kind = str(node.get("type", "")) if isinstance(node, dict) else ""
    sources = dict.fromkeys(
        str(use.path[1]) for use in everywhere(desk, name) if not use.declares and use.path[0] == "nodes"
    )
    led = ", ".join(f"`{source}`" for source in sources) or "no node"
    return f"**{name.key}** {kind}\n\n{_words(kind)}\n\nLed to by {led}.".replace("\n\n\n\n", "\n\n")


def _words(kind: str) -> str:
    """What the schema says of a node type."""
    schema = document_schema()["$defs"]["NodeType"]
    words: dict[str, str] = dict(zip(schema["enum"], schema["enumDescriptions"], strict=True))
    return words.get(kind, "")


def title_of(document: Document) -> str:
    """What to call a document in a list."""
    kind = document.kind.value if document.kind else "document"
    return f"{kind} {document.key or ''}".strip()
