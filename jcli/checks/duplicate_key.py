"""A mapping has the same key twice.

YAML readers that accept it keep one of the two in silence, mostly the last. Here that would lose a node or a way, so
nothing of the document is used until one is gone. Found by `jcli/documents/reader.py`.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
      done: {type: EXIT, config: {outcome: greeted}}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: greeted}
      greeted: {type: EXIT, config: {outcome: greeted}}
"""
