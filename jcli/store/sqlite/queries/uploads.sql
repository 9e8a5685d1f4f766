-- put
INSERT INTO uploads (owner, id, parts, expires_at) VALUES (?, ?, ?, ?)
ON CONFLICT (owner, id) DO UPDATE SET expires_at = excluded.expires_at

-- one
SELECT id, parts, expires_at FROM uploads WHERE owner = ? AND id = ?

-- put_part
INSERT INTO upload_parts (owner, digest, content) VALUES (?, ?, ?) ON CONFLICT (owner, digest) DO NOTHING

-- held
SELECT digest FROM upload_parts WHERE owner = ?1 AND digest IN (SELECT value FROM json_each(?2))

-- part
SELECT content FROM upload_parts WHERE owner = ? AND digest = ?

-- bytes
SELECT coalesce(sum(length(content)), 0) FROM upload_parts WHERE owner = ?

-- expire
DELETE FROM uploads WHERE expires_at <= ?

-- drop_surplus
DELETE FROM uploads WHERE owner = ?1 AND id NOT IN
  (SELECT id FROM uploads WHERE owner = ?1 ORDER BY expires_at DESC, id LIMIT ?2)

-- drop_loose_parts
DELETE FROM upload_parts WHERE NOT EXISTS
  (SELECT 1 FROM uploads, json_each(uploads.parts)
   WHERE uploads.owner = upload_parts.owner AND json_each.value = upload_parts.digest)
