-- drop_loose_parts
DELETE FROM upload_parts WHERE NOT EXISTS
  (SELECT 1 FROM uploads, json_each(uploads.parts)
   WHERE uploads.owner = upload_parts.owner AND json_each.value = upload_parts.digest)
