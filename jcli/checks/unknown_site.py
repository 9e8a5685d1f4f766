"""A journey or an audience names a site that no document of the workspace declares.

Sites are checked once the workspace declares any; a workspace without site documents manages them elsewhere, as does
a journey that names its site by `siteId`. In a request an unknown `siteId` is a warning.

Bad::

    site: main
    domains: [app.acme.example]
    ---
    journey: welcome
    site: mian
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}

Good::

    site: main
    domains: [app.acme.example]
    ---
    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.nearest import certain, did_you_mean, nearest
from jcli.checks.subject import Referrer, short
from jcli.findings import FixKind, Problem
from jcli.model import Kind


def check(referrer: Referrer) -> Iterator[Problem]:
    if referrer.kind not in (Kind.JOURNEY, Kind.AUDIENCE):
        return
    fields, world = referrer.outline.fields, referrer.world
    key, site_id = fields.get("site"), fields.get("siteId")
    if key is not None and world.sites is not None and key not in world.sites:
        meant = nearest(key, world.sites)
        tail = did_you_mean(meant and short(meant)) or "; declare it, or write `siteId`"
        fix = certain(FixKind.VALUE, key, world.sites, meant)
        yield Problem(("site",), f"no document declares the site `{short(key)}`{tail}", meant, fix=fix)
    if site_id is not None and world.site_ids is not None and site_id not in world.site_ids:
        yield Problem(
            ("siteId",), f"no site with the id `{short(site_id)}` is known here; create it, or correct the id"
        )
