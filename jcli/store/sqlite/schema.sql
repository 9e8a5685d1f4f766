CREATE TABLE sites (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  domains TEXT NOT NULL,
  version INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sites_newest ON sites (created_at DESC, id);
CREATE TABLE audiences (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  rules TEXT NOT NULL,
  site_id TEXT,
  version INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX audiences_newest ON audiences (created_at DESC, id);
CREATE INDEX audiences_of_site ON audiences (site_id, created_at DESC, id);
CREATE TABLE contents (
  id TEXT NOT NULL PRIMARY KEY,
  content_type TEXT NOT NULL,
  name TEXT,
  body TEXT,
  version INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX contents_newest ON contents (created_at DESC, id);
CREATE TABLE thing_counts (
  kind TEXT NOT NULL,
  site_id TEXT NOT NULL,
  n INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (kind, site_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE journeys (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  site_id TEXT NOT NULL,
  description TEXT,
  audience_id TEXT,
  allow_anonymous INTEGER NOT NULL,
  settings TEXT NOT NULL,
  goal_config TEXT,
  managed_by TEXT NOT NULL,
  status TEXT NOT NULL,
  version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  canvas_digest TEXT NOT NULL,
  node_count INTEGER NOT NULL,
  edge_count INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
, live_since INTEGER) STRICT;
CREATE INDEX journeys_newest ON journeys (created_at DESC, id);
CREATE INDEX journeys_of_status ON journeys (status, created_at DESC, id);
CREATE INDEX journeys_of_site ON journeys (site_id, created_at DESC, id);
CREATE INDEX journeys_of_site_and_status ON journeys (site_id, status, created_at DESC, id);
CREATE TABLE journey_counts (
  site_id TEXT NOT NULL,
  status TEXT NOT NULL,
  n INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (site_id, status)
) STRICT, WITHOUT ROWID;
CREATE TABLE nodes (
  journey_id TEXT NOT NULL REFERENCES journeys (id),
  id TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  type TEXT NOT NULL,
  content_id TEXT,
  config TEXT NOT NULL,
  x REAL,
  y REAL,
  PRIMARY KEY (journey_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE edges (
  journey_id TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  label TEXT,
  PRIMARY KEY (journey_id, ordinal),
  FOREIGN KEY (journey_id, source) REFERENCES nodes (journey_id, id),
  FOREIGN KEY (journey_id, target) REFERENCES nodes (journey_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE revisions (
  journey_id TEXT NOT NULL REFERENCES journeys (id),
  number INTEGER NOT NULL,
  nodes TEXT NOT NULL,
  edges TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  author TEXT NOT NULL,
  door TEXT NOT NULL, node_map TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (journey_id, number)
) STRICT;
CREATE TRIGGER revisions_stay_as_they_are BEFORE UPDATE ON revisions
BEGIN SELECT RAISE(ABORT, 'a revision is immutable'); END;
CREATE TRIGGER revisions_stay BEFORE DELETE ON revisions
BEGIN SELECT RAISE(ABORT, 'a revision is never deleted'); END;
CREATE TABLE people_counts (
  site_id TEXT NOT NULL PRIMARY KEY,
  n INTEGER NOT NULL CHECK (n >= 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE enrollments (
  id TEXT NOT NULL PRIMARY KEY,
  journey_id TEXT NOT NULL REFERENCES journeys (id),
  site_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  anonymous INTEGER NOT NULL,
  rotation INTEGER NOT NULL,
  status TEXT NOT NULL,
  node_id TEXT,
  revision INTEGER NOT NULL,
  enrolled_at INTEGER NOT NULL,
  exit_reason TEXT,
  ended_at INTEGER,
  goal_met_at INTEGER,
  due_at INTEGER
, outcome TEXT) STRICT;
CREATE UNIQUE INDEX enrollments_once ON enrollments (person_id, journey_id, anonymous, rotation);
CREATE INDEX enrollments_newest ON enrollments (journey_id, enrolled_at DESC, id);
CREATE INDEX enrollments_of_status ON enrollments (journey_id, status, enrolled_at DESC, id);
CREATE INDEX enrollments_on_node ON enrollments (journey_id, status, node_id, enrolled_at DESC, id);
CREATE TABLE enrollment_counts (
  journey_id TEXT NOT NULL REFERENCES journeys (id),
  status TEXT NOT NULL,
  node_id TEXT NOT NULL,
  n INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (journey_id, status, node_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE enrollment_totals (
  journey_id TEXT NOT NULL PRIMARY KEY REFERENCES journeys (id),
  n INTEGER NOT NULL CHECK (n >= 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE sync_bases (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  form TEXT NOT NULL,
  names TEXT NOT NULL,
  file TEXT NOT NULL,
  git_commit TEXT,
  synced_at INTEGER NOT NULL,
  PRIMARY KEY (kind, key)
) STRICT;
CREATE UNIQUE INDEX sync_bases_of_thing ON sync_bases (kind, id);
CREATE TABLE audit_log (
  row INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  door TEXT NOT NULL,
  verb TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX audit_log_of_subject ON audit_log (kind, subject, number);
CREATE TRIGGER audit_log_stays_as_it_is BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_log_stays BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TABLE answers (
  principal TEXT NOT NULL,
  key TEXT NOT NULL,
  request TEXT NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL,
  body BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (principal, key)
) STRICT;
CREATE INDEX answers_by_age ON answers (created_at);
CREATE TABLE "people" (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  anonymous INTEGER NOT NULL,
  site_id TEXT NOT NULL,
  traits TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  due_at INTEGER,
  state BLOB
) STRICT;
CREATE UNIQUE INDEX people_by_id ON people (id, anonymous, site_id);
CREATE INDEX people_newest ON people (created_at DESC, id, site_id, anonymous);
CREATE INDEX people_of_site ON people (site_id, created_at DESC, id, anonymous);
CREATE INDEX people_due ON people (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE catalogue (
  row INTEGER PRIMARY KEY CHECK (row = 1),
  token BLOB NOT NULL
) STRICT;
CREATE TABLE messages (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  site_id TEXT NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX messages_by_id ON messages (id, site_id);
CREATE TABLE events (
  row INTEGER PRIMARY KEY,
  person INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX events_of_person ON events (person);
CREATE TABLE steps (
  row INTEGER PRIMARY KEY,
  enrollment_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  node_id TEXT NOT NULL,
  node_type TEXT NOT NULL,
  entered_at INTEGER NOT NULL,
  left_at INTEGER NOT NULL,
  label TEXT,
  target TEXT,
  cause TEXT NOT NULL,
  cause_ref TEXT,
  revision INTEGER NOT NULL,
  ended TEXT,
  detail TEXT
) STRICT;
CREATE UNIQUE INDEX steps_once ON steps (enrollment_id, seq);
CREATE TABLE deliveries (
  id TEXT NOT NULL PRIMARY KEY,
  journey_id TEXT NOT NULL,
  enrollment_id TEXT NOT NULL,
  node_id TEXT NOT NULL,
  person INTEGER NOT NULL,
  content_id TEXT,
  content_type TEXT,
  status TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX deliveries_of_person ON deliveries (person, status, created_at DESC, id);
CREATE INDEX deliveries_open ON deliveries (journey_id, id) WHERE status IN ('pending', 'shown');
CREATE TABLE step_counts (
  journey_id TEXT NOT NULL,
  node_id TEXT NOT NULL,
  label TEXT NOT NULL,
  ended TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (journey_id, node_id, label, ended)
) STRICT, WITHOUT ROWID;
CREATE TABLE step_times (
  journey_id TEXT NOT NULL,
  node_id TEXT NOT NULL,
  bucket INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (journey_id, node_id, bucket)
) STRICT, WITHOUT ROWID;
CREATE TABLE split_counts (
  journey_id TEXT NOT NULL,
  node_id TEXT NOT NULL,
  label TEXT NOT NULL,
  entered INTEGER NOT NULL,
  goals INTEGER NOT NULL,
  PRIMARY KEY (journey_id, node_id, label)
) STRICT, WITHOUT ROWID;
CREATE TABLE goal_counts (
  journey_id TEXT NOT NULL PRIMARY KEY,
  n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE enrollment_revisions (
  journey_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (journey_id, revision)
) STRICT, WITHOUT ROWID;
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  journey_id TEXT NOT NULL,
  state TEXT NOT NULL,
  done INTEGER NOT NULL,
  total INTEGER NOT NULL,
  at INTEGER NOT NULL,
  place TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_of_journey ON jobs (journey_id, kind, id);
CREATE INDEX jobs_running ON jobs (id) WHERE state = 'running';
CREATE TABLE outbox (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  person INTEGER NOT NULL,
  type TEXT NOT NULL,
  at INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_of_person ON outbox (person);
CREATE TABLE write_keys (
  site_id TEXT NOT NULL PRIMARY KEY REFERENCES sites (id) ON DELETE CASCADE,
  key TEXT NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER sites_have_a_write_key AFTER INSERT ON sites
BEGIN INSERT INTO write_keys (site_id, key) VALUES (NEW.id, lower(hex(randomblob(16)))); END;
CREATE TABLE protections (
  journey_id TEXT NOT NULL PRIMARY KEY REFERENCES journeys (id),
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE TABLE parcels (
  shard INTEGER NOT NULL,
  id TEXT NOT NULL,
  outcome BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (shard, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX parcels_by_age ON parcels (at);
