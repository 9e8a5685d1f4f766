"""The distributed runtime: Restate puts events in order, delivers them, retries and keeps time; PostgreSQL keeps state.

People are divided into shards by a hash (1,024 of them, see `jcli/store/shards.py`), and shards into **lanes**
(`lanes.py`), each of which is a virtual object of Restate: it does one thing at a time, in order. A server
(`feeding.py`) brings events to their lanes (`handing.py`), gathers them for as long as the lane is at work
(`gathering.py`), packs them into a **parcel** (`parcels.py`) and sends it, with an idempotency key, to Restate's
ingress (`ingress.py`); the answer goes out once Restate has the parcel on its disks. The handler of the lane
(`handlers.py`, served by `serving.py`) works the parcel in as the embedded runtime would, in one transaction of the
store that also keeps what became of the parcel (`working.py`). A second attempt finds that and does nothing.

What a handler does follows from its message and from the store alone. It takes the time from the parcel, so that a
parcel which waited an hour is worked in as if it had not, before timers that fell due after it.

Timers: after each parcel the lane sends itself a delayed message for the least instant at which time does something to
one of its people. The truth is in the store (`people.due_at`), and Restate wakes; where the two disagree, because
somebody died between a commit and a message, the keeper (`keeper.py`) finds who is late and wakes the lane. It also
brings jobs forward and forgets what is old.

Not here: what an event does to a person (`jcli/engine`), SQL (`jcli/store`), HTTP for clients (`server`). Nothing of
this package is imported unless the distributed runtime is asked for. See `docs/distributed.md`.
"""
