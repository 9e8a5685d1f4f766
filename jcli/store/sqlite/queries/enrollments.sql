-- row
e.rowid

-- last
{enrollment} WHERE person_id = ? AND journey_id = ? AND anonymous = ? AND site_id = ? ORDER BY rotation DESC LIMIT 1

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
