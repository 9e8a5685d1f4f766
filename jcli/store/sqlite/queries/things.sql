-- sites
SELECT created_at, id, version, fingerprint, updated_at, name, domains FROM sites

-- audiences
SELECT created_at, id, version, fingerprint, updated_at, name, rules, site_id FROM audiences

-- contents
SELECT created_at, id, version, fingerprint, updated_at, content_type, name, body FROM contents

-- put_site
INSERT INTO sites (id, name, domains, version, fingerprint, created_at, updated_at)
VALUES (:id, :name, :domains, 1, :fingerprint, :now, :now)
ON CONFLICT (id) DO UPDATE SET
  name = excluded.name, domains = excluded.domains,
  version = version + 1, fingerprint = excluded.fingerprint, updated_at = excluded.updated_at

-- put_audience
INSERT INTO audiences (id, name, rules, site_id, version, fingerprint, created_at, updated_at)
VALUES (:id, :name, :rules, :site_id, 1, :fingerprint, :now, :now)
ON CONFLICT (id) DO UPDATE SET
  name = excluded.name, rules = excluded.rules, site_id = excluded.site_id,
  version = version + 1, fingerprint = excluded.fingerprint, updated_at = excluded.updated_at

-- put_content
INSERT INTO contents (id, content_type, name, body, version, fingerprint, created_at, updated_at)
VALUES (:id, :content_type, :name, :body, 1, :fingerprint, :now, :now)
ON CONFLICT (id) DO UPDATE SET
  content_type = excluded.content_type, name = excluded.name, body = excluded.body,
  version = version + 1, fingerprint = excluded.fingerprint, updated_at = excluded.updated_at

-- count
INSERT INTO thing_counts (kind, site_id, n) VALUES (?, ?, max(?, 0))
ON CONFLICT (kind, site_id) DO UPDATE SET n = n + ?3

-- total
SELECT coalesce(sum(n), 0) FROM thing_counts WHERE kind = ?

-- total_of_sites
SELECT coalesce(sum(n), 0) FROM thing_counts WHERE kind = ? AND site_id IN (SELECT value FROM json_each(?))

-- known_sites
SELECT id FROM sites WHERE id IN (SELECT value FROM json_each(?))

-- naming_site
SELECT 'journey', id, name FROM journeys WHERE site_id = ?1
UNION ALL SELECT 'audience', id, name FROM audiences WHERE site_id = ?1 ORDER BY 3, 2

-- naming_audience
SELECT 'journey', id, name FROM journeys WHERE audience_id = ?1 ORDER BY name, id

-- naming_content
SELECT DISTINCT 'journey', j.id, j.name FROM nodes n JOIN journeys j ON j.id = n.journey_id WHERE n.content_id = ?1
ORDER BY j.name, j.id
