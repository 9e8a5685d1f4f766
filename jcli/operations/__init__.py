"""What a command or a route asks for: one function each, given a store, a clock and an actor.

Each opens one transaction and leaves the store as before or after it. None parses text, prints or knows HTTP.
What the checks find in a body comes back as a value (`refused` with findings); what stops the work is raised as a
`JcliError`. `clock()` gives the Instant, `new_id()` a fresh id.
"""

from jcli.operations.copying import compare_copy, copy_rows
from jcli.operations.counting import AudienceCount, count_audience
from jcli.operations.deliveries import get_delivery, list_deliveries, report_outcome
from jcli.operations.enrollments import (
    Entered,
    enter_journey,
    get_enrollment,
    list_enrollments,
    stop_enrollment,
)
from jcli.operations.events import MOST_EVENTS, Recorded, Rejected, read_record, record_events, submit_events
from jcli.operations.examining import examine
from jcli.operations.history import RolledBack, journey_log, protect, protection_of, rollback, unprotect
from jcli.operations.holdings import HeldJourney, Holdings, base_of_thing, holdings_of
from jcli.operations.journeys import (
    Saved,
    create_journey,
    get_journey,
    get_revision,
    journey_findings,
    list_journeys,
    list_revisions,
    patch_journey,
    save_canvas,
)
from jcli.operations.lifecycle import archive, pause, publish, restore, unpublish
from jcli.operations.people import PersonSaved, erase_person, get_person, list_people, put_person
from jcli.operations.planning import make_plan
from jcli.operations.pull import pull
from jcli.operations.pull_files import Files
from jcli.operations.pull_view import PullView
from jcli.operations.stats import JourneyStats, LabelStats, NodeStats, journey_stats
from jcli.operations.status import workspace_status
from jcli.operations.sync import SyncResult, sync
from jcli.operations.things import ThingSaved, create_thing, delete_thing, get_thing, list_things, patch_thing
from jcli.operations.upkeep import store_facts
from jcli.operations.uploads import UploadState, begin_upload, put_part, upload_state, uploaded
from jcli.operations.why import Why, why
from jcli.operations.working import LongWork, Working, working_on
from jcli.operations.write_keys import known_domains, rotate_write_key, site_of_write_key, write_keys_of

__all__ = [
    "MOST_EVENTS",
    "AudienceCount",
    "Entered",
    "Files",
    "HeldJourney",
    "Holdings",
    "JourneyStats",
    "LabelStats",
    "LongWork",
    "NodeStats",
    "PersonSaved",
    "PullView",
    "Recorded",
    "Rejected",
    "RolledBack",
    "Saved",
    "SyncResult",
    "ThingSaved",
    "UploadState",
    "Why",
    "Working",
    "archive",
    "base_of_thing",
    "begin_upload",
    "compare_copy",
    "copy_rows",
    "count_audience",
    "create_journey",
    "create_thing",
    "delete_thing",
    "enter_journey",
    "erase_person",
    "examine",
    "get_delivery",
    "get_enrollment",
    "get_journey",
    "get_person",
    "get_revision",
    "get_thing",
    "holdings_of",
    "journey_findings",
    "journey_log",
    "journey_stats",
    "known_domains",
    "list_deliveries",
    "list_enrollments",
    "list_journeys",
    "list_people",
    "list_revisions",
    "list_things",
    "make_plan",
    "patch_journey",
    "patch_thing",
    "pause",
    "protect",
    "protection_of",
    "publish",
    "pull",
    "put_part",
    "put_person",
    "read_record",
    "record_events",
    "report_outcome",
    "restore",
    "rollback",
    "rotate_write_key",
    "save_canvas",
    "site_of_write_key",
    "stop_enrollment",
    "store_facts",
    "submit_events",
    "sync",
    "unprotect",
    "unpublish",
    "upload_state",
    "uploaded",
    "why",
    "working_on",
    "workspace_status",
    "write_keys_of",
]
