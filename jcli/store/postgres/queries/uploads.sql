-- drop_loose_parts
DELETE FROM upload_parts AS p WHERE NOT EXISTS
  (SELECT 1 FROM uploads AS u, json_array_elements_text(u.parts::json) AS part
   WHERE u.owner = p.owner AND part = p.digest)
