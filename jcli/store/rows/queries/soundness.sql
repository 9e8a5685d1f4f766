-- thing_counts
SELECT kind, site_id, CAST(sum(kept) AS BIGINT), CAST(sum(counted) AS BIGINT) FROM (
  SELECT kind, site_id, n AS kept, 0 AS counted FROM thing_counts
  UNION ALL SELECT 'site', '', 0, 1 FROM sites
  UNION ALL SELECT 'audience', coalesce(site_id, ''), 0, 1 FROM audiences
  UNION ALL SELECT 'content', '', 0, 1 FROM contents
) AS both_ways GROUP BY 1, 2 HAVING sum(kept) <> sum(counted) ORDER BY 1, 2 LIMIT ?

-- journey_counts
SELECT site_id, status, CAST(sum(kept) AS BIGINT), CAST(sum(counted) AS BIGINT) FROM (
  SELECT site_id, status, n AS kept, 0 AS counted FROM journey_counts
  UNION ALL SELECT site_id, status, 0, 1 FROM journeys
) AS both_ways GROUP BY 1, 2 HAVING sum(kept) <> sum(counted) ORDER BY 1, 2 LIMIT ?

-- people_counts
SELECT site_id, CAST(sum(kept) AS BIGINT), CAST(sum(counted) AS BIGINT) FROM (
  SELECT site_id, n AS kept, 0 AS counted FROM people_counts
  UNION ALL SELECT site_id, 0, count(*) FROM people GROUP BY site_id
) AS both_ways GROUP BY 1 HAVING sum(kept) <> sum(counted) ORDER BY 1 LIMIT ?

-- enrollment_counts
SELECT journey_id, status, node_id, CAST(sum(kept) AS BIGINT), CAST(sum(counted) AS BIGINT) FROM (
  SELECT journey_id, status, node_id, n AS kept, 0 AS counted FROM enrollment_counts
  UNION ALL SELECT journey_id, status, coalesce(node_id, ''), 0, count(*) FROM enrollments
  GROUP BY journey_id, status, coalesce(node_id, '')
) AS both_ways GROUP BY 1, 2, 3 HAVING sum(kept) <> sum(counted) ORDER BY 1, 2, 3 LIMIT ?

-- enrollment_totals
SELECT journey_id, CAST(sum(kept) AS BIGINT), CAST(sum(counted) AS BIGINT) FROM (
  SELECT journey_id, n AS kept, 0 AS counted FROM enrollment_totals
  UNION ALL SELECT journey_id, 0, count(*) FROM enrollments GROUP BY journey_id
) AS both_ways GROUP BY 1 HAVING sum(kept) <> sum(counted) ORDER BY 1 LIMIT ?

-- enrollment_revisions
SELECT journey_id, revision, CAST(sum(kept) AS BIGINT), CAST(sum(counted) AS BIGINT) FROM (
  SELECT journey_id, revision, n AS kept, 0 AS counted FROM enrollment_revisions
  UNION ALL SELECT journey_id, revision, 0, count(*) FROM enrollments
  WHERE status = 'in_progress' GROUP BY journey_id, revision
) AS both_ways GROUP BY 1, 2 HAVING sum(kept) <> sum(counted) ORDER BY 1, 2 LIMIT ?

-- step_counts
SELECT journey_id, node_id, CAST(sum(kept) AS BIGINT), CAST(sum(counted) AS BIGINT) FROM (
  SELECT journey_id, node_id, label, ended, n AS kept, 0 AS counted FROM step_counts
  UNION ALL SELECT e.journey_id, s.node_id, coalesce(s.label, ''), coalesce(s.ended, ''), 0, count(*)
  FROM steps AS s JOIN enrollments AS e ON e.id = s.enrollment_id
  GROUP BY e.journey_id, s.node_id, coalesce(s.label, ''), coalesce(s.ended, '')
) AS both_ways GROUP BY journey_id, node_id, label, ended HAVING sum(kept) <> sum(counted) ORDER BY 1, 2 LIMIT ?

-- step_times
SELECT journey_id, node_id, CAST(sum(kept) AS BIGINT), CAST(sum(counted) AS BIGINT) FROM (
  SELECT journey_id, node_id, bucket, n AS kept, 0 AS counted FROM step_times
  UNION ALL SELECT e.journey_id, s.node_id, {bucket}, 0, count(*)
  FROM steps AS s JOIN enrollments AS e ON e.id = s.enrollment_id
  GROUP BY e.journey_id, s.node_id, {bucket}
) AS both_ways GROUP BY journey_id, node_id, bucket HAVING sum(kept) <> sum(counted) ORDER BY 1, 2 LIMIT ?

