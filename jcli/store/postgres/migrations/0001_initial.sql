-- What sorts is compared byte by byte (COLLATE "C"), so that lists are in one order on every database and every machine.
-- Tables of people and of what is theirs carry `shard`, a number from 0 to 1023 that follows from the person, and are
-- divided by it; every unique key names it, so that a distributed PostgreSQL can place them by that column.

CREATE FUNCTION shard_of(site text, person text) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT ('x' || left(encode(sha256(convert_to(site || chr(10) || person, 'UTF8')), 'hex'), 4))::bit(16)::integer & 1023
$$;

CREATE FUNCTION divide(name text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  parts integer := coalesce(nullif(current_setting('jcli.partitions', true), ''), '16')::integer;
BEGIN
  FOR part IN 0..parts - 1 LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS %s, REMAINDER %s)',
      name || '_' || part, name, parts, part);
  END LOOP;
END
$$;

-- Counters are spread over slots, so that those who write at the same time do not wait for each other. A transaction
-- has a slot to itself; a count is the sum over all slots. With one writer there is one slot.
CREATE FUNCTION free_slot() RETURNS integer
LANGUAGE plpgsql AS $$
BEGIN
  FOR slot IN 0..31 LOOP
    IF pg_try_advisory_xact_lock(1245924425, 16 + slot) THEN
      RETURN slot;
    END IF;
  END LOOP;
  PERFORM pg_advisory_xact_lock(1245924425, 16 + pg_backend_pid() % 32);
  RETURN pg_backend_pid() % 32;
END
$$;

CREATE FUNCTION stays_as_it_is() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TABLE sites (
  id text COLLATE "C" PRIMARY KEY,
  name text COLLATE "C" NOT NULL,
  domains text NOT NULL,
  version bigint NOT NULL,
  fingerprint text NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL
);
CREATE INDEX sites_newest ON sites (created_at DESC, id);

CREATE TABLE audiences (
  id text COLLATE "C" PRIMARY KEY,
  name text COLLATE "C" NOT NULL,
  rules text NOT NULL,
  site_id text COLLATE "C",
  version bigint NOT NULL,
  fingerprint text NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL
);
CREATE INDEX audiences_newest ON audiences (created_at DESC, id);
CREATE INDEX audiences_of_site ON audiences (site_id, created_at DESC, id);

CREATE TABLE contents (
  id text COLLATE "C" PRIMARY KEY,
  content_type text NOT NULL,
  name text COLLATE "C",
  body text,
  version bigint NOT NULL,
  fingerprint text NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL
);
CREATE INDEX contents_newest ON contents (created_at DESC, id);

CREATE TABLE thing_counts (
  kind text COLLATE "C",
  site_id text COLLATE "C",
  n bigint NOT NULL CHECK (n >= 0),
  PRIMARY KEY (kind, site_id)
);

CREATE TABLE journeys (
  id text COLLATE "C" PRIMARY KEY,
  name text COLLATE "C" NOT NULL,
  site_id text COLLATE "C" NOT NULL,
  description text,
  audience_id text COLLATE "C",
  allow_anonymous boolean NOT NULL,
  settings text NOT NULL,
  goal_config text,
  managed_by text NOT NULL,
  status text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  revision bigint NOT NULL,
  fingerprint text NOT NULL,
  canvas_digest text NOT NULL,
  node_count bigint NOT NULL,
  edge_count bigint NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  live_since bigint
);
CREATE INDEX journeys_newest ON journeys (created_at DESC, id);
CREATE INDEX journeys_of_status ON journeys (status, created_at DESC, id);
CREATE INDEX journeys_of_site ON journeys (site_id, created_at DESC, id);
CREATE INDEX journeys_of_site_and_status ON journeys (site_id, status, created_at DESC, id);
CREATE INDEX journeys_of_audience ON journeys (audience_id);

CREATE TABLE journey_counts (
  site_id text COLLATE "C",
  status text COLLATE "C",
  n bigint NOT NULL CHECK (n >= 0),
  PRIMARY KEY (site_id, status)
);

CREATE TABLE nodes (
  journey_id text COLLATE "C" REFERENCES journeys (id),
  id text COLLATE "C",
  ordinal bigint NOT NULL,
  type text NOT NULL,
  content_id text COLLATE "C",
  config text NOT NULL,
  x double precision,
  y double precision,
  PRIMARY KEY (journey_id, id)
);
CREATE INDEX nodes_of_content ON nodes (content_id);

CREATE TABLE edges (
  journey_id text COLLATE "C",
  ordinal bigint,
  id text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL,
  target text COLLATE "C" NOT NULL,
  label text,
  PRIMARY KEY (journey_id, ordinal),
  FOREIGN KEY (journey_id, source) REFERENCES nodes (journey_id, id),
  FOREIGN KEY (journey_id, target) REFERENCES nodes (journey_id, id)
);
CREATE INDEX edges_from ON edges (journey_id, source);
CREATE INDEX edges_to ON edges (journey_id, target);

