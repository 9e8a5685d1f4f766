-- enrollment
SELECT enrolled_at, id, journey_id, site_id, person_id, anonymous, rotation, status, node_id, revision, exit_reason,
  ended_at, goal_met_at, due_at, outcome
FROM enrollments

-- with_person
SELECT e.enrolled_at, e.id, e.journey_id, e.site_id, e.person_id, e.anonymous, e.rotation, e.status, e.node_id,
  e.revision, e.exit_reason, e.ended_at, e.goal_met_at, e.due_at, e.outcome,
  p.created_at, p.id, p.site_id, p.anonymous, p.traits, p.updated_at
FROM enrollments e
LEFT JOIN people p ON p.id = e.person_id AND p.anonymous = e.anonymous AND p.site_id = e.site_id

-- insert
INSERT INTO enrollments (id, journey_id, site_id, person_id, anonymous, rotation, status, node_id, revision,
  enrolled_at, exit_reason, ended_at, goal_met_at, due_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (person_id, journey_id, anonymous, rotation) DO NOTHING

-- in_progress
SELECT coalesce(node_id, ''), count(*) FROM enrollments WHERE journey_id = ? AND status = 'in_progress' GROUP BY 1

-- in_progress_on_nodes
SELECT node_id, count(*) FROM enrollments
WHERE journey_id = ? AND status = 'in_progress' AND node_id IN (SELECT value FROM json_each(?)) GROUP BY node_id

-- stop
UPDATE enrollments SET status = 'stopped', exit_reason = ?2, ended_at = ?3, due_at = NULL
WHERE journey_id = ?1 AND status = 'in_progress'

-- stop_on_nodes
UPDATE enrollments SET status = 'stopped', exit_reason = ?2, ended_at = ?3, due_at = NULL
WHERE journey_id = ?1 AND status = 'in_progress' AND node_id IN (SELECT value FROM json_each(?4))

-- move
UPDATE enrollments SET node_id = (SELECT value FROM json_each(?2) WHERE key = node_id)
WHERE journey_id = ?1 AND status = 'in_progress' AND node_id IN (SELECT key FROM json_each(?2))

-- end
UPDATE enrollments SET status = ?2, exit_reason = ?3, ended_at = ?4, due_at = NULL
WHERE id = ?1 AND status = 'in_progress'

-- count
INSERT INTO enrollment_counts (journey_id, status, node_id, n) VALUES (?, ?, ?, max(?, 0))
ON CONFLICT (journey_id, status, node_id) DO UPDATE SET n = n + ?4

-- count_total
INSERT INTO enrollment_totals (journey_id, n) VALUES (?, max(?, 0)) ON CONFLICT (journey_id) DO UPDATE SET n = n + ?2

-- total
SELECT coalesce(sum(n), 0) FROM enrollment_totals WHERE journey_id = ?

-- total_filtered
SELECT coalesce(sum(n), 0) FROM enrollment_counts
WHERE journey_id = ?1 AND (?2 IS NULL OR status = ?2) AND (?3 IS NULL OR node_id = ?3)

-- on_nodes
SELECT node_id, n FROM enrollment_counts
WHERE journey_id = ? AND status = 'in_progress' AND n > 0 AND node_id <> ''
