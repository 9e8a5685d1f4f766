"""x"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.nearest import did_you_mean, nearest
from jcli.checks.subject import Referrer, short
from jcli.findings import Problem


def check(referrer: Referrer) -> Iterator[Problem]:
    outline = referrer.outline
    refs = outline.refs
    known = frozenset(refs)
    way_out = "" if outline.key is not None else "; give a node this `id`"
    for edge in outline.edges:
        ends = {edge.source_path: edge.source, edge.target_path: edge.target}
        for path, ref in ends.items():
            if ref in known:
                continue
            meant = nearest(ref, known)
            tail = did_you_mean(meant and short(meant)) or way_out or "; write the key of one of its nodes"
            yield Problem(path, f"there is no node `{short(ref)}` in this journey{tail}", meant)
