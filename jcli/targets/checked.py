"""A workspace as a target takes it: read, checked, and free of findings that bar a sync."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jcli.compiler import Compilation
from jcli.documents import Document
from jcli.findings import Severity


@dataclass(frozen=True, slots=True)
class Checked:
    """`compilation` is what came of the `documents`. A target elsewhere compiles them itself, and needs what that was
    done with: the `workspace` slug, from which ids are derived, and the severities of the `rules` (None: off)."""

    compilation: Compilation
    documents: Sequence[Document]
    workspace: str
    rules: Mapping[str, Severity | None] = field(default_factory=dict)
