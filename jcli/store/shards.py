"""Where a person is placed: a number from 0 to 1023 that follows from the site and the id alone.

Where people are kept apart (PostgreSQL's partitions) and where they are worked on in order (a distributed runtime), it
is by this number. PostgreSQL computes the same (`shard_of` in `postgres/migrations/0001_initial.sql`), and a test holds
the two together. Known and anonymous people of one id share it. What was an anonymous person's moves to the shard of
the known one when the two turn out to be the same.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

SHARDS = 1024


@lru_cache(maxsize=65_536)
def shard_of(site_id: str, person_id: str) -> int:
    """The lower ten bits of the first two bytes of SHA-256 over `site LF person` in UTF-8."""
    return int.from_bytes(sha256(f"{site_id}\n{person_id}".encode()).digest()[:2], "big") & (SHARDS - 1)
