-- journey
SELECT j.created_at, j.id, j.name, j.site_id, j.description, j.audience_id, j.allow_anonymous, j.settings,
  j.goal_config, j.managed_by, j.status, j.version, j.revision, j.fingerprint, j.node_count, j.edge_count,
  j.updated_at, j.live_since, t.n
FROM journeys j LEFT JOIN enrollment_totals t ON t.journey_id = j.id

-- nodes
SELECT id, type, content_id, config, x, y FROM nodes WHERE journey_id = ? ORDER BY ordinal

-- edges
SELECT id, source, target, label FROM edges WHERE journey_id = ? ORDER BY ordinal

-- backfill
SELECT state, done, total FROM jobs WHERE journey_id = ? AND kind = 'backfill' ORDER BY id DESC LIMIT 1

-- states
SELECT j.id, j.name, j.site_id, j.fingerprint, j.status, j.version, coalesce(t.n, 0)
FROM journeys j LEFT JOIN enrollment_totals t ON t.journey_id = j.id

-- before
SELECT id, site_id, status, revision, canvas_digest FROM journeys WHERE id IN (SELECT value FROM json_each(?))

-- insert
INSERT INTO journeys (id, name, site_id, description, audience_id, allow_anonymous, settings, goal_config, managed_by,
  fingerprint, canvas_digest, revision, node_count, edge_count, updated_at, status, created_at, version)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?15, 1)

-- update
UPDATE journeys SET name = ?2, site_id = ?3, description = ?4, audience_id = ?5, allow_anonymous = ?6, settings = ?7,
  goal_config = ?8, managed_by = ?9, fingerprint = ?10, canvas_digest = ?11, revision = ?12, node_count = ?13,
  edge_count = ?14, updated_at = ?15, version = version + 1
WHERE id = ?1

-- delete_edges
DELETE FROM edges WHERE journey_id IN (SELECT value FROM json_each(?))

-- delete_nodes
DELETE FROM nodes WHERE journey_id IN (SELECT value FROM json_each(?))

-- insert_node
INSERT INTO nodes (journey_id, id, ordinal, type, content_id, config, x, y) VALUES (?, ?, ?, ?, ?, ?, ?, ?)

-- insert_edge
INSERT INTO edges (journey_id, ordinal, id, source, target, label) VALUES (?, ?, ?, ?, ?, ?)

-- site_and_status
SELECT site_id, status FROM journeys WHERE id = ?

-- set_status
UPDATE journeys SET status = ?, updated_at = ?, version = version + 1 WHERE id = ?

-- count
INSERT INTO journey_counts (site_id, status, n) VALUES (?, ?, max(?, 0))
ON CONFLICT (site_id, status) DO UPDATE SET n = n + ?3

-- total
SELECT coalesce(sum(n), 0) FROM journey_counts WHERE ?1 IS NULL OR status = ?1

-- total_of_sites
SELECT coalesce(sum(n), 0) FROM journey_counts
WHERE site_id IN (SELECT value FROM json_each(?2)) AND (?1 IS NULL OR status = ?1)

-- insert_revision
INSERT INTO revisions (journey_id, number, nodes, edges, created_at, author, door, node_map)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)

-- revision
SELECT journey_id, number, nodes, edges, created_at, author, door FROM revisions WHERE journey_id = ? AND number = ?

-- revisions
SELECT journey_id, number, '[]', '[]', created_at, author, door FROM revisions
WHERE journey_id = ? AND number < ? ORDER BY number DESC LIMIT ? OFFSET ?

-- revision_count
SELECT coalesce(max(number), 0) FROM revisions WHERE journey_id = ?
