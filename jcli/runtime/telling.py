"""Tells who waits for the deliveries of a person that something has changed: new content, or content taken back. Also
tells who keeps time, where that is not the store's worker, when people are to be woken.

A word and no more: whoever is told reads the store again. It reaches the listeners of this process at once, and those
of others where the store has a line to them (`Store.tell`); a word may get lost on it, so a listener looks again from
time to time.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from weakref import WeakKeyDictionary

from jcli.model import Instant
from jcli.store import PersonKey, Store

Listener = Callable[[], None]
Timekeeper = Callable[[Mapping[PersonKey, Instant]], None]


class Telling:
    """Listeners by person."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[PersonKey, list[Listener]] = {}
        self._words: dict[str, dict[PersonKey, None]] = {}
        self._timekeepers: list[Timekeeper] = []

    def subscribe(self, key: PersonKey, listener: Listener) -> Callable[[], None]:
        """Call the listener, from whichever thread, after each commit that changed the person's deliveries. It must
        not block. What is returned ends it."""
        with self._lock:
            self._listeners.setdefault(key, []).append(listener)
            self._words.setdefault(word_of(key), {})[key] = None

        def leave() -> None:
            with self._lock:
                left = self._listeners.get(key, [])
                if listener in left:
                    left.remove(listener)
                if not left:
                    self._listeners.pop(key, None)
                    self._forget(key)

        return leave

    def tell(self, keys: Iterable[PersonKey]) -> None:
        if not self._listeners:
            return
        with self._lock:
            called = [listener for key in keys for listener in self._listeners.get(key, ())]
        for listener in called:
            listener()

    def hear(self, words: Sequence[str]) -> None:
        """What another process told. No words: some may have been missed, so everybody is told."""
        if not self._listeners:
            return
        with self._lock:
            keys = [key for word in words for key in self._words.get(word, ())] if words else list(self._listeners)
        self.tell(keys)

    def _forget(self, key: PersonKey) -> None:
        word = word_of(key)
        keys = self._words.get(word, {})
        keys.pop(key, None)
        if not keys:
            self._words.pop(word, None)

    def keep_time(self, timekeeper: Timekeeper) -> Callable[[], None]:
        """Call the timekeeper, from whichever thread, after each commit that changed when people are to be woken. It
        must not block. What is returned ends it."""
        with self._lock:
            self._timekeepers.append(timekeeper)
        return lambda: self._timekeepers.remove(timekeeper)

    def tell_times(self, woken: Mapping[PersonKey, Instant]) -> None:
        if woken:
            for timekeeper in self._timekeepers:
                timekeeper(woken)


def word_of(key: PersonKey) -> str:
    """The person in a word that other processes hear: short, and nobody can be read out of it. Two people may share
    one; then somebody looks who need not."""
    return hashlib.blake2b(f"{key.site_id}\0{key.id}\0{key.anonymous:d}".encode(), digest_size=8).hexdigest()


_OF_STORE: WeakKeyDictionary[Store, Telling] = WeakKeyDictionary()
_OF_STORE_LOCK = threading.Lock()


def telling_of(store: Store) -> Telling:
    """The one that all who work on this store in this process share."""
    with _OF_STORE_LOCK:
        return _OF_STORE.setdefault(store, Telling())
