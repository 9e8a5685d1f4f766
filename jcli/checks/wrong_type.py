"""A value is of another type than its field takes: a text where a list belongs, a number where a word does.

Nothing is converted on the quiet, because two readers would convert differently. A word that YAML reads as a number
or as `true` can be quoted. Found by `jcli/checks/shape.py`.

Bad::

    journey: welcome
    site: main
    allowAnonymous: "no"
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    allowAnonymous: false
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
"""
