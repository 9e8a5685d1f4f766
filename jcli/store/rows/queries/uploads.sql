-- put
INSERT INTO uploads (owner, id, parts, expires_at) VALUES (?, ?, ?, ?)
ON CONFLICT (owner, id) DO UPDATE SET expires_at = excluded.expires_at

-- one
SELECT id, parts, expires_at FROM uploads WHERE owner = ? AND id = ?

-- put_part
INSERT INTO upload_parts (owner, digest, content) VALUES (?, ?, ?) ON CONFLICT (owner, digest) DO NOTHING

-- held
SELECT digest FROM upload_parts WHERE owner = ?1 AND digest {among ?2}

-- part
SELECT content FROM upload_parts WHERE owner = ? AND digest = ?

-- bytes
SELECT CAST(coalesce(sum(length(content)), 0) AS BIGINT) FROM upload_parts WHERE owner = ?

-- expire
DELETE FROM uploads WHERE expires_at <= ?

-- drop_surplus
DELETE FROM uploads WHERE owner = ?1 AND id NOT IN
  (SELECT id FROM uploads WHERE owner = ?1 ORDER BY expires_at DESC, id LIMIT ?2)
