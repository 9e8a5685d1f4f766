PRAGMA defer_foreign_keys = ON;

CREATE TABLE people_by_row (
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
-- Enrollments that were entered by hand before anything moved them stand on their trigger: a timer lets them go on.
INSERT INTO people_by_row (row, id, anonymous, site_id, traits, created_at, updated_at, due_at, state)
SELECT p.rowid, p.id, p.anonymous, p.site_id, p.traits, p.created_at, p.updated_at,
  (SELECT min(e.enrolled_at) FROM enrollments e WHERE e.person_id = p.id AND e.anonymous = p.anonymous
    AND e.site_id = p.site_id AND e.status = 'in_progress' AND e.node_id IS NOT NULL),
  CASE WHEN EXISTS (SELECT 1 FROM enrollments e WHERE e.person_id = p.id AND e.anonymous = p.anonymous
    AND e.site_id = p.site_id)
  THEN CAST(json_object('version', 1, 'enrollments',
    (SELECT json_group_array(json_array(e.id, e.journey_id, e.rotation, e.revision, e.enrolled_at, e.node_id,
        coalesce((SELECT n.type FROM nodes n WHERE n.journey_id = e.journey_id AND n.id = e.node_id), 'TRIGGER'),
        e.enrolled_at, 0, e.enrolled_at, NULL, NULL, e.goal_met_at, json('{}'), json('[]')))
      FROM enrollments e WHERE e.person_id = p.id AND e.anonymous = p.anonymous AND e.site_id = p.site_id
        AND e.status = 'in_progress' AND e.node_id IS NOT NULL),
    'entries',
    (SELECT json_group_object(journey_id, json_array(rotation, enrolled_at)) FROM
      (SELECT e.journey_id, max(e.rotation) AS rotation, max(e.enrolled_at) AS enrolled_at FROM enrollments e
        WHERE e.person_id = p.id AND e.anonymous = p.anonymous AND e.site_id = p.site_id GROUP BY e.journey_id)),
    'dueAt',
    (SELECT min(e.enrolled_at) FROM enrollments e WHERE e.person_id = p.id AND e.anonymous = p.anonymous
      AND e.site_id = p.site_id AND e.status = 'in_progress' AND e.node_id IS NOT NULL)) AS BLOB)
  END
FROM people p;
DROP TABLE people;
ALTER TABLE people_by_row RENAME TO people;
CREATE UNIQUE INDEX people_by_id ON people (id, anonymous, site_id);
CREATE INDEX people_newest ON people (created_at DESC, id, site_id, anonymous);
CREATE INDEX people_of_site ON people (site_id, created_at DESC, id, anonymous);
CREATE INDEX people_due ON people (due_at) WHERE due_at IS NOT NULL;

ALTER TABLE journeys ADD COLUMN live_since INTEGER;
ALTER TABLE revisions ADD COLUMN node_map TEXT NOT NULL DEFAULT '{}';
ALTER TABLE enrollments ADD COLUMN outcome TEXT;

CREATE TABLE catalogue (
  row INTEGER PRIMARY KEY CHECK (row = 1),
  token BLOB NOT NULL
) STRICT;
INSERT INTO catalogue (row, token) VALUES (1, randomblob(12));

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
INSERT INTO enrollment_revisions (journey_id, revision, n)
SELECT journey_id, revision, count(*) FROM enrollments WHERE status = 'in_progress' GROUP BY 1, 2;

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
