"""The catalogue in step with the store: journeys compiled once, and anew when they, or their audience, have changed.

A token in the store says in one small read whether anything has. It is asked within the transaction that uses the
catalogue, so that a batch is worked in with the journeys as they are at that very moment. A journey that cannot be
compiled (a DRAFT may be unfinished) is left out, which freezes it, and noted in `problems`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from weakref import WeakKeyDictionary

from jcli.compiler.zones import zone
from jcli.engine import Canvas, Catalogue, Listed, PersonState, compile_canvas, compile_journey
from jcli.errors import JcliError
from jcli.model import Audience, JourneyStatus, Kind
from jcli.store import JourneyMark, Store, Tables

_LOG = logging.getLogger(__name__)


class Catalogues:
    """The compiled journeys of one store, for all threads of a process."""

    def __init__(self) -> None:
        self.problems: dict[str, str] = {}
        """Journey id -> why it could not be compiled."""
        self._lock = threading.Lock()
        self._token: bytes | None = None
        self._seen: dict[str, tuple[object, ...]] = {}
        self._listed: dict[str, Listed] = {}
        self._audiences: dict[str, tuple[tuple[str, int], Audience]] = {}
        self._catalogue = Catalogue(zones=zone)

    def current(self, tables: Tables) -> Catalogue:
        """The catalogue as of this transaction."""
        token = tables.catalogue_token()
        with self._lock:
            if token != self._token:
                self._refresh(tables)
                self._token = token
            return self._catalogue

    def with_revisions_of(self, tables: Tables, person: PersonState) -> Catalogue:
        """The current catalogue with the revisions, too, on which this person stands."""
        catalogue = self.current(tables)
        with self._lock:
            for enrollment in person.enrollments.values():
                listed = self._listed.get(enrollment.journey_id)
                if listed is None or enrollment.revision in (listed.journey.canvas.revision, *listed.pinned):
                    continue
                canvas = _canvas(tables, enrollment.journey_id, enrollment.revision)
                pinned = {**listed.pinned, **({} if canvas is None else {enrollment.revision: canvas})}
                self._listed[enrollment.journey_id] = replace(listed, pinned=pinned)
                catalogue = catalogue.with_journey(self._listed[enrollment.journey_id])
            self._catalogue = catalogue
        return catalogue

    def _refresh(self, tables: Tables) -> None:
        marks = tables.journey_marks()
        self._refresh_audiences(tables)
        for gone in self._seen.keys() - marks.keys():
            del self._seen[gone]
            self._listed.pop(gone, None)
            self.problems.pop(gone, None)
        for journey_id, mark in marks.items():
            known = self._audiences.get(mark.audience_id or "")
            seen = (mark, known[0] if known is not None else None)
            if self._seen.get(journey_id) != seen:
                self._compile(tables, journey_id, mark, known[1] if known is not None else None)
                self._seen[journey_id] = seen
        in_order = [self._listed[journey_id] for journey_id in marks if journey_id in self._listed]
        self._catalogue = Catalogue(in_order, [audience for _, audience in self._audiences.values()], zone)

    def _refresh_audiences(self, tables: Tables) -> None:
        states = tables.thing_states(Kind.AUDIENCE)
        for gone in self._audiences.keys() - states.keys():
            del self._audiences[gone]
        for audience_id, state in states.items():
            known = self._audiences.get(audience_id)
            if known is None or known[0] != state:
                thing = tables.thing(Kind.AUDIENCE, audience_id)
                if thing is not None and isinstance(thing.item, Audience):
                    self._audiences[audience_id] = (state, thing.item)

    def _compile(self, tables: Tables, journey_id: str, mark: JourneyMark, audience: Audience | None) -> None:
        self._listed.pop(journey_id, None)
        self.problems.pop(journey_id, None)
        stored = tables.journey(journey_id)
        if stored is None:
            return
        try:
            compiled = compile_journey(stored.journey, stored.revision, audience)
        except (JcliError, KeyError, TypeError) as error:
            self.problems[journey_id] = str(error)
            if stored.status is not JourneyStatus.DRAFT:
                _LOG.error("journey %s does not run: %s", journey_id, error)
            return
        pinned = dict(_pinned(tables, journey_id, stored.revision)) if compiled.settings.pin else {}
        maps = tables.node_maps(journey_id)
        self._listed[journey_id] = Listed(compiled, stored.status, mark.live_since, pinned, maps)


def _pinned(tables: Tables, journey_id: str, newest: int) -> Iterator[tuple[int, Canvas]]:
    for number in tables.revisions_stood_on(journey_id):
        canvas = _canvas(tables, journey_id, number) if number != newest else None
        if canvas is not None:
            yield number, canvas


def _canvas(tables: Tables, journey_id: str, number: int) -> Canvas | None:
    revision = tables.revision(journey_id, number)
    return None if revision is None else compile_canvas(number, revision.nodes, revision.edges)


_OF_STORE: WeakKeyDictionary[Store, Catalogues] = WeakKeyDictionary()
_OF_STORE_LOCK = threading.Lock()


def catalogues_of(store: Store) -> Catalogues:
    """The one that all who work on this store in this process share."""
    with _OF_STORE_LOCK:
        found = _OF_STORE.get(store)
        if found is None:
            found = _OF_STORE[store] = Catalogues()
        return found
