-- person
SELECT row, state FROM people WHERE id = ? AND anonymous = ? AND site_id = ?

-- enrollments
SELECT journey_id, status, coalesce(node_id, ''), revision, goal_met_at IS NOT NULL, count(*) FROM enrollments
WHERE person_id = ? AND anonymous = ? AND site_id = ? GROUP BY 1, 2, 3, 4, 5

-- steps
SELECT e.journey_id, s.node_id, coalesce(s.label, ''), coalesce(s.ended, ''), s.left_at - s.entered_at
FROM enrollments AS e CROSS JOIN steps AS s ON s.enrollment_id = e.id
WHERE e.person_id = ? AND e.anonymous = ? AND e.site_id = ?

-- splits
SELECT DISTINCT e.id, e.journey_id, s.node_id, s.label, e.goal_met_at IS NOT NULL
FROM enrollments AS e CROSS JOIN steps AS s ON s.enrollment_id = e.id
WHERE e.person_id = ? AND e.anonymous = ? AND e.site_id = ? AND s.node_type = 'SPLIT' AND s.label IS NOT NULL

-- delete_steps
DELETE FROM steps WHERE enrollment_id IN
  (SELECT id FROM enrollments WHERE person_id = ? AND anonymous = ? AND site_id = ?)

-- delete_enrollments
DELETE FROM enrollments WHERE person_id = ? AND anonymous = ? AND site_id = ?

-- delete_deliveries
DELETE FROM deliveries WHERE person = ?

-- delete_events
DELETE FROM events WHERE person = ?

-- delete_outbox
DELETE FROM outbox WHERE person = ?

-- delete_person
DELETE FROM people WHERE row = ?

-- oldest_messages
SELECT row, received_at FROM messages ORDER BY row LIMIT ?

-- forget_messages
DELETE FROM messages WHERE row <= ? AND received_at < ?

-- oldest_events
SELECT row, received_at FROM events ORDER BY row LIMIT ?

-- forget_events
DELETE FROM events WHERE row <= ? AND received_at < ?

-- sent
DELETE FROM outbox WHERE row {among ?}
