-- What became of the parcels of events that a distributed runtime delivered, so that a second delivery does nothing.
CREATE TABLE parcels (
  shard integer NOT NULL,
  id text COLLATE "C" NOT NULL,
  outcome bytea NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (shard, id)
) PARTITION BY HASH (shard);
SELECT divide('parcels');
CREATE INDEX parcels_by_age ON parcels (at);
