-- catalogue_changed
UPDATE catalogue SET token = randomblob(12)

-- rows_of
SELECT p.id, p.row FROM json_each(?) AS asked CROSS JOIN people AS p
ON p.id = asked.value AND p.anonymous = ? AND p.site_id = ?

-- people_of
SELECT p.row, p.id, p.anonymous, p.site_id, p.traits, p.state, p.due_at FROM json_each(?) AS asked
CROSS JOIN people AS p ON p.id = asked.value AND p.anonymous = ? AND p.site_id = ?

-- people_in
SELECT p.row, p.id, p.anonymous, p.site_id, p.traits, p.state, p.due_at FROM json_each(?) AS asked
CROSS JOIN people AS p ON p.row = asked.value

-- postpone
UPDATE people SET due_at = ? WHERE row = ?

-- known_messages
SELECT m.id FROM json_each(?) AS asked CROSS JOIN messages AS m ON m.id = asked.value AND m.site_id = ?
WHERE m.received_at >= ?

-- insert_person
INSERT INTO people (row, id, anonymous, site_id, traits, state, due_at, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)

-- put_state
UPDATE people SET state = ? WHERE row = ?

-- put_woken
UPDATE people SET state = ?, due_at = ? WHERE row = ?

-- put_told
UPDATE people SET state = ?, due_at = ?, traits = ?, updated_at = ? WHERE row = ?

-- insert_message
INSERT OR REPLACE INTO messages (id, site_id, received_at) VALUES (?, ?, ?)

-- insert_event
INSERT INTO events (person, received_at, body) VALUES (?, ?, ?)

-- insert_enrollment
INSERT INTO enrollments (id, journey_id, site_id, person_id, anonymous, rotation, status, node_id, revision,
  enrolled_at, exit_reason, ended_at, goal_met_at, due_at, outcome)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- move_enrollment
UPDATE enrollments SET node_id = ?, revision = ?, due_at = ?, goal_met_at = ? WHERE id = ?

-- end_enrollment
UPDATE enrollments SET status = ?, exit_reason = ?, ended_at = ?, node_id = ?, goal_met_at = ?, outcome = ?,
  revision = coalesce(?, revision), due_at = NULL
WHERE id = ?

-- hand_over_enrollments
UPDATE enrollments SET person_id = ?1, anonymous = 0,
  rotation = rotation + coalesce((SELECT value FROM json_each(?2) WHERE key = journey_id), 0)
WHERE person_id = ?3 AND anonymous = 1 AND site_id = ?4

-- hand_over_deliveries
UPDATE deliveries SET person = ? WHERE person = ?

-- insert_step
INSERT INTO steps (enrollment_id, seq, node_id, node_type, entered_at, left_at, label, target, cause, cause_ref,
  revision, ended, detail)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- insert_delivery
INSERT INTO deliveries (id, journey_id, enrollment_id, node_id, person, content_id, content_type, status, created_at,
  updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- set_delivery
UPDATE deliveries SET status = ?, updated_at = ? WHERE id = ?

-- insert_outbox
INSERT OR IGNORE INTO outbox (id, person, type, at, data) VALUES (?, ?, ?, ?, ?)

-- count_steps
INSERT INTO step_counts (journey_id, node_id, label, ended, n) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET n = n + excluded.n

-- count_times
INSERT INTO step_times (journey_id, node_id, bucket, n) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n

-- count_splits
INSERT INTO split_counts (journey_id, node_id, label, entered, goals) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET entered = entered + excluded.entered, goals = goals + excluded.goals

-- count_goals
INSERT INTO goal_counts (journey_id, n) VALUES (?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n

-- count_revisions
INSERT INTO enrollment_revisions (journey_id, revision, n) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET n = n + excluded.n

-- in_progress
SELECT p.row, e.enrolled_at, e.id
FROM enrollments AS e CROSS JOIN people AS p
ON p.id = e.person_id AND p.anonymous = e.anonymous AND p.site_id = e.site_id
WHERE e.journey_id = ? AND e.status = 'in_progress' AND (e.enrolled_at < ?2 OR (e.enrolled_at = ?2 AND e.id > ?3))
ORDER BY e.enrolled_at DESC, e.id LIMIT ?
