"""Deliveries: what is to be shown to a person, and what came of it."""

from __future__ import annotations

from jcli.engine import DeliveryOutcome
from jcli.errors import InvalidRequest, NotAllowed, NotFound
from jcli.model import Actor, Delivery, DeliveryStatus
from jcli.runtime import Feeder, insist
from jcli.store import Listing, Page, PersonKey, Store, Tables

OUTCOMES = (DeliveryStatus.SHOWN, DeliveryStatus.COMPLETED, DeliveryStatus.DISMISSED)
"""What may be reported of a delivery."""


def list_deliveries(
    store: Store,
    actor: Actor,
    site_id: str,
    person_id: str,
    page: Page,
    *,
    anonymous: bool = False,
    status: DeliveryStatus | None = None,
) -> Listing[Delivery]:
    """The person's deliveries, newest first. Somebody of whom nothing is known has none; an anonymous person who turned
    out to be a known one sees that one's."""
    with store.read() as tables:
        row = _row(tables, PersonKey(site_id, person_id, anonymous)) if actor.sees(site_id) else None
        return Listing([], 0, None) if row is None else tables.deliveries(row, page, status=status)


def get_delivery(store: Store, actor: Actor, delivery_id: str) -> Delivery:
    """NotFound also for a delivery of a site that the actor does not see."""
    with store.read() as tables:
        return _visible(tables, actor, delivery_id, None)


def report_outcome(
    runtime: Feeder,
    actor: Actor,
    delivery_id: str,
    outcome: DeliveryStatus | str,
    *,
    person: PersonKey | None = None,
) -> Delivery:
    """Say what became of a delivery: shown, completed or dismissed. The same again changes nothing.

    `person` narrows it to this person's own deliveries. NotFound; InvalidRequest for another word; NotAllowed
    (`delivery-expired`, `delivery-finished`) where it came to another end already.
    """
    if outcome not in OUTCOMES:
        words = ", ".join(OUTCOMES)
        raise InvalidRequest(f"{outcome!r} is not one of {words}", pointer="/outcome", code="wrong-value")
    wanted = DeliveryStatus(outcome)
    delivery = insist(lambda beside: _reported(runtime, actor, delivery_id, wanted, person, beside))
    # Its time may have been up already, with nobody there who had noticed: that is done now, and stays done.
    _settled(delivery, wanted)
    return delivery


def _reported(
    runtime: Feeder, actor: Actor, delivery_id: str, wanted: DeliveryStatus, person: PersonKey | None, beside: bool
) -> Delivery:
    with runtime.work(beside=beside) as work:
        delivery = _visible(work.tables, actor, delivery_id, person)
        if _settled(delivery, wanted):
            return delivery
        present = work.person(PersonKey(delivery.site_id, delivery.person_id, delivery.anonymous))
        work.give(present, DeliveryOutcome(delivery_id, wanted, work.now))
        work.save()
        return _visible(work.tables, actor, delivery_id, person)


def _settled(delivery: Delivery, wanted: DeliveryStatus) -> bool:
    """Whether nothing is left to do; NotAllowed when it is too late for this outcome."""
    status = delivery.status
    if status is wanted or (status.final and wanted is DeliveryStatus.SHOWN):
        return True
    if status is DeliveryStatus.EXPIRED:
        raise NotAllowed("the delivery has expired: the person has gone on without it", code="delivery-expired")
    if status.final:
        raise NotAllowed(f"the delivery is {status} already", code="delivery-finished")
    return False


def _visible(tables: Tables, actor: Actor, delivery_id: str, person: PersonKey | None) -> Delivery:
    delivery = tables.delivery(delivery_id)
    if delivery is None or not actor.sees(delivery.site_id) or not _owns(tables, person, delivery):
        raise NotFound(f"there is no delivery {delivery_id!r}")
    return delivery


def _owns(tables: Tables, person: PersonKey | None, delivery: Delivery) -> bool:
    if person is None:
        return True
    owner = PersonKey(delivery.site_id, delivery.person_id, delivery.anonymous)
    return owner == person or owner == _linked(tables, person)


def _linked(tables: Tables, key: PersonKey) -> PersonKey | None:
    """The known person whom an anonymous one turned out to be."""
    loaded = tables.load_people((key,)).get(key)
    linked_to = None if loaded is None else loaded.state.linked_to
    return None if linked_to is None else PersonKey(key.site_id, linked_to)


def _row(tables: Tables, key: PersonKey) -> int | None:
    key = (_linked(tables, key) or key) if key.anonymous else key
    return tables.person_rows((key,)).get(key)
