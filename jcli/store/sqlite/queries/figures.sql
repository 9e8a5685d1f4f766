-- row
d.rowid

-- of_person
d.person = ?1

-- ledger
SELECT seq, node_id, node_type, entered_at, left_at, label, target, cause, cause_ref, revision, ended, detail
FROM steps WHERE enrollment_id = ? ORDER BY seq

-- split_labels
SELECT DISTINCT node_id, label FROM steps WHERE enrollment_id = ? AND node_type = 'SPLIT' AND label IS NOT NULL

-- delivery
SELECT d.created_at, d.id, d.journey_id, d.enrollment_id, d.node_id, p.site_id, p.id, p.anonymous, d.content_id,
  d.content_type, d.status, d.updated_at
FROM deliveries AS d JOIN people AS p ON p.row = d.person

-- events_of
SELECT row, received_at, body FROM events WHERE person = ? AND row > ? ORDER BY row LIMIT ?

-- events_after
SELECT e.row, p.site_id, e.received_at, e.body FROM events AS e CROSS JOIN people AS p ON p.row = e.person
WHERE e.row > ? ORDER BY e.row LIMIT ?
