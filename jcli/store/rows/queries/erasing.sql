-- outbox
SELECT row, id, type, at, data FROM outbox WHERE row > ? ORDER BY row LIMIT ?
