-- row
id
