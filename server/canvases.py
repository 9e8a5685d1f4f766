"""Canvases as the bytes that Get Journey answers, remembered.

A revision never changes, so neither do its bytes: reading the nodes and edges and spelling them out was half of the
cost of Get Journey. What else is shown of a journey is read each time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any

import orjson

KEPT = 2_048
LARGEST = 64 * 1024
"""Bytes; a larger canvas is spelled out each time, so that all that is kept stays below 128 MiB."""

Canvas = Mapping[str, Any]


class Canvases:
    """The last canvases that were asked for, by journey and revision. Used by the event loop and by the writer."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], Canvas] = OrderedDict()
        self._lock = Lock()

    def known(self, journey_id: str, revision: int) -> Canvas | None:
        """`nodes` and `edges`, ready to be put into an answer; None when they have to be read."""
        with self._lock:
            canvas = self._kept.get((journey_id, revision))
            if canvas is not None:
                self._kept.move_to_end((journey_id, revision))
            return canvas

    def keep(self, journey_id: str, revision: int, canvas: Canvas) -> Canvas:
        """The same canvas, spelled out and remembered."""
        parts = {name: orjson.dumps(part) for name, part in canvas.items()}
        if sum(map(len, parts.values())) > LARGEST:
            return canvas
        ready = {name: orjson.Fragment(part) for name, part in parts.items()}
        with self._lock:
            self._kept[journey_id, revision] = ready
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return ready
