-- statuses
SELECT status, sum(n) FROM enrollment_counts WHERE journey_id = ? GROUP BY status

-- steps
SELECT node_id, label, ended, n FROM step_counts WHERE journey_id = ? AND n <> 0

-- times
SELECT node_id, bucket, n FROM step_times WHERE journey_id = ? AND n <> 0 ORDER BY node_id, bucket

-- splits
SELECT node_id, label, entered, goals FROM split_counts WHERE journey_id = ? AND entered <> 0

-- goals
SELECT coalesce(sum(n), 0) FROM goal_counts WHERE journey_id = ?

-- ledger
SELECT seq, node_id, node_type, entered_at, left_at, label, target, cause, cause_ref, revision, ended, detail
FROM steps WHERE enrollment_id = ? ORDER BY seq

-- split_labels
SELECT DISTINCT node_id, label FROM steps WHERE enrollment_id = ? AND node_type = 'SPLIT' AND label IS NOT NULL

-- delivery
SELECT d.created_at, d.id, d.journey_id, d.enrollment_id, d.node_id, p.site_id, p.id, p.anonymous, d.content_id,
  d.content_type, d.status, d.updated_at
FROM deliveries AS d JOIN people AS p ON p.row = d.person

-- deliveries_total
SELECT count(*) FROM deliveries WHERE person = ?1 AND (?2 IS NULL OR status = ?2)

-- events_of
SELECT row, received_at, body FROM events WHERE person = ? AND row > ? ORDER BY row LIMIT ?
