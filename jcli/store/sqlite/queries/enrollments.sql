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
