-- note_pause
INSERT INTO _paused (token, reason, at) VALUES (?, ?, ?)

-- pause
SELECT token, reason, at FROM _paused

-- drop_pause
DROP TABLE _paused

-- forget_filling
DROP TABLE IF EXISTS _filling

-- note_filling
INSERT INTO _filling (token, source, at, whole) VALUES (?, ?, ?, 0)

-- filling
SELECT token, source, at, whole FROM _filling

-- filled
SELECT place, n, checksum, whole FROM _filled WHERE name = ?

-- forget_filled
DELETE FROM _filled WHERE name = ?

-- note_filled
INSERT INTO _filled (name, place, n, checksum, whole) VALUES (?, ?, ?, ?, ?)

-- end_filling
UPDATE _filling SET whole = 1

-- drop_filled
DROP TABLE _filled

-- with_ids
WHERE id {among ?}

-- delivery_statuses
SELECT id, status FROM deliveries WHERE id {among ?}

-- due_count
SELECT count(*) FROM people WHERE due_at IS NOT NULL AND due_at < ?

-- sites
SELECT coalesce(sum(n), 0) FROM thing_counts WHERE kind = 'site'

-- audiences
SELECT coalesce(sum(n), 0) FROM thing_counts WHERE kind = 'audience'

-- contents
SELECT coalesce(sum(n), 0) FROM thing_counts WHERE kind = 'content'

-- journeys
SELECT coalesce(sum(n), 0) FROM journey_counts

-- people
SELECT coalesce(sum(n), 0) FROM people_counts

-- enrollments
SELECT coalesce(sum(n), 0) FROM enrollment_totals
