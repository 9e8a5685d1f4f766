"""All routes, domain by domain, in the order in which a path is looked for: the busiest first."""

from __future__ import annotations

from fastapi import APIRouter

from server.catalogue import routes as catalogue
from server.deliveries import pages
from server.deliveries import routes as deliveries
from server.enrollments import routes as enrollments
from server.events import routes as events
from server.health import routes as health
from server.journeys import figures, history, lifecycle
from server.journeys import routes as journeys
from server.people import routes as people
from server.sync import documents, uploads
from server.sync import routes as sync
from server.tracking import routes as tracking

ROUTERS: tuple[APIRouter, ...] = (
    tracking.router,
    events.router,
    pages.router,
    journeys.router,
    enrollments.router,
    lifecycle.router,
    figures.router,
    history.router,
    people.router,
    deliveries.router,
    catalogue.sites,
    catalogue.audiences,
    catalogue.contents,
    sync.router,
    documents.router,
    uploads.router,
    health.router,
)
