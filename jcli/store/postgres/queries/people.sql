-- row
row, shard

-- one
{person} WHERE shard = shard_of(?3, ?1) AND id = ?1 AND anonymous = ?2 AND site_id = ?3

-- count
INSERT INTO people_counts (site_id, slot, n)
SELECT u.site_id, current_setting('jcli.slot')::integer, u.n FROM unnest(?::text[], ?::bigint[]) AS u (site_id, n)
ON CONFLICT (site_id, slot) DO UPDATE SET n = people_counts.n + excluded.n
