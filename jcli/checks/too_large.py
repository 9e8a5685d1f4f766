"""A file has more than 1 MiB or 10,000 documents, or its values are nested more than 64 deep.

No journey that people can review comes near these limits; a file beyond them is a mistake or an attack. Several
documents can be spread over as many files as you like. Found by `jcli/documents/reader.py`.

Bad::

    content: tour
    contentType: flow
    body:
      steps:
        [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        ]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]

Good::

    content: tour
    contentType: flow
    body: {steps: [{title: Welcome}, {title: Your first project}]}
"""
