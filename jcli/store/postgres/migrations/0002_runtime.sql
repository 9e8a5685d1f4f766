CREATE TABLE catalogue (
  row integer PRIMARY KEY CHECK (row = 1),
  token bytea NOT NULL
);
INSERT INTO catalogue (row, token) VALUES (1, uuid_send(gen_random_uuid()));

CREATE TABLE messages (
  shard integer NOT NULL,
  id text COLLATE "C" NOT NULL,
  site_id text COLLATE "C" NOT NULL,
  received_at bigint NOT NULL,
  PRIMARY KEY (id, site_id, shard)
) PARTITION BY HASH (shard);
SELECT divide('messages');
CREATE INDEX messages_by_age ON messages (received_at);

CREATE SEQUENCE event_rows;
CREATE TABLE events (
  shard integer NOT NULL,
  row bigint NOT NULL DEFAULT nextval('event_rows'),
  person bigint NOT NULL,
  received_at bigint NOT NULL,
  body text NOT NULL
) PARTITION BY HASH (shard);
SELECT divide('events');
CREATE INDEX events_of_person ON events (person, row);
CREATE INDEX events_in_order ON events (row);

CREATE TABLE steps (
  shard integer NOT NULL,
  enrollment_id text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  node_id text COLLATE "C" NOT NULL,
  node_type text NOT NULL,
  entered_at bigint NOT NULL,
  left_at bigint NOT NULL,
  label text,
  target text,
  cause text NOT NULL,
  cause_ref text,
  revision bigint NOT NULL,
  ended text,
  detail text,
  PRIMARY KEY (enrollment_id, seq, shard)
) PARTITION BY HASH (shard);
SELECT divide('steps');

CREATE TABLE deliveries (
  shard integer NOT NULL,
  id text COLLATE "C" NOT NULL,
  journey_id text COLLATE "C" NOT NULL,
  enrollment_id text COLLATE "C" NOT NULL,
  node_id text COLLATE "C" NOT NULL,
  person bigint NOT NULL,
  content_id text COLLATE "C",
  content_type text,
  status text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (id, shard)
) PARTITION BY HASH (shard);
SELECT divide('deliveries');
CREATE INDEX deliveries_of_person ON deliveries (person, status, created_at DESC, id);
CREATE INDEX deliveries_open ON deliveries (journey_id, id) WHERE status IN ('pending', 'shown');

CREATE TABLE step_counts (
  journey_id text COLLATE "C",
  node_id text COLLATE "C",
  label text COLLATE "C",
  ended text COLLATE "C",
  slot integer,
  n bigint NOT NULL,
  PRIMARY KEY (journey_id, node_id, label, ended, slot)
);

CREATE TABLE step_times (
  journey_id text COLLATE "C",
  node_id text COLLATE "C",
  bucket bigint,
  slot integer,
  n bigint NOT NULL,
  PRIMARY KEY (journey_id, node_id, bucket, slot)
);

CREATE TABLE split_counts (
  journey_id text COLLATE "C",
  node_id text COLLATE "C",
  label text COLLATE "C",
  slot integer,
  entered bigint NOT NULL,
  goals bigint NOT NULL,
  PRIMARY KEY (journey_id, node_id, label, slot)
);

CREATE TABLE goal_counts (
  journey_id text COLLATE "C",
  slot integer,
  n bigint NOT NULL,
  PRIMARY KEY (journey_id, slot)
);

CREATE TABLE enrollment_revisions (
  journey_id text COLLATE "C",
  revision bigint,
  slot integer,
  n bigint NOT NULL,
  PRIMARY KEY (journey_id, revision, slot)
);

CREATE TABLE jobs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  journey_id text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  done bigint NOT NULL,
  total bigint NOT NULL,
  at bigint NOT NULL,
  place text NOT NULL,
  updated_at bigint NOT NULL
);
CREATE INDEX jobs_of_journey ON jobs (journey_id, kind, id);
CREATE INDEX jobs_running ON jobs (id) WHERE state = 'running';

CREATE TABLE outbox (
  row bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  person bigint NOT NULL,
  type text NOT NULL,
  at bigint NOT NULL,
  data text NOT NULL
);
CREATE INDEX outbox_of_person ON outbox (person);
