"""A field is not there without which the thing means nothing.

A CONTENT needs the `contentId` that it shows, a WAIT_FOR_EVENT the `eventName` that it waits for; nothing sensible
can be put in their place. Found by `jcli/checks/shape.py`.

Bad::

    journey: invite
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: invited}
      invited: {type: WAIT_FOR_EVENT, config: {timeout: 5d}, next: done}
      done: {type: EXIT}

Good::

    journey: invite
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: invited}
      invited: {type: WAIT_FOR_EVENT, config: {eventName: teammate_invited, timeout: 5d}, next: done}
      done: {type: EXIT}
"""
