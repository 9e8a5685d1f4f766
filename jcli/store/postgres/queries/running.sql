-- catalogue_changed
WITH told AS MATERIALIZED (SELECT pg_notify('jcli', 'catalogue'))
UPDATE catalogue SET token = uuid_send(gen_random_uuid()) FROM told

-- rows_of
/* `|| ''` keeps the index of a site out: without statistics it looks as good, and it is read whole for each id. */
SELECT p.id, p.row FROM unnest(?1::text[]) AS asked (id)
JOIN people AS p ON p.shard = shard_of(?3, asked.id) AND p.id = asked.id AND p.anonymous = ?2 AND p.site_id || '' = ?3

-- people_of
SELECT p.row, p.id, p.anonymous, p.site_id, p.traits, p.state, p.due_at FROM unnest(?1::text[]) AS asked (id)
JOIN people AS p ON p.shard = shard_of(?3, asked.id) AND p.id = asked.id AND p.anonymous = ?2 AND p.site_id || '' = ?3

-- lock_people_of
{people_of}
ORDER BY p.shard, p.row FOR NO KEY UPDATE OF p

-- people_in
SELECT p.row, p.id, p.anonymous, p.site_id, p.traits, p.state, p.due_at FROM unnest(?1::bigint[]) AS asked (row)
JOIN people AS p ON p.shard = (asked.row & 1023)::integer AND p.row = asked.row

-- lock_people_in
{people_in}
ORDER BY p.shard, p.row FOR NO KEY UPDATE OF p

-- rows_after
SELECT row FROM people WHERE row > ? AND row <= ? ORDER BY row LIMIT ?

-- due
SELECT row, id, anonymous, site_id, traits, state, due_at FROM people
WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ? FOR NO KEY UPDATE SKIP LOCKED

-- due_in
SELECT row, id, anonymous, site_id, traits, state, due_at FROM people
WHERE due_at IS NOT NULL AND due_at <= ? AND shard >= ? AND shard < ? ORDER BY due_at LIMIT ?
FOR NO KEY UPDATE SKIP LOCKED

-- next_due_in
SELECT min(due_at) FROM people WHERE due_at IS NOT NULL AND shard >= ? AND shard < ?

-- free_rows
SELECT nextval('person_rows') FROM generate_series(1, ?::integer)

-- postpone
UPDATE people SET due_at = ?1 WHERE shard = (?2 & 1023)::integer AND row = ?2

-- known_messages
SELECT m.site_id, m.id FROM unnest(?1::text[], ?2::text[], ?3::integer[]) AS asked (site_id, id, shard)
JOIN messages AS m ON m.shard = asked.shard AND m.id = asked.id AND m.site_id = asked.site_id
WHERE m.received_at + 0 >= ?4

-- insert_person
INSERT INTO people (shard, row, id, anonymous, site_id, traits, state, due_at, created_at, updated_at)
SELECT (u.row & 1023)::integer, u.row, u.id, u.anonymous, u.site_id, u.traits, u.state, u.due_at, u.created_at,
  u.updated_at
FROM unnest(?::bigint[], ?::text[], ?::boolean[], ?::text[], ?::text[], ?::bytea[], ?::bigint[], ?::bigint[],
  ?::bigint[]) AS u (row, id, anonymous, site_id, traits, state, due_at, created_at, updated_at)
ORDER BY (u.row & 1023), u.site_id, u.id, u.anonymous
ON CONFLICT (id, anonymous, site_id, shard) DO NOTHING

-- put_state
UPDATE people AS p SET state = u.state FROM unnest(?::bytea[], ?::bigint[]) AS u (state, row)
WHERE p.shard = (u.row & 1023)::integer AND p.row = u.row

-- put_woken
UPDATE people AS p SET state = u.state, due_at = u.due_at
FROM unnest(?::bytea[], ?::bigint[], ?::bigint[]) AS u (state, due_at, row)
WHERE p.shard = (u.row & 1023)::integer AND p.row = u.row

-- put_told
UPDATE people AS p SET state = u.state, due_at = u.due_at, traits = u.traits, updated_at = u.updated_at
FROM unnest(?::bytea[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[]) AS u (state, due_at, traits, updated_at, row)
WHERE p.shard = (u.row & 1023)::integer AND p.row = u.row

-- insert_message
INSERT INTO messages (id, site_id, received_at, shard)
SELECT * FROM unnest(?::text[], ?::text[], ?::bigint[], ?::integer[]) AS u (id, site_id, received_at, shard)
ORDER BY u.shard, u.site_id, u.id
ON CONFLICT (id, site_id, shard) DO UPDATE SET received_at = excluded.received_at
WHERE messages.received_at < excluded.received_at - 604800000

-- insert_event
INSERT INTO events (shard, person, received_at, body)
SELECT (u.person & 1023)::integer, u.person, u.received_at, u.body
FROM unnest(?::bigint[], ?::bigint[], ?::text[]) AS u (person, received_at, body)

-- insert_enrollment
INSERT INTO enrollments (id, journey_id, site_id, person_id, anonymous, rotation, status, node_id, revision,
  enrolled_at, exit_reason, ended_at, goal_met_at, due_at, outcome, shard)
SELECT u.* FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[], ?::bigint[], ?::text[], ?::text[],
  ?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::integer[])
  AS u (id, journey_id, site_id, person_id, anonymous, rotation, status, node_id, revision, enrolled_at, exit_reason,
    ended_at, goal_met_at, due_at, outcome, shard)
JOIN journeys AS j ON j.id = u.journey_id

