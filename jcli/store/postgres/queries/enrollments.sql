-- row
e.id, e.shard

-- last
{enrollment} WHERE shard = shard_of(?4, ?1) AND person_id = ?1 AND journey_id = ?2 AND anonymous = ?3 AND site_id = ?4
ORDER BY rotation DESC LIMIT 1

-- with_person
SELECT e.enrolled_at, e.id, e.journey_id, e.site_id, e.person_id, e.anonymous, e.rotation, e.status, e.node_id,
  e.revision, e.exit_reason, e.ended_at, e.goal_met_at, e.due_at, e.outcome,
  p.created_at, p.id, p.site_id, p.anonymous, p.traits, p.updated_at
FROM enrollments e
LEFT JOIN people p
  ON p.shard = e.shard AND p.id = e.person_id AND p.anonymous = e.anonymous AND p.site_id = e.site_id

-- count
INSERT INTO enrollment_counts (journey_id, status, node_id, slot, n)
SELECT u.journey_id, u.status, u.node_id, current_setting('jcli.slot')::integer, u.n
FROM unnest(?::text[], ?::text[], ?::text[], ?::bigint[]) AS u (journey_id, status, node_id, n)
ON CONFLICT (journey_id, status, node_id, slot) DO UPDATE SET n = enrollment_counts.n + excluded.n

-- count_total
INSERT INTO enrollment_totals (journey_id, slot, n)
SELECT u.journey_id, current_setting('jcli.slot')::integer, u.n FROM unnest(?::text[], ?::bigint[]) AS u (journey_id, n)
ON CONFLICT (journey_id, slot) DO UPDATE SET n = enrollment_totals.n + excluded.n
