-- row
rowid

-- one
{person} WHERE id = ? AND anonymous = ? AND site_id = ?

-- count
INSERT INTO people_counts (site_id, n) VALUES (?, max(?, 0)) ON CONFLICT (site_id) DO UPDATE SET n = n + ?2
