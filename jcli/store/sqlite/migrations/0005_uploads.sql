-- Large workspaces on their way in, part by part: each part once for each owner, under the digest of its bytes.
CREATE TABLE uploads (
  owner TEXT NOT NULL,
  id TEXT NOT NULL,
  parts TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE upload_parts (
  owner TEXT NOT NULL,
  digest TEXT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (owner, digest)
) STRICT;
