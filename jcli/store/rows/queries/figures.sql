-- statuses
SELECT status, CAST(sum(n) AS BIGINT) FROM enrollment_counts WHERE journey_id = ? GROUP BY status

-- steps
SELECT node_id, label, ended, CAST(sum(n) AS BIGINT) FROM step_counts WHERE journey_id = ?
GROUP BY node_id, label, ended HAVING sum(n) <> 0

-- times
SELECT node_id, bucket, CAST(sum(n) AS BIGINT) FROM step_times WHERE journey_id = ?
GROUP BY node_id, bucket HAVING sum(n) <> 0 ORDER BY node_id, bucket

-- splits
SELECT node_id, label, CAST(sum(entered) AS BIGINT), CAST(sum(goals) AS BIGINT) FROM split_counts WHERE journey_id = ?
GROUP BY node_id, label HAVING sum(entered) <> 0

-- goals
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM goal_counts WHERE journey_id = ?

-- deliveries_total
SELECT count(*) FROM deliveries AS d WHERE {of_person} AND (CAST(?2 AS TEXT) IS NULL OR d.status = ?2)

-- after
WHERE d.id > ? ORDER BY d.id LIMIT ?
