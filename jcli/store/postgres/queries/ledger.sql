-- drop_like
DELETE FROM sync_bases WHERE kind = ?1 AND (key = ?2 OR id = ?3)

-- put_base
INSERT INTO sync_bases (kind, key, id, fingerprint, form, names, file, git_commit, synced_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