-- move_enrollment
UPDATE enrollments AS e SET node_id = u.node_id, revision = u.revision, due_at = u.due_at, goal_met_at = u.goal_met_at
FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::integer[])
  AS u (node_id, revision, due_at, goal_met_at, id, shard)
WHERE e.shard = u.shard AND e.id = u.id

-- end_enrollment
UPDATE enrollments AS e SET status = u.status, exit_reason = u.exit_reason, ended_at = u.ended_at, node_id = u.node_id,
  goal_met_at = u.goal_met_at, outcome = u.outcome, revision = coalesce(u.revision, e.revision), due_at = NULL
FROM unnest(?::text[], ?::text[], ?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::bigint[], ?::text[],
  ?::integer[]) AS u (status, exit_reason, ended_at, node_id, goal_met_at, outcome, revision, id, shard)
WHERE e.shard = u.shard AND e.id = u.id

-- insert_step
INSERT INTO steps (enrollment_id, seq, node_id, node_type, entered_at, left_at, label, target, cause, cause_ref,
  revision, ended, detail, shard)
SELECT * FROM unnest(?::text[], ?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::text[],
  ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::integer[])

-- insert_delivery
INSERT INTO deliveries (id, journey_id, enrollment_id, node_id, person, content_id, content_type, status, created_at,
  updated_at, shard)
SELECT u.*, (u.person & 1023)::integer FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[],
  ?::text[], ?::text[], ?::bigint[], ?::bigint[])
  AS u (id, journey_id, enrollment_id, node_id, person, content_id, content_type, status, created_at, updated_at)

-- set_delivery
UPDATE deliveries AS d SET status = u.status, updated_at = u.at
FROM unnest(?::text[], ?::bigint[], ?::text[], ?::integer[]) AS u (status, at, id, shard)
WHERE d.shard = u.shard AND d.id = u.id

-- insert_outbox
INSERT INTO outbox (id, person, type, at, data)
SELECT * FROM unnest(?::text[], ?::bigint[], ?::text[], ?::bigint[], ?::text[])
ON CONFLICT (id) DO NOTHING

-- count_steps
INSERT INTO step_counts (journey_id, node_id, label, ended, slot, n)
SELECT u.journey_id, u.node_id, u.label, u.ended, current_setting('jcli.slot')::integer, u.n
FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[]) AS u (journey_id, node_id, label, ended, n)
ON CONFLICT (journey_id, node_id, label, ended, slot) DO UPDATE SET n = step_counts.n + excluded.n

-- count_times
INSERT INTO step_times (journey_id, node_id, bucket, slot, n)
SELECT u.journey_id, u.node_id, u.bucket, current_setting('jcli.slot')::integer, u.n
FROM unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[]) AS u (journey_id, node_id, bucket, n)
ON CONFLICT (journey_id, node_id, bucket, slot) DO UPDATE SET n = step_times.n + excluded.n

-- count_splits
INSERT INTO split_counts (journey_id, node_id, label, slot, entered, goals)
SELECT u.journey_id, u.node_id, u.label, current_setting('jcli.slot')::integer, u.entered, u.goals
FROM unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[]) AS u (journey_id, node_id, label, entered, goals)
ON CONFLICT (journey_id, node_id, label, slot)
DO UPDATE SET entered = split_counts.entered + excluded.entered, goals = split_counts.goals + excluded.goals

-- count_goals
INSERT INTO goal_counts (journey_id, slot, n)
SELECT u.journey_id, current_setting('jcli.slot')::integer, u.n FROM unnest(?::text[], ?::bigint[]) AS u (journey_id, n)
ON CONFLICT (journey_id, slot) DO UPDATE SET n = goal_counts.n + excluded.n

-- count_revisions
INSERT INTO enrollment_revisions (journey_id, revision, slot, n)
SELECT u.journey_id, u.revision, current_setting('jcli.slot')::integer, u.n
FROM unnest(?::text[], ?::bigint[], ?::bigint[]) AS u (journey_id, revision, n)
ON CONFLICT (journey_id, revision, slot) DO UPDATE SET n = enrollment_revisions.n + excluded.n

-- in_progress
SELECT p.row, e.enrolled_at, e.id
FROM enrollments AS e JOIN people AS p
ON p.shard = e.shard AND p.id = e.person_id AND p.anonymous = e.anonymous AND p.site_id = e.site_id
WHERE e.journey_id = ?1 AND e.status = 'in_progress' AND (e.enrolled_at < ?2 OR (e.enrolled_at = ?2 AND e.id > ?3))
ORDER BY e.enrolled_at DESC, e.id LIMIT ?4

-- take_enrollments
DELETE FROM enrollments WHERE shard = ?1 AND person_id = ?2 AND anonymous AND site_id = ?3
RETURNING id, journey_id, site_id, person_id, anonymous, rotation, status, node_id, revision, enrolled_at, exit_reason,
  ended_at, goal_met_at, due_at, outcome

-- take_steps
DELETE FROM steps WHERE shard = ?1 AND enrollment_id = ANY(?2)
RETURNING enrollment_id, seq, node_id, node_type, entered_at, left_at, label, target, cause, cause_ref, revision, ended,
  detail

-- take_deliveries
DELETE FROM deliveries WHERE shard = ?1 AND person = ?2
RETURNING id, journey_id, enrollment_id, node_id, person, content_id, content_type, status, created_at, updated_at

-- take_job
SELECT id, kind, journey_id, state, done, total, at, place FROM jobs
WHERE state = 'running' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
