-- sites
SELECT created_at, id, version, fingerprint, updated_at, name, domains FROM sites

-- audiences
SELECT created_at, id, version, fingerprint, updated_at, name, rules, site_id FROM audiences

-- contents
SELECT created_at, id, version, fingerprint, updated_at, content_type, name, body FROM contents

-- put_site
INSERT INTO sites (id, name, domains, version, fingerprint, created_at, updated_at)
VALUES (?1, ?4, ?5, 1, ?2, ?3, ?3)
ON CONFLICT (id) DO UPDATE SET
  name = excluded.name, domains = excluded.domains,
  version = sites.version + 1, fingerprint = excluded.fingerprint, updated_at = excluded.updated_at

-- put_audience
INSERT INTO audiences (id, name, rules, site_id, version, fingerprint, created_at, updated_at)
VALUES (?1, ?4, ?5, ?6, 1, ?2, ?3, ?3)
ON CONFLICT (id) DO UPDATE SET
  name = excluded.name, rules = excluded.rules, site_id = excluded.site_id,
  version = audiences.version + 1, fingerprint = excluded.fingerprint, updated_at = excluded.updated_at

-- put_content
INSERT INTO contents (id, content_type, name, body, version, fingerprint, created_at, updated_at)
VALUES (?1, ?4, ?5, ?6, 1, ?2, ?3, ?3)
ON CONFLICT (id) DO UPDATE SET
  content_type = excluded.content_type, name = excluded.name, body = excluded.body,
  version = contents.version + 1, fingerprint = excluded.fingerprint, updated_at = excluded.updated_at

-- count
INSERT INTO thing_counts (kind, site_id, n) VALUES (?1, ?2, ?3)
ON CONFLICT (kind, site_id) DO UPDATE SET n = thing_counts.n + ?4

-- total
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM thing_counts WHERE kind = ?

-- total_of_sites
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM thing_counts WHERE kind = ? AND site_id {among ?}

-- known_sites
SELECT id FROM sites WHERE id {among ?}

-- naming_site
SELECT 'journey', id, name FROM journeys WHERE site_id = ?1
UNION ALL SELECT 'audience', id, name FROM audiences WHERE site_id = ?1 ORDER BY 3, 2

-- naming_audience
SELECT 'journey', id, name FROM journeys WHERE audience_id = ?1 ORDER BY name, id

-- naming_content
SELECT DISTINCT 'journey', j.id, j.name FROM nodes n JOIN journeys j ON j.id = n.journey_id WHERE n.content_id = ?1
ORDER BY j.name, j.id
