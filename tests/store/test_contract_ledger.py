"""The contract, sync bases, the audit log and remembered answers."""

from __future__ import annotations

from dataclasses import replace

from jcli.model import AuditEntry, Kind, Protection, SyncBase, SyncMark
from jcli.store import Answer, Page, Store
from tests.store import samples

DAY = 24 * 60 * 60 * 1000


def _base(kind: Kind, key: str, thing_id: str) -> SyncBase:
    form = {"id": thing_id, "nodes": {"b": 1, "a": [1.5, None]}}
    return SyncBase(kind, key, thing_id, "f", form, {"n1": "tour"}, "journeys/a.yaml", "c0ffee", 10)


def test_bases_are_kept_by_kind_and_key(store: Store) -> None:
    bases = [_base(Kind.JOURNEY, "a", "1"), _base(Kind.JOURNEY, "b", "2"), _base(Kind.SITE, "a", "1")]
    with store.write() as tables:
        assert tables.marks() == {}
        tables.put_bases(bases)
    changed = replace(bases[0], fingerprint="g", commit=None, synced_at=20)
    with store.write() as tables:
        assert tables.marks() == {
            (base.kind, base.key): SyncMark(base.kind, base.key, base.id, base.fingerprint, base.file) for base in bases
        }
        tables.put_bases(iter([changed]))
    with store.read() as tables:
        assert tables.base_of(Kind.JOURNEY, "1") == changed
        assert tables.base_of(Kind.SITE, "1") == bases[2]
        assert tables.base_of(Kind.SITE, "2") is None
        assert len(tables.marks()) == 3


def test_a_thing_has_one_base_whatever_its_document_is_called(store: Store) -> None:
    with store.write() as tables:
        tables.put_bases([_base(Kind.JOURNEY, "old-name", "1")])
        tables.put_bases([_base(Kind.JOURNEY, "new-name", "1")])
        assert list(tables.marks()) == [(Kind.JOURNEY, "new-name")]


def test_a_base_can_be_let_go_of(store: Store) -> None:
    with store.write() as tables:
        tables.put_bases([_base(Kind.JOURNEY, "a", "1"), _base(Kind.SITE, "a", "1")])
        tables.drop_bases([(Kind.JOURNEY, "1"), (Kind.JOURNEY, "nothing")])
        assert list(tables.marks()) == [(Kind.SITE, "a")]


def test_a_journey_is_protected_until_it_is_not(store: Store) -> None:
    samples.save(store, samples.journey("j1"))
    with store.write() as tables:
        tables.protect(Protection("j1", "the launch is on Monday", "ada", 10))
        tables.protect(Protection("j1", "the launch is on Tuesday", "bo", 20))
    with store.write() as tables:
        assert tables.protections() == {"j1": Protection("j1", "the launch is on Tuesday", "bo", 20)}
        assert tables.unprotect("j1") is True
        assert tables.unprotect("j1") is False
        assert tables.protections() == {}


def test_the_audit_log_tells_newest_first(store: Store) -> None:
    entries = [
        AuditEntry(100 - index, "ada", "api", "update", "journey", f"j{index % 2}", {"version": index})
        for index in range(9)
    ]
    with store.write() as tables:
        tables.log(entries[:4])
        tables.log(iter(entries[4:]))
        tables.log([replace(entries[0], kind="site")])
    with store.read() as tables:
        samples.assert_pages_agree(lambda page: tables.audit(Kind.JOURNEY, "j1", page), entries[1::2][::-1])
        samples.assert_pages_agree(lambda page: tables.audit(Kind.JOURNEY, "j0", page), entries[0::2][::-1])
        assert tables.audit(Kind.SITE, "j0", Page()).total == 1
        assert tables.audit(Kind.SITE, "j1", Page()).rows == []


def test_answers_are_remembered_for_a_day(store: Store) -> None:
    answer = Answer("digest", 201, {"Location": "/api/journeys/j"}, b'{"data":\xff}', 1_000)
    with store.write() as tables:
        tables.remember("ada", "k", answer)
    with store.write() as tables:
        assert tables.answer("ada", "k") == answer
        assert tables.answer("bob", "k") is None
        assert tables.answer("ada", "l") is None
        tables.remember("bob", "k", replace(answer, created_at=1_000 + DAY))
        assert tables.answer("ada", "k") == answer
        tables.remember("bob", "l", replace(answer, created_at=1_001 + DAY))
        assert tables.answer("ada", "k") is None
        assert tables.answer("bob", "k") is not None


def test_an_answer_may_be_remembered_anew(store: Store) -> None:
    answer = Answer("digest", 201, {}, b"1", 1_000)
    with store.write() as tables:
        tables.remember("ada", "k", answer)
        tables.remember("ada", "k", replace(answer, body=b"2"))
        assert tables.answer("ada", "k") == replace(answer, body=b"2")
