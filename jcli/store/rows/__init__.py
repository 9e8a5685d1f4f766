"""What the stores have in common: how rows become the model's things and back, pages, counters, and most of the SQL.

Each module is a group of rows. It speaks to a database through a `RowSession` (`group.py`) and says what it wants by
the names of statements (`queries/`), so it knows no database; what only one of them does is in that one's package.
"""
