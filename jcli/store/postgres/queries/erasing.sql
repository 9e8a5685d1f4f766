-- person
SELECT row, state FROM people
WHERE shard = shard_of(?3, ?1) AND id = ?1 AND anonymous = ?2 AND site_id = ?3 FOR UPDATE

-- enrollments
SELECT journey_id, status, coalesce(node_id, ''), revision, goal_met_at IS NOT NULL, count(*) FROM enrollments
WHERE {whose} GROUP BY 1, 2, 3, 4, 5

-- whose
shard = shard_of(?3, ?1) AND person_id = ?1 AND anonymous = ?2 AND site_id = ?3

-- theirs
e.shard = shard_of(?3, ?1) AND e.person_id = ?1 AND e.anonymous = ?2 AND e.site_id = ?3
  AND s.shard = e.shard AND s.enrollment_id = e.id

-- steps
SELECT e.journey_id, s.node_id, coalesce(s.label, ''), coalesce(s.ended, ''), s.left_at - s.entered_at
FROM enrollments AS e, steps AS s WHERE {theirs}

-- splits
SELECT DISTINCT e.id, e.journey_id, s.node_id, s.label, e.goal_met_at IS NOT NULL
FROM enrollments AS e, steps AS s WHERE {theirs} AND s.node_type = 'SPLIT' AND s.label IS NOT NULL

-- delete_steps
DELETE FROM steps AS s USING enrollments AS e WHERE {theirs}

-- delete_enrollments
DELETE FROM enrollments WHERE {whose}

-- delete_deliveries
DELETE FROM deliveries WHERE shard = (?1 & 1023)::integer AND person = ?1

-- delete_events
DELETE FROM events WHERE shard = (?1 & 1023)::integer AND person = ?1

-- delete_outbox
DELETE FROM outbox WHERE person = ?

-- delete_person
DELETE FROM people WHERE shard = (?1 & 1023)::integer AND row = ?1

-- prune_messages
WITH old AS (
  SELECT shard, id, site_id FROM messages WHERE received_at < ?1 ORDER BY received_at LIMIT ?2 FOR UPDATE SKIP LOCKED
)
DELETE FROM messages AS m USING old WHERE m.shard = old.shard AND m.id = old.id AND m.site_id = old.site_id

-- prune_events
WITH oldest AS (
  SELECT shard, row FROM events ORDER BY row LIMIT ?2 FOR UPDATE SKIP LOCKED
)
DELETE FROM events AS e USING oldest AS o WHERE e.shard = o.shard AND e.row = o.row AND e.received_at < ?1

-- sent
DELETE FROM outbox WHERE row = ANY(?)
