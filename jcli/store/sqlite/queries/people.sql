-- person
SELECT created_at, id, site_id, anonymous, traits, updated_at FROM people

-- sites_knowing
SELECT site_id FROM people WHERE id = ? AND anonymous = 0 ORDER BY site_id

-- count
INSERT INTO people_counts (site_id, n) VALUES (?, max(?, 0)) ON CONFLICT (site_id) DO UPDATE SET n = n + ?2

-- total
SELECT coalesce(sum(n), 0) FROM people_counts

-- total_of_sites
SELECT coalesce(sum(n), 0) FROM people_counts WHERE site_id IN (SELECT value FROM json_each(?))
