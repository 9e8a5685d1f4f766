-- make_pause
CREATE TABLE _paused (token TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL) STRICT

-- make_filling
CREATE TABLE _filling (token TEXT NOT NULL, source TEXT NOT NULL, at INTEGER NOT NULL, whole INTEGER NOT NULL) STRICT

-- make_filled
CREATE TABLE _filled (
  name TEXT NOT NULL PRIMARY KEY,
  place TEXT,
  n INTEGER NOT NULL,
  checksum TEXT NOT NULL,
  whole INTEGER NOT NULL
) STRICT

-- table_names
SELECT name FROM sqlite_master WHERE type = 'table'

-- paused_triggers
SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB '_paused_*'
