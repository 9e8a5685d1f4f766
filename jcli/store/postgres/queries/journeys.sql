-- row
j.id

-- journey
SELECT j.created_at, j.id, j.name, j.site_id, j.description, j.audience_id, j.allow_anonymous, j.settings,
  j.goal_config, j.managed_by, j.status, j.version, j.revision, j.fingerprint, j.node_count, j.edge_count,
  j.updated_at, j.live_since, (SELECT sum(n)::bigint FROM enrollment_totals AS t WHERE t.journey_id = j.id)
FROM journeys j

-- states
SELECT j.id, j.name, j.site_id, j.fingerprint, j.status, j.version,
  (SELECT coalesce(sum(n), 0)::bigint FROM enrollment_totals AS t WHERE t.journey_id = j.id)
FROM journeys j

-- insert_node
INSERT INTO nodes (journey_id, id, ordinal, type, content_id, config, x, y)
SELECT * FROM unnest(?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::float8[], ?::float8[])

-- insert_edge
INSERT INTO edges (journey_id, ordinal, id, source, target, label)
SELECT * FROM unnest(?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[])
