"""Who gets which share of a SPLIT: a hash of the ids, so that the answer is the same everywhere and for ever.

The rule and its test vectors are published in `docs/semantics/split.md`; changing either moves people between the
arms of running experiments.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BUCKETS = 10_000


def bucket(journey_id: str, node_id: str, person_id: str) -> int:
    """The person's place at the node, from 0 to 9,999."""
    text = f"{journey_id}/{node_id}/{person_id}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") % BUCKETS


@dataclass(frozen=True, slots=True)
class Shares:
    """Labels with the buckets at which their shares end, in order."""

    labels: tuple[str, ...]
    ends: tuple[int, ...]

    def label(self, place: int) -> str | None:
        """The label of a bucket; None when the weights leave it over (they sum to less than 100)."""
        index = bisect_right(self.ends, place)
        return self.labels[index] if index < len(self.labels) else None


def weighted(weights: Mapping[str, int]) -> Shares:
    """Shares by whole per cent, in the order of `weights`; labels are casefolded."""
    ends, end = [], 0
    for weight in weights.values():
        end += weight * (BUCKETS // 100)
        ends.append(end)
    return Shares(tuple(label.casefold() for label in weights), tuple(ends))


def equal(labels: Sequence[str]) -> Shares:
    """Equal shares for labels in the order given: the i-th of n ends at i x 10,000 // n."""
    count = len(labels)
    return Shares(tuple(labels), tuple(index * BUCKETS // count for index in range(1, count + 1)))
