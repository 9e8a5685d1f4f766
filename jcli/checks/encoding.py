"""A file is not UTF-8.

Editors on some machines still save in the encoding of their country, and then `é` is another byte on each of them.
Files are UTF-8, with or without a byte order mark. The bad sample is bad when it is saved in Latin-1. Found by
`jcli/documents/reader.py`.

Bad::

    site: main
    name: Café

Good::

    site: main
    name: Café
"""
