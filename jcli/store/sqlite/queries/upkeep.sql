-- make_pause
CREATE TABLE _paused (token TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL) STRICT

-- note_pause
INSERT INTO _paused (token, reason, at) VALUES (?, ?, ?)

-- pause
SELECT token, reason, at FROM _paused

-- make_filling
CREATE TABLE _filling (token TEXT NOT NULL, source TEXT NOT NULL, at INTEGER NOT NULL, whole INTEGER NOT NULL) STRICT

-- note_filling
INSERT INTO _filling (token, source, at, whole) VALUES (?, ?, ?, 0)

-- filling
SELECT token, source, at, whole FROM _filling

-- make_filled
CREATE TABLE _filled (
  name TEXT NOT NULL PRIMARY KEY,
  place TEXT,
  n INTEGER NOT NULL,
  checksum TEXT NOT NULL,
  whole INTEGER NOT NULL
) STRICT

-- filled
SELECT place, n, checksum, whole FROM _filled WHERE name = ?

-- note_filled
INSERT OR REPLACE INTO _filled (name, place, n, checksum, whole) VALUES (?, ?, ?, ?, ?)

-- end_filling
UPDATE _filling SET whole = 1

-- drop_filled
DROP TABLE _filled

-- due_count
SELECT count(*) FROM people WHERE due_at IS NOT NULL AND due_at < ?

-- table_names
SELECT name FROM sqlite_master WHERE type = 'table'

-- paused_triggers
SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB '_paused_*'

-- drop_pause
DROP TABLE _paused
