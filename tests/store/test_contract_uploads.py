"""The contract, uploads: parts by their digest, each owner's own, and forgetting."""

from __future__ import annotations

from collections.abc import Callable

from jcli.store import Store, Upload


def test_an_upload_is_kept_with_the_order_of_its_parts(store: Store) -> None:
    with store.write() as tables:
        tables.put_upload(Upload("ada", "u1", ("b", "a", "b"), 100))
    with store.read() as tables:
        assert tables.upload("ada", "u1") == Upload("ada", "u1", ("b", "a", "b"), 100)
        assert tables.upload("bob", "u1") is None
        assert tables.upload("ada", "u2") is None


def test_beginning_again_gives_more_time_and_nothing_else(store: Store) -> None:
    with store.write() as tables:
        tables.put_upload(Upload("ada", "u1", ("a",), 100))
        tables.put_upload(Upload("ada", "u1", ("a",), 200))
        assert tables.upload("ada", "u1") == Upload("ada", "u1", ("a",), 200)


def test_parts_are_their_owners_own(store: Store) -> None:
    with store.write() as tables:
        tables.put_part("ada", "a", b"\x00\xff")
        tables.put_part("ada", "a", b"the second does not count")
    with store.read() as tables:
        assert tables.part("ada", "a") == b"\x00\xff"
        assert tables.part("bob", "a") is None
        assert tables.parts_held("ada", ["a", "b"]) == {"a"}
        assert tables.parts_held("bob", ["a", "b"]) == frozenset()
        assert (tables.bytes_held("ada"), tables.bytes_held("bob")) == (2, 0)


def test_what_has_expired_goes_with_the_parts_that_nothing_else_names(store: Store) -> None:
    with store.write() as tables:
        tables.put_upload(Upload("ada", "old", ("a", "b"), 100))
        tables.put_upload(Upload("ada", "new", ("b",), 200))
        tables.put_upload(Upload("bob", "new", ("c",), 200))
        for owner, digest in (("ada", "a"), ("ada", "b"), ("bob", "b"), ("bob", "c")):
            tables.put_part(owner, digest, b"...")
        tables.drop_uploads("ada", 100, keep=5)
        assert tables.upload("ada", "old") is None
        assert tables.upload("ada", "new") is not None
        assert tables.parts_held("ada", ["a", "b"]) == {"b"}
        assert tables.parts_held("bob", ["b", "c"]) == {"c"}


def test_of_many_uploads_those_that_last_longest_stay(store: Store) -> None:
    with store.write() as tables:
        for number in range(5):
            tables.put_upload(Upload("ada", f"u{number}", (f"p{number}",), 100 + number))
            tables.put_part("ada", f"p{number}", b"...")
        tables.put_upload(Upload("bob", "u0", ("p0",), 1_000))
        tables.drop_uploads("ada", 50, keep=2)
        assert [number for number in range(5) if tables.upload("ada", f"u{number}")] == [3, 4]
        assert tables.parts_held("ada", [f"p{number}" for number in range(5)]) == {"p3", "p4"}
        assert tables.upload("bob", "u0") is not None


def test_an_upload_survives_the_end_of_a_process(store_factory: Callable[..., Store]) -> None:
    first = store_factory()
    with first.write() as tables:
        tables.put_upload(Upload("ada", "u1", ("a",), 100))
        tables.put_part("ada", "a", b"kept")
    first.close()
    with store_factory().read() as tables:
        assert tables.part("ada", "a") == b"kept"
