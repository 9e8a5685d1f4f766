-- keys_of
SELECT site_id, key FROM write_keys WHERE site_id {among ?}

-- site_of
SELECT sites.id, sites.name, sites.domains FROM write_keys JOIN sites ON sites.id = write_keys.site_id WHERE key = ?

-- put
UPDATE write_keys SET key = ? WHERE site_id = ?

-- all_domains
SELECT domains FROM sites WHERE domains <> '[]'
