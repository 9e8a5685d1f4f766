"""The rows beside the journeys: sync bases, the audit log, remembered answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import orjson

from jcli.model import AuditEntry, Kind, Protection, SyncBase, SyncMark
from jcli.store.protocol import Answer, Listing, Page
from jcli.store.rows.group import Row, TableGroup, json_text
from jcli.store.rows.paging import END_OF_TIME, bounded, listing

_DAY = 24 * 60 * 60 * 1000


def _base(row: Row) -> SyncBase:
    kind, key, thing_id, fingerprint, form, names, file, commit, synced_at = row
    return SyncBase(
        Kind(kind), key, thing_id, fingerprint, orjson.loads(form), orjson.loads(names), file, commit, synced_at
    )


def _base_row(b: SyncBase) -> Row:
    texts = (json_text(b.form), json_text(b.names))
    return (b.kind.value, b.key, b.id, b.fingerprint, *texts, b.file, b.commit, b.synced_at)


def _entry(row: Row) -> AuditEntry:
    _, at, actor, door, verb, kind, subject, detail = row
    return AuditEntry(at, actor, door, verb, kind, subject, orjson.loads(detail))


class LedgerTables(TableGroup):
    __slots__ = ()

    def marks(self) -> Mapping[tuple[Kind, str], SyncMark]:
        marks = [SyncMark(Kind(row[0]), *row[1:]) for row in self._session.rows(self._sql["ledger.marks"])]
        return {(mark.kind, mark.key): mark for mark in marks}

    def put_bases(self, bases: Iterable[SyncBase]) -> None:
        """A base replaces that of its key, and that of its thing when a document was given another key."""
        self._put_bases([_base_row(base) for base in bases])

    def _put_bases(self, rows: Sequence[Row]) -> None:
        self._session.run_many(self._sql["ledger.put_base"], rows)

    def drop_bases(self, things: Iterable[tuple[Kind, str]]) -> None:
        self._session.run_many(self._sql["ledger.drop_base"], list(things))

    def base_of(self, kind: Kind, thing_id: str) -> SyncBase | None:
        row = self._session.row(self._sql["ledger.base_of"], (kind, thing_id))
        return None if row is None else _base(row)

    def protect(self, protection: Protection) -> None:
        values = (protection.journey_id, protection.reason, protection.actor, protection.at)
        self._session.run(self._sql["ledger.protect"], values)

    def unprotect(self, journey_id: str) -> bool:
        was = self._session.row("SELECT 1 FROM protections WHERE journey_id = ?", (journey_id,)) is not None
        self._session.run(self._sql["ledger.unprotect"], (journey_id,))
        return was

    def protections(self) -> Mapping[str, Protection]:
        return {row[0]: Protection(*row) for row in self._session.rows(self._sql["ledger.protections"])}

    def log(self, entries: Iterable[AuditEntry]) -> None:
        self._session.run_many(
            self._sql["ledger.log"],
            [(e.kind, e.subject, e.at, e.actor, e.door, e.verb, json_text(e.detail)) for e in entries],
        )

    def audit(self, kind: Kind, subject: str, page: Page) -> Listing[AuditEntry]:
        page = bounded(page)
        before = END_OF_TIME if page.after is None else page.after[0]
        rows = self._session.rows(self._sql["ledger.audit"], (kind, subject, before, page.limit + 1, page.offset))
        total = self._scalar(self._sql["ledger.audit_total"], (kind, subject))
        return listing(rows, page, total, _entry, lambda row: (row[0], ""))

    def answer(self, principal: str, key: str) -> Answer | None:
        row = self._session.row(self._sql["ledger.answer"], (principal, key))
        return None if row is None else Answer(row[0], row[1], orjson.loads(row[2]), row[3], row[4])

    def remember(self, principal: str, key: str, answer: Answer) -> None:
        a = answer
        self._session.run(self._sql["ledger.forget_before"], (a.created_at - _DAY,))
        self._session.run(
            self._sql["ledger.remember"],
            (principal, key, a.request, a.status, json_text(dict(a.headers)), a.body, a.created_at),
        )
