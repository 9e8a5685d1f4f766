-- row
d.id, d.shard

-- of_person
d.shard = (?1 & 1023)::integer AND d.person = ?1

-- ledger
SELECT seq, node_id, node_type, entered_at, left_at, label, target, cause, cause_ref, revision, ended, detail
FROM steps WHERE shard = (SELECT e.shard FROM enrollments AS e WHERE e.id = ?1) AND enrollment_id = ?1 ORDER BY seq

-- split_labels
SELECT DISTINCT node_id, label FROM steps
WHERE shard = (SELECT e.shard FROM enrollments AS e WHERE e.id = ?1) AND enrollment_id = ?1
  AND node_type = 'SPLIT' AND label IS NOT NULL

-- delivery
SELECT d.created_at, d.id, d.journey_id, d.enrollment_id, d.node_id, p.site_id, p.id, p.anonymous, d.content_id,
  d.content_type, d.status, d.updated_at
FROM deliveries AS d JOIN people AS p ON p.shard = d.shard AND p.row = d.person

-- events_of
SELECT row, received_at, body FROM events
WHERE shard = (?1 & 1023)::integer AND person = ?1 AND row > ?2 ORDER BY row LIMIT ?3

-- events_after
SELECT e.row, p.site_id, e.received_at, e.body FROM events AS e JOIN people AS p
ON p.shard = e.shard AND p.row = e.person
WHERE e.row > ? ORDER BY e.row LIMIT ?
