-- marks
SELECT kind, key, id, fingerprint, file FROM sync_bases

-- base_of
SELECT kind, key, id, fingerprint, form, names, file, git_commit, synced_at FROM sync_bases
WHERE kind = ? AND id = ?

-- drop_base
DELETE FROM sync_bases WHERE kind = ? AND id = ?

-- protect
INSERT INTO protections (journey_id, reason, actor, at) VALUES (?, ?, ?, ?)
ON CONFLICT (journey_id) DO UPDATE SET reason = excluded.reason, actor = excluded.actor, at = excluded.at

-- unprotect
DELETE FROM protections WHERE journey_id = ?

-- protections
SELECT journey_id, reason, actor, at FROM protections

-- log
INSERT INTO audit_log (kind, subject, number, at, actor, door, verb, detail)
VALUES (?1, ?2, (SELECT coalesce(max(number), 0) + 1 FROM audit_log WHERE kind = ?1 AND subject = ?2), ?, ?, ?, ?, ?)

-- audit
SELECT number, at, actor, door, verb, kind, subject, detail FROM audit_log
WHERE kind = ? AND subject = ? AND number < ? ORDER BY number DESC LIMIT ? OFFSET ?

-- audit_total
SELECT coalesce(max(number), 0) FROM audit_log WHERE kind = ? AND subject = ?

-- answer
SELECT request, status, headers, body, created_at FROM answers WHERE principal = ? AND key = ?

-- remember
INSERT INTO answers (principal, key, request, status, headers, body, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (principal, key) DO UPDATE SET request = excluded.request, status = excluded.status,
  headers = excluded.headers, body = excluded.body, created_at = excluded.created_at

-- forget_before
DELETE FROM answers WHERE created_at < ?
