-- What became of the parcels of events that a distributed runtime delivered, so that a second delivery does nothing.
CREATE TABLE parcels (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  outcome BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX parcels_by_age ON parcels (at);
