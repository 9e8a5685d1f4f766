-- person
SELECT created_at, id, site_id, anonymous, traits, updated_at FROM people

-- sites_knowing
SELECT site_id FROM people WHERE id = ? AND NOT anonymous ORDER BY site_id

-- total
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM people_counts

-- total_of_sites
SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM people_counts WHERE site_id {among ?}
