-- catalogue_token
SELECT token FROM catalogue

-- journey_marks
SELECT id, status, live_since, audience_id, version, revision, updated_at, fingerprint, canvas_digest FROM journeys
WHERE status <> 'ARCHIVED' ORDER BY id

-- went_live
UPDATE journeys SET live_since = ? WHERE id = ?

-- node_maps
SELECT number, node_map FROM revisions WHERE journey_id = ? AND node_map <> '{}'

-- stood_on
SELECT revision FROM enrollment_revisions WHERE journey_id = ? GROUP BY revision HAVING sum(n) > 0

-- people_after
SELECT row, id, anonymous, site_id, traits, state, due_at FROM people WHERE row > ? AND row <= ? ORDER BY row LIMIT ?

-- last_row
SELECT coalesce(max(row), 0) FROM people

-- due
SELECT row, id, anonymous, site_id, traits, state, due_at FROM people
WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?

-- next_due
SELECT min(due_at) FROM people WHERE due_at IS NOT NULL

-- open_deliveries
SELECT person, id FROM deliveries WHERE journey_id = ? AND id > ? AND status IN ('pending', 'shown') ORDER BY id LIMIT ?

-- in_progress_total
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM enrollment_counts WHERE journey_id = ? AND status = 'in_progress'
