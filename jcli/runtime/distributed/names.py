"""The names by which servers and handlers find each other in Restate: virtual objects, their handlers, media types."""

from __future__ import annotations

LANES = "jcli-lane"
"""A virtual object for each lane. Its handlers: `take` a parcel, `wake` who is due, `arm` a timer, `settle`: nothing,
which is answered when all that came before it is done."""

KEEPER = "jcli-keeper"
"""One virtual object, `KEEPER_KEY`: it looks around from time to time, see `keeper.py`."""

KEEPER_KEY = "keeper"

JOBS = "jcli-job"
"""A virtual object for each job, by its number: `slice` after slice."""

SHARES = "jcli-share"
"""A virtual object for each place among the shares of a job that are worked on at the same time: `work`."""

EVENTS = "jcli-events"
"""A virtual object for each key of a log of records: `record` brings its events to their lanes."""

BYTES = "application/octet-stream"
