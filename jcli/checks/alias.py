"""A value is an alias (`*name`), which YAML puts in place of a value that stands elsewhere.

A few aliases of aliases can stand for more values than a machine can hold, and a journey that is put together from
far places is hard to review. Write the value out where it is meant. An anchor (`&name`) that nothing uses does no
harm. Found by `jcli/documents/reader.py`.

Bad::

    journey: welcome
    site: main
    nodes:
      start:
        type: TRIGGER
        config: &manual {triggerType: MANUAL}
        next: done
      again:
        type: TRIGGER
        config: *manual
        next: done
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start:
        type: TRIGGER
        config: {triggerType: MANUAL}
        next: done
      done: {type: EXIT}
"""
