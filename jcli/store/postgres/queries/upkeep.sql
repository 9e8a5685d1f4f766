-- read_everything
SELECT set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true),
  set_config('enable_mergejoin', 'on', true)

-- read_rows
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
  set_config('enable_mergejoin', 'off', true)

-- with_ids
JOIN unnest(?1::text[], ?2::integer[]) AS asked (wanted, place)
ON enrollments.shard = asked.place AND enrollments.id = asked.wanted

-- delivery_statuses
SELECT d.id, d.status FROM unnest(?1::text[], ?2::integer[]) AS asked (id, shard)
JOIN deliveries AS d ON d.shard = asked.shard AND d.id = asked.id

-- make_pause
CREATE TABLE _paused (token text NOT NULL, reason text NOT NULL, at bigint NOT NULL)

-- make_refusal
CREATE FUNCTION _refuse_while_paused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the store is paused' USING ERRCODE = 'JC001';
END
$$

-- drop_refusal
DROP FUNCTION _refuse_while_paused() CASCADE

-- make_filling
CREATE TABLE _filling (token text NOT NULL, source text NOT NULL, at bigint NOT NULL, whole bigint NOT NULL)

-- make_filled
CREATE TABLE _filled (
  name text PRIMARY KEY,
  place text,
  n bigint NOT NULL,
  checksum text NOT NULL,
  whole bigint NOT NULL
)

-- number_jobs
SELECT setval(pg_get_serial_sequence('jobs', 'id'), max(id)) FROM jobs HAVING max(id) IS NOT NULL

-- column_types
SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = to_regclass(?::text) AND attnum > 0 AND NOT attisdropped

-- table_names
SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')

-- size
SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'm', 'S')

-- misplaced
SELECT 'people', id FROM people
WHERE shard <> shard_of(site_id, id) OR (row & 1023)::integer <> shard
UNION ALL SELECT 'enrollments', id FROM enrollments WHERE shard <> shard_of(site_id, person_id)
UNION ALL SELECT 'steps', s.enrollment_id FROM steps AS s JOIN enrollments AS e ON e.id = s.enrollment_id
  WHERE s.shard <> e.shard
UNION ALL SELECT 'deliveries', id FROM deliveries WHERE shard <> (person & 1023)::integer
UNION ALL SELECT 'events', row::text FROM events WHERE shard <> (person & 1023)::integer
LIMIT ?

-- journeyless
SELECT DISTINCT e.journey_id FROM enrollments AS e WHERE NOT EXISTS (SELECT 1 FROM journeys AS j WHERE j.id = e.journey_id)
LIMIT ?

-- place_messages
UPDATE messages AS m SET shard = u.shard
FROM unnest(?::text[], ?::text[], ?::integer[], ?::integer[]) AS u (id, site_id, before, shard)
WHERE m.shard = u.before AND m.id = u.id AND m.site_id = u.site_id AND u.before <> u.shard

-- analyze
ANALYZE
