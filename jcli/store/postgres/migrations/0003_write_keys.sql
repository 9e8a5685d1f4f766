CREATE TABLE write_keys (
  site_id text COLLATE "C" PRIMARY KEY REFERENCES sites (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL UNIQUE
);

-- 128 random bits, out of two ids with 122 each.
CREATE FUNCTION new_write_key() RETURNS text
LANGUAGE sql VOLATILE AS $$
  SELECT left(encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex'), 32)
$$;

CREATE FUNCTION give_write_key() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO write_keys (site_id, key) VALUES (NEW.id, new_write_key());
  RETURN NEW;
END
$$;
CREATE TRIGGER sites_have_a_write_key AFTER INSERT ON sites FOR EACH ROW EXECUTE FUNCTION give_write_key();
