CREATE TABLE write_keys (
  site_id TEXT NOT NULL PRIMARY KEY REFERENCES sites (id) ON DELETE CASCADE,
  key TEXT NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER sites_have_a_write_key AFTER INSERT ON sites
BEGIN INSERT INTO write_keys (site_id, key) VALUES (NEW.id, lower(hex(randomblob(16)))); END;
INSERT INTO write_keys (site_id, key) SELECT id, lower(hex(randomblob(16))) FROM sites;
