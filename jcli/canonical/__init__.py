"""Data <-> model: outlines of both doors, ids, canonical forms and their fingerprints.

`outline` turns a document or a request body into one shape and, once checked, into a `Journey`; `items` does it
for sites, audiences and contents; `ids` derives ids; `forms` writes canonical forms. Pure: no clock, no disk.
"""

from jcli.canonical.forms import (
    DEFAULT_SETTINGS,
    Form,
    canonical,
    canonical_bytes,
    canonical_config,
    fingerprint,
    without_positions,
)
from jcli.canonical.ids import document_id, edge_ids, is_uuid, node_id
from jcli.canonical.items import item_of_body, item_of_document
from jcli.canonical.outline import (
    Outline,
    OutlineEdge,
    OutlineNode,
    Places,
    body_of,
    canvas_of,
    journey_of,
    merge_patch,
    outline_of_body,
    outline_of_document,
    places_of,
    with_fields,
)
from jcli.canonical.rebuild import item_of_form

__all__ = [
    "DEFAULT_SETTINGS",
    "Form",
    "Outline",
    "OutlineEdge",
    "OutlineNode",
    "Places",
    "body_of",
    "canonical",
    "canonical_bytes",
    "canonical_config",
    "canvas_of",
    "document_id",
    "edge_ids",
    "fingerprint",
    "is_uuid",
    "item_of_body",
    "item_of_document",
    "item_of_form",
    "journey_of",
    "merge_patch",
    "node_id",
    "outline_of_body",
    "outline_of_document",
    "places_of",
    "with_fields",
    "without_positions",
]
