-- one
{journey} WHERE j.id = ?

-- nodes
SELECT id, type, content_id, config, x, y FROM nodes WHERE journey_id = ? ORDER BY ordinal

-- edges
SELECT id, source, target, label FROM edges WHERE journey_id = ? ORDER BY ordinal

-- backfill
SELECT state, done, total FROM jobs WHERE journey_id = ? AND kind = 'backfill' ORDER BY id DESC LIMIT 1

-- before
SELECT id, site_id, status, revision, canvas_digest FROM journeys WHERE id {among ?}

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
DELETE FROM edges WHERE journey_id {among ?}

-- delete_nodes
DELETE FROM nodes WHERE journey_id {among ?}

-- site_and_status
SELECT site_id, status FROM journeys WHERE id = ?

-- set_status
UPDATE journeys SET status = ?, updated_at = ?, version = version + 1 WHERE id = ?

-- count
INSERT INTO journey_counts (site_id, status, n) VALUES (?1, ?2, ?3)
ON CONFLICT (site_id, status) DO UPDATE SET n = journey_counts.n + ?4

-- total
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM journey_counts WHERE CAST(?1 AS TEXT) IS NULL OR status = ?1

-- total_of_sites
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM journey_counts
WHERE site_id {among ?2} AND (CAST(?1 AS TEXT) IS NULL OR status = ?1)

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
