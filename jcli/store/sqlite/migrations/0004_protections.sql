-- Journeys that somebody protected from changes by sync, with the reason they gave.
CREATE TABLE protections (
  journey_id TEXT NOT NULL PRIMARY KEY REFERENCES journeys (id),
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
