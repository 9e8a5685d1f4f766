"""The workspace as somebody edits it: files on disk, over them the buffers that are open and not saved.

`desk` keeps the files, `judging` says what is wrong with them; `names` finds where a name is declared and where it is
used; `renaming`, `offering`, `explaining` and `outline` answer what an editor asks, from a desk and a place in it;
`mending` turns findings into edits. They know lines and columns as the reader counts them; `ruler` turns these into an
editor's. The protocol and the library that speaks it (the extra `lsp`) are known to `wire`, `answers` and `lsp` alone;
`lsp` is where to begin. Nothing here writes a file, and what is wrong is decided by `jcli/compiler`.
"""
