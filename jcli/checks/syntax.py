"""The text of a file is not YAML, or says something that a document cannot hold.

A document is one mapping that begins with its kind (`journey`, `content`, `test`...). Tags, keys
that are lists, tabs for indentation and numbers beyond 64 bits are refused too. Documents that stand before the broken
place in the same file are still judged. Found by `jcli/documents/reader.py`.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
"""
