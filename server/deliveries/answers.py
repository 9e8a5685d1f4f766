"""Deliveries with their contents, as both doors answer them."""

from __future__ import annotations

from collections.abc import Sequence

from jcli import operations
from jcli.errors import NotFound
from jcli.model import Actor, Content, Delivery, Kind
from server.dependencies import Server
from server.shapes import Shown, shown_delivery


def shown_deliveries(server: Server, actor: Actor, deliveries: Sequence[Delivery]) -> list[Shown]:
    """Each with what the store knows of its content."""
    known: dict[str | None, Content | None] = {None: None}
    for delivery in deliveries:
        if delivery.content_id is not None and delivery.content_id not in known:
            known[delivery.content_id] = _content(server, actor, delivery.content_id)
    return [shown_delivery(delivery, known[delivery.content_id]) for delivery in deliveries]


def _content(server: Server, actor: Actor, content_id: str) -> Content | None:
    try:
        item = operations.get_thing(server.store, actor, Kind.CONTENT, content_id).item
    except NotFound:
        return None
    return item if isinstance(item, Content) else None