CREATE TABLE revisions (
  journey_id text COLLATE "C" REFERENCES journeys (id),
  number bigint,
  nodes text NOT NULL,
  edges text NOT NULL,
  created_at bigint NOT NULL,
  author text NOT NULL,
  door text NOT NULL,
  node_map text NOT NULL DEFAULT '{}',
  PRIMARY KEY (journey_id, number)
);
CREATE TRIGGER revisions_stay BEFORE UPDATE OR DELETE ON revisions FOR EACH ROW EXECUTE FUNCTION stays_as_it_is();

-- `row` is a number of its own times 1024 plus the shard: who knows the row knows the shard.
CREATE SEQUENCE person_rows;
CREATE TABLE people (
  shard integer NOT NULL,
  row bigint NOT NULL,
  id text COLLATE "C" NOT NULL,
  anonymous boolean NOT NULL,
  site_id text COLLATE "C" NOT NULL,
  traits text NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  due_at bigint,
  state bytea,
  PRIMARY KEY (row, shard)
) PARTITION BY HASH (shard);
SELECT divide('people');
CREATE UNIQUE INDEX people_by_id ON people (id, anonymous, site_id, shard);
CREATE INDEX people_newest ON people (created_at DESC, id, site_id, anonymous);
CREATE INDEX people_of_site ON people (site_id, created_at DESC, id, anonymous);
CREATE INDEX people_due ON people (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE people_counts (
  site_id text COLLATE "C",
  slot integer,
  n bigint NOT NULL,
  PRIMARY KEY (site_id, slot)
);

-- That the journey is there is asked when the row is written, and journeys are never deleted: a foreign key would lock
-- the journey's row for everybody who enters it.
CREATE TABLE enrollments (
  shard integer NOT NULL,
  id text COLLATE "C" NOT NULL,
  journey_id text COLLATE "C" NOT NULL,
  site_id text COLLATE "C" NOT NULL,
  person_id text COLLATE "C" NOT NULL,
  anonymous boolean NOT NULL,
  rotation bigint NOT NULL,
  status text COLLATE "C" NOT NULL,
  node_id text COLLATE "C",
  revision bigint NOT NULL,
  enrolled_at bigint NOT NULL,
  exit_reason text,
  ended_at bigint,
  goal_met_at bigint,
  due_at bigint,
  outcome text,
  PRIMARY KEY (id, shard)
) PARTITION BY HASH (shard);
SELECT divide('enrollments');
CREATE UNIQUE INDEX enrollments_once ON enrollments (person_id, journey_id, anonymous, rotation, site_id, shard);
CREATE INDEX enrollments_newest ON enrollments (journey_id, enrolled_at DESC, id);
CREATE INDEX enrollments_of_status ON enrollments (journey_id, status, enrolled_at DESC, id);
CREATE INDEX enrollments_on_node ON enrollments (journey_id, status, node_id, enrolled_at DESC, id);

CREATE TABLE enrollment_counts (
  journey_id text COLLATE "C",
  status text COLLATE "C",
  node_id text COLLATE "C",
  slot integer,
  n bigint NOT NULL,
  PRIMARY KEY (journey_id, status, node_id, slot)
);

CREATE TABLE enrollment_totals (
  journey_id text COLLATE "C",
  slot integer,
  n bigint NOT NULL,
  PRIMARY KEY (journey_id, slot)
);

CREATE TABLE sync_bases (
  kind text COLLATE "C",
  key text COLLATE "C",
  id text COLLATE "C" NOT NULL,
  fingerprint text NOT NULL,
  form text NOT NULL,
  names text NOT NULL,
  file text NOT NULL,
  git_commit text,
  synced_at bigint NOT NULL,
  PRIMARY KEY (kind, key)
);
CREATE UNIQUE INDEX sync_bases_of_thing ON sync_bases (kind, id);

CREATE TABLE audit_log (
  row bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  at bigint NOT NULL,
  actor text NOT NULL,
  door text NOT NULL,
  verb text NOT NULL,
  detail text NOT NULL
);
CREATE UNIQUE INDEX audit_log_of_subject ON audit_log (kind, subject, number);
CREATE TRIGGER audit_log_stays BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION stays_as_it_is();

CREATE TABLE answers (
  principal text COLLATE "C",
  key text COLLATE "C",
  request text NOT NULL,
  status bigint NOT NULL,
  headers text NOT NULL,
  body bytea NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (principal, key)
);
CREATE INDEX answers_by_age ON answers (created_at);
