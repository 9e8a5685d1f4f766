"""The contract, what was recorded: events of everybody, and what came of deliveries, a page after the other."""

from __future__ import annotations

from jcli.engine import DeliveryState, PersonState, SetDelivery
from jcli.model import DeliveryStatus
from jcli.store import Changes, Store, Tables
from tests.store import samples

PENDING, SHOWN, COMPLETED, DISMISSED, EXPIRED = DeliveryStatus


def people(tables: Tables) -> None:
    """Two known people and a visitor, on two sites."""
    states = [
        (1, PersonState("main", "ana"), None),
        (2, PersonState("main", "v", anonymous=True), None),
        (3, PersonState("other", "ana"), None),
    ]
    tables.apply(Changes(0, new_people=states))


def test_events_are_read_in_the_order_in_which_they_came(store: Store) -> None:
    with store.write() as tables:
        people(tables)
        for now in (50, 50, 60, 70):
            tables.apply(Changes(now, events=[(3, f'{{"at":{now}}}'), (1, "{}"), (2, '{"é":1}')]))
    with store.read() as tables:
        told, row = [], 0
        while page := tables.events_after(row, 5):
            assert len(page) <= 5
            told += page
            row = page[-1][0]
        assert [number for number, *_ in told] == sorted({number for number, *_ in told})
        assert [(site_id, at) for _, site_id, at, _ in told] == [
            (site_id, now) for now in (50, 50, 60, 70) for site_id in ("other", "main", "main")
        ]
        assert [body for *_, body in told[:3]] == [b'{"at":50}', b"{}", '{"é":1}'.encode()]


def test_deliveries_are_read_with_what_came_of_them(store: Store) -> None:
    samples.save(store, samples.journey("j"))
    statuses = [PENDING, SHOWN, COMPLETED, DISMISSED, EXPIRED, COMPLETED]
    with store.write() as tables:
        people(tables)
        samples.enter(tables, samples.enrollment("e", person="ana"))
        made = [
            (
                1 + number % 2,
                DeliveryState(f"d{number}", "e", "j", "j/n2", f"c{number}", "flow", 100),
                None if status is PENDING else SetDelivery(f"d{number}", status, 100 + number),
            )
            for number, status in enumerate(statuses)
        ]
        tables.apply(Changes(100, deliveries=made))
    with store.read() as tables:
        told, last = [], ""
        while page := tables.deliveries_after(last, 3):
            told += page
            last = page[-1].id
        assert [(one.id, one.person_id, one.anonymous, one.status, one.created_at, one.updated_at) for one in told] == [
            ("d0", "ana", False, PENDING, 100, 100),
            ("d1", "v", True, SHOWN, 100, 101),
            ("d2", "ana", False, COMPLETED, 100, 102),
            ("d3", "v", True, DISMISSED, 100, 103),
            ("d4", "ana", False, EXPIRED, 100, 104),
            ("d5", "v", True, COMPLETED, 100, 105),
        ]
