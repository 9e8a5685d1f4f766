"""What became of the parcels of events that a distributed runtime delivered, for as long as one might come again."""

from __future__ import annotations

from jcli.errors import StoreConflict
from jcli.model import Instant
from jcli.store.rows.group import TableGroup


class ParcelTables(TableGroup):
    __slots__ = ()

    def parcel_outcome(self, shard: int, parcel_id: str) -> bytes | None:
        row = self._session.row(self._sql["parcels.outcome"], (shard, parcel_id))
        return None if row is None else bytes(row[0])

    def keep_parcel(self, shard: int, parcel_id: str, outcome: bytes, at: Instant) -> None:
        if not self._session.run(self._sql["parcels.keep"], (shard, parcel_id, outcome, at)):
            raise StoreConflict(f"the parcel {parcel_id} was worked in by another delivery of it at the same time")

    def prune_parcels(self, before: Instant, limit: int) -> int:
        return self._session.run(self._sql["parcels.forget"], (before, limit))
