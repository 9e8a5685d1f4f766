"""Results as text and as JSON: findings, plans, tables, one journey.

Every function here takes data and returns text; none prints, reads a file or asks the terminal (`ink.for_stream`,
which a command calls, is the one that looks at where the text is going). Text out of documents and stores passes
`ink.plain` on its way, so that nothing in it can move the cursor of whoever reads it.
"""
