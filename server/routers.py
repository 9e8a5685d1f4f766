"""All routes, domain by domain, in the order in which a path is looked for: the busiest first."""

from __future__ import annotations

from fastapi import APIRouter

from server.catalogue import routes as catalogue
from server.enrollments import routes as enrollments
from server.health import routes as health
from server.journeys import lifecycle
from server.journeys import routes as journeys
from server.people import routes as people

ROUTERS: tuple[APIRouter, ...] = (
    journeys.router,
    enrollments.router,
    lifecycle.router,
    people.router,
    catalogue.sites,
    catalogue.audiences,
    catalogue.contents,
    health.router,
)
