-- insert
INSERT INTO jobs (kind, journey_id, state, done, total, at, place, updated_at) VALUES (?, ?, ?, 0, ?, ?, ?, ?)

-- job
SELECT id, kind, journey_id, state, done, total, at, place FROM jobs

-- cancel
UPDATE jobs SET state = 'cancelled', updated_at = ?2
WHERE journey_id = ?1 AND state = 'running' AND kind {among ?3}

-- advance
UPDATE jobs SET state = ?, done = ?, place = ?, updated_at = ? WHERE id = ?
