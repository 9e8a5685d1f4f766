"""All rows of the SQLite store: what `store.read()` and `store.write()` hand out. Each group has its own module."""

from __future__ import annotations

from jcli.store.sqlite.applying import ApplyingTables
from jcli.store.sqlite.enrollments import EnrollmentTables
from jcli.store.sqlite.erasing import ErasingTables
from jcli.store.sqlite.figures import FigureTables
from jcli.store.sqlite.jobs import JobTables
from jcli.store.sqlite.journeys import JourneyTables
from jcli.store.sqlite.ledger import LedgerTables
from jcli.store.sqlite.people import PeopleTables
from jcli.store.sqlite.portable import PortableTables
from jcli.store.sqlite.revisions import RevisionTables
from jcli.store.sqlite.running import RunningTables
from jcli.store.sqlite.saving import SavingTables
from jcli.store.sqlite.soundness import SoundnessTables
from jcli.store.sqlite.things import ThingTables
from jcli.store.sqlite.uploads import UploadTables
from jcli.store.sqlite.write_keys import WriteKeyTables


class SqliteTables(
    ThingTables,
    JourneyTables,
    SavingTables,
    RevisionTables,
    PeopleTables,
    EnrollmentTables,
    LedgerTables,
    RunningTables,
    ApplyingTables,
    FigureTables,
    ErasingTables,
    JobTables,
    UploadTables,
    WriteKeyTables,
    PortableTables,
    SoundnessTables,
):
    """The `Tables` of the protocol, in SQLite."""

    __slots__ = ()
