"""Saving journeys: one or thousands in a handful of statements, within the caller's transaction.

What is there already is asked once for all of them. A canvas that did not change keeps its rows and its revision;
one that did is replaced whole and becomes a new revision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from jcli.model import Instant
from jcli.store.protocol import JourneySave
from jcli.store.rows.canvases import rows_of
from jcli.store.rows.counters import count_journeys
from jcli.store.rows.group import Row, TableGroup, json_text


@dataclass(slots=True)
class _Batch:
    """The rows that a call will write, gathered before the first is."""

    inserts: list[Row] = field(default_factory=list)
    updates: list[Row] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    nodes: list[Row] = field(default_factory=list)
    edges: list[Row] = field(default_factory=list)
    revisions: list[Row] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, save: JourneySave, before: Row | None, origin: tuple[Instant, str, str]) -> None:
        """`before` is a row of the statement `before`; `origin` is (now, author, door)."""
        j, now = save.journey, origin[0]
        canvas = rows_of(j)
        digest = canvas.digest
        _, old_site, status, revision, old_digest = before or (j.id, None, save.status.value, 0, None)
        if digest != old_digest:
            revision += 1
            self.nodes += canvas.nodes
            self.edges += canvas.edges
            texts = (canvas.nodes_json.decode(), canvas.edges_json.decode())
            self.revisions.append((j.id, revision, *texts, *origin, json_text(save.node_map)))
            if before is not None:
                self.replaced.append(j.id)
        goal = None if j.goal_config is None else json_text(j.goal_config)
        about = (j.id, j.name, j.site_id, j.description, j.audience_id, j.allow_anonymous, json_text(j.settings), goal)
        shape = (j.managed_by.value, save.fingerprint, digest, revision, len(j.nodes), len(j.edges), now)
        if before is None:
            self.inserts.append((*about, *shape, status))
        else:
            self.updates.append((*about, *shape))
            self.counts[old_site, status] -= 1
        self.counts[j.site_id, status] += 1


class SavingTables(TableGroup):
    __slots__ = ()

    def save_journeys(self, saves: Sequence[JourneySave], *, author: str, door: str, now: Instant) -> None:
        ids = [save.journey.id for save in saves]
        if len(set(ids)) < len(ids):
            raise ValueError("one call saves each journey once")
        before = {row[0]: row for row in self._session.rows(self._sql["journeys.before"], (self._session.among(ids),))}
        batch = _Batch()
        for save in saves:
            batch.add(save, before.get(save.journey.id), (now, author, door))
        self._write(batch)

    def _write(self, batch: _Batch) -> None:
        session = self._session
        if batch.replaced:
            replaced = (session.among(batch.replaced),)
            session.run(self._sql["journeys.delete_edges"], replaced)
            session.run(self._sql["journeys.delete_nodes"], replaced)
        session.run_many(self._sql["journeys.insert"], batch.inserts)
        session.run_many(self._sql["journeys.update"], batch.updates)
        session.run_rows(self._sql["journeys.insert_node"], batch.nodes)
        session.run_rows(self._sql["journeys.insert_edge"], batch.edges)
        session.run_many(self._sql["journeys.insert_revision"], batch.revisions)
        count_journeys(session, batch.counts)
        session.run(self._sql["running.catalogue_changed"])