-- goal_counts
SELECT journey_id, CAST(sum(kept) AS BIGINT), CAST(sum(counted) AS BIGINT) FROM (
  SELECT journey_id, n AS kept, 0 AS counted FROM goal_counts
  UNION ALL SELECT journey_id, 0, count(*) FROM enrollments WHERE goal_met_at IS NOT NULL GROUP BY journey_id
) AS both_ways GROUP BY 1 HAVING sum(kept) <> sum(counted) ORDER BY 1 LIMIT ?

-- split_counts
SELECT journey_id, node_id, label, CAST(sum(kept) AS BIGINT), CAST(sum(counted) AS BIGINT) FROM (
  SELECT journey_id, node_id, label, entered AS kept, 0 AS counted FROM split_counts
  UNION ALL SELECT journey_id, node_id, label, 0, count(*) FROM (
    SELECT DISTINCT e.id, e.journey_id, s.node_id, s.label FROM steps AS s JOIN enrollments AS e ON e.id = s.enrollment_id
    WHERE s.node_type = 'SPLIT' AND s.label IS NOT NULL
  ) AS chosen GROUP BY journey_id, node_id, label
) AS both_ways GROUP BY 1, 2, 3 HAVING sum(kept) > sum(counted) ORDER BY 1, 2, 3 LIMIT ?

-- ledger_gap
SELECT enrollment_id, count(*), max(seq) FROM steps GROUP BY enrollment_id
HAVING max(seq) <> count(*) OR min(seq) <> 1 ORDER BY 1 LIMIT ?

-- ledger_end
SELECT e.id, e.status FROM enrollments AS e LEFT JOIN (
  SELECT enrollment_id, count(ended) AS ends FROM steps GROUP BY enrollment_id
) AS told ON told.enrollment_id = e.id
WHERE coalesce(told.ends, 0) <> CASE WHEN e.status = 'in_progress' THEN 0 ELSE 1 END ORDER BY 1 LIMIT ?

-- step_without_enrollment
SELECT DISTINCT s.enrollment_id FROM steps AS s
WHERE NOT EXISTS (SELECT 1 FROM enrollments AS e WHERE e.id = s.enrollment_id) ORDER BY 1 LIMIT ?

-- enrollment_without_person
SELECT e.id, e.person_id FROM enrollments AS e WHERE NOT EXISTS (
  SELECT 1 FROM people AS p WHERE p.id = e.person_id AND p.anonymous = e.anonymous AND p.site_id = e.site_id
) ORDER BY 1 LIMIT ?

-- delivery_without_enrollment
SELECT d.id FROM deliveries AS d
WHERE NOT EXISTS (SELECT 1 FROM enrollments AS e WHERE e.id = d.enrollment_id) ORDER BY 1 LIMIT ?

-- delivery_without_person
SELECT d.id FROM deliveries AS d WHERE NOT EXISTS (SELECT 1 FROM people AS p WHERE p.row = d.person)
ORDER BY 1 LIMIT ?

-- event_without_person
SELECT e.row FROM events AS e WHERE NOT EXISTS (SELECT 1 FROM people AS p WHERE p.row = e.person)
ORDER BY 1 LIMIT ?

-- outbox_without_person
SELECT o.id FROM outbox AS o WHERE NOT EXISTS (SELECT 1 FROM people AS p WHERE p.row = o.person)
ORDER BY 1 LIMIT ?

-- missing_revision
SELECT j.id, j.revision FROM journeys AS j WHERE NOT EXISTS (
  SELECT 1 FROM revisions AS r WHERE r.journey_id = j.id AND r.number = j.revision
) ORDER BY 1 LIMIT ?

-- node_count
SELECT j.id, j.node_count, count(n.id) FROM journeys AS j LEFT JOIN nodes AS n ON n.journey_id = j.id
GROUP BY j.id, j.node_count HAVING count(n.id) <> j.node_count ORDER BY 1 LIMIT ?

-- edge_count
SELECT j.id, j.edge_count, count(e.ordinal) FROM journeys AS j LEFT JOIN edges AS e ON e.journey_id = j.id
GROUP BY j.id, j.edge_count HAVING count(e.ordinal) <> j.edge_count ORDER BY 1 LIMIT ?

-- log_gap
SELECT subject, kind, count(*), max(number) FROM audit_log GROUP BY subject, kind
HAVING max(number) <> count(*) OR min(number) <> 1 ORDER BY 1, 2 LIMIT ?

-- places
SELECT journey_id, revision, node_id, count(*), count(CASE WHEN status = 'in_progress' THEN 1 END) FROM enrollments
GROUP BY journey_id, revision, node_id ORDER BY 1, 2, 3
