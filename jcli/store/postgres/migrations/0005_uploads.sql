CREATE TABLE uploads (
  owner text COLLATE "C",
  id text COLLATE "C",
  parts text NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (owner, id)
);

CREATE TABLE upload_parts (
  owner text COLLATE "C",
  digest text COLLATE "C",
  content bytea NOT NULL,
  PRIMARY KEY (owner, digest)
);
