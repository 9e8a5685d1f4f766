-- enrollment
SELECT enrolled_at, id, journey_id, site_id, person_id, anonymous, rotation, status, node_id, revision, exit_reason,
  ended_at, goal_met_at, due_at, outcome
FROM enrollments

-- total
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM enrollment_totals WHERE journey_id = ?

-- total_filtered
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM enrollment_counts
WHERE journey_id = ?1 AND (CAST(?2 AS TEXT) IS NULL OR status = ?2)
  AND (CAST(?3 AS TEXT) IS NULL OR node_id = ?3)

-- on_nodes
SELECT node_id, CAST(sum(n) AS BIGINT) FROM enrollment_counts
WHERE journey_id = ? AND status = 'in_progress' AND node_id <> '' GROUP BY node_id HAVING sum(n) > 0
