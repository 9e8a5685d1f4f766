"""A field has a name that nothing reads.

Mostly a typing error, or a field that belongs a level higher or lower; ignored in silence, it would change what the
journey does. Where a known name is close, or means what the word means in other tools (`and`, `eq`), the message offers
it; of a field that belongs a level higher or lower it says where. Found by `jcli/checks/shape.py`.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      pause: {type: WAIT, config: {duraton: 2d}, next: done}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      pause: {type: WAIT, config: {duration: 2d}, next: done}
      done: {type: EXIT}
"""
