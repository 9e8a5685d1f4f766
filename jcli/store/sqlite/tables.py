"""All rows of the SQLite store: what `store.read()` and `store.write()` hand out. The groups are those of `rows/`."""

from __future__ import annotations

from jcli.store.rows.applying import ApplyingTables
from jcli.store.rows.enrollments import EnrollmentTables
from jcli.store.rows.erasing import ErasingTables
from jcli.store.rows.figures import FigureTables
from jcli.store.rows.journeys import JourneyTables
from jcli.store.rows.ledger import LedgerTables
from jcli.store.rows.parcels import ParcelTables
from jcli.store.rows.people import PeopleTables
from jcli.store.rows.revisions import RevisionTables
from jcli.store.rows.saving import SavingTables
from jcli.store.rows.things import ThingTables
from jcli.store.rows.uploads import UploadTables
from jcli.store.rows.write_keys import WriteKeyTables
from jcli.store.sqlite.keeping import SqliteUpkeepTables
from jcli.store.sqlite.portable import SqlitePortableTables
from jcli.store.sqlite.running import SqliteRunningTables


class SqliteTables(
    ThingTables,
    JourneyTables,
    SavingTables,
    RevisionTables,
    PeopleTables,
    EnrollmentTables,
    LedgerTables,
    SqliteRunningTables,
    ApplyingTables,
    FigureTables,
    ErasingTables,
    UploadTables,
    ParcelTables,
    WriteKeyTables,
    SqlitePortableTables,
    SqliteUpkeepTables,
):
    """The `Tables` of the protocol, in SQLite."""

    __slots__ = ()
