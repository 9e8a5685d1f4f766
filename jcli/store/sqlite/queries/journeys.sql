-- row
j.rowid

-- journey
SELECT j.created_at, j.id, j.name, j.site_id, j.description, j.audience_id, j.allow_anonymous, j.settings,
  j.goal_config, j.managed_by, j.status, j.version, j.revision, j.fingerprint, j.node_count, j.edge_count,
  j.updated_at, j.live_since, t.n
FROM journeys j LEFT JOIN enrollment_totals t ON t.journey_id = j.id

-- states
SELECT j.id, j.name, j.site_id, j.fingerprint, j.status, j.version, coalesce(t.n, 0)
FROM journeys j LEFT JOIN enrollment_totals t ON t.journey_id = j.id

-- insert_node
INSERT INTO nodes (journey_id, id, ordinal, type, content_id, config, x, y) VALUES (?, ?, ?, ?, ?, ?, ?, ?)

-- insert_edge
INSERT INTO edges (journey_id, ordinal, id, source, target, label) VALUES (?, ?, ?, ?, ?, ?)
