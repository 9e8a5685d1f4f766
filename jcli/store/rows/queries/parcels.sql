-- outcome
SELECT outcome FROM parcels WHERE shard = ? AND id = ?

-- keep
INSERT INTO parcels (shard, id, outcome, at) VALUES (?, ?, ?, ?) ON CONFLICT (shard, id) DO NOTHING

-- forget
DELETE FROM parcels WHERE (shard, id) IN (SELECT shard, id FROM parcels WHERE at < ? ORDER BY at LIMIT ?)
