"""The contract, write keys."""

from __future__ import annotations

import re

from jcli.model import Kind, Site
from jcli.store import Store


def test_every_site_has_a_key_of_its_own_that_stays(store: Store) -> None:
    with store.write() as tables:
        for name in ("a", "b"):
            tables.put_thing(Site(name, "Main", ("a.example",)), "f1", 10)
        keys = dict(tables.write_keys(["a", "b", "c"]))
        tables.put_thing(Site("a", "Renamed"), "f2", 20)
    assert set(keys) == {"a", "b"}
    assert keys["a"] != keys["b"]
    assert all(re.fullmatch("[0-9a-f]{32}", key) for key in keys.values())
    with store.read() as tables:
        assert tables.write_keys(["a"]) == {"a": keys["a"]}
        assert tables.site_of_key(keys["a"]) == Site("a", "Renamed")
        assert tables.site_of_key(keys["b"]) == Site("b", "Main", ("a.example",))
        assert tables.site_of_key("") is None


def test_a_new_key_takes_the_place_of_the_old_one(store: Store) -> None:
    with store.write() as tables:
        tables.put_thing(Site("a", "Main"), "f1", 10)
        old = tables.write_keys(["a"])["a"]
        tables.put_write_key("a", "another")
        tables.put_write_key("nowhere", "lost")
    with store.read() as tables:
        assert tables.write_keys(["a", "nowhere"]) == {"a": "another"}
        assert tables.site_of_key(old) is None
        assert tables.site_of_key("lost") is None


def test_a_key_goes_with_its_site(store: Store) -> None:
    with store.write() as tables:
        tables.put_thing(Site("a", "Main"), "f1", 10)
        key = tables.write_keys(["a"])["a"]
        tables.remove_thing(Kind.SITE, "a")
        assert tables.site_of_key(key) is None
        tables.put_thing(Site("a", "Main"), "f1", 20)
        assert tables.write_keys(["a"])["a"] != key


def test_domains_of_all_sites(store: Store) -> None:
    with store.write() as tables:
        assert tables.all_domains() == frozenset()
        tables.put_thing(Site("a", "A", ("a.example", "www.a.example")), "f", 1)
        tables.put_thing(Site("b", "B", ("a.example", "*.b.example:8080")), "f", 1)
        tables.put_thing(Site("c", "C"), "f", 1)
        assert tables.all_domains() == {"a.example", "www.a.example", "*.b.example:8080"}
