"""All rows of the PostgreSQL store: what its blocks hand out. The groups are those of `rows/`."""

from __future__ import annotations

from jcli.store.postgres.portable import PostgresPortableTables
from jcli.store.postgres.running import PostgresLedgerTables, PostgresRunningTables
from jcli.store.postgres.upkeep import PostgresUpkeepTables
from jcli.store.rows.applying import ApplyingTables
from jcli.store.rows.enrollments import EnrollmentTables
from jcli.store.rows.erasing import ErasingTables
from jcli.store.rows.figures import FigureTables
from jcli.store.rows.journeys import JourneyTables
from jcli.store.rows.parcels import ParcelTables
from jcli.store.rows.people import PeopleTables
from jcli.store.rows.revisions import RevisionTables
from jcli.store.rows.saving import SavingTables
from jcli.store.rows.things import ThingTables
from jcli.store.rows.uploads import UploadTables
from jcli.store.rows.write_keys import WriteKeyTables


class PostgresTables(
    ThingTables,
    JourneyTables,
    SavingTables,
    RevisionTables,
    PeopleTables,
    EnrollmentTables,
    PostgresLedgerTables,
    PostgresRunningTables,
    ApplyingTables,
    FigureTables,
    ErasingTables,
    UploadTables,
    ParcelTables,
    WriteKeyTables,
    PostgresPortableTables,
    PostgresUpkeepTables,
):
    """The `Tables` of the protocol, in PostgreSQL."""

    __slots__ = ()
