-- put_base
INSERT OR REPLACE INTO sync_bases (kind, key, id, fingerprint, form, names, file, git_commit, synced_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
