-- row
rowid
