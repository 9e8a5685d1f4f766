"""The JSON Schemas: where they lie and what they hold.

They are data, in `schema/` at the top of a checkout; a wheel carries them as `jcli/schema` (see `setup.py`). Nothing
here judges anything: `jcli/checks/shape.py` does. The one place outside of stores and workspace that reads a file,
because the schemas are part of the program.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson

from jcli.errors import ConfigError

Schema = dict[str, Any]

_PLACES = (Path(__file__).parents[1] / "schema", Path(__file__).parents[2] / "schema")


def schema_folder() -> Path:
    """The folder of the schema files: inside the package when it was installed from a wheel, else in the checkout.

    ConfigError when there is neither, which means that the installation is broken.
    """
    for place in _PLACES:
        if (place / "document.schema.json").is_file():
            return place
    places = " nor ".join(str(place) for place in _PLACES)
    raise ConfigError(f"the schema files are neither in {places}", hint="install jcli again")


@cache
def document_schema() -> Schema:
    """The schema of all kinds of documents. Shared by all callers: not to be changed."""
    return _load("document.schema.json")


@cache
def api_schema() -> Schema:
    """The schema of the API's bodies, each under `$defs`. Shared by all callers: not to be changed."""
    return _load("api.schema.json")


def address(name: str) -> str:
    """The URI of the definition with this name: the API's, or else the documents' one. KeyError when there is none."""
    for schema in (api_schema(), document_schema()):
        if name in schema["$defs"]:
            return f"{schema['$id']}#/$defs/{name}"
    raise KeyError(f"no definition {name!r} in the schemas")


def _load(name: str) -> Schema:
    schema: Schema = orjson.loads((schema_folder() / name).read_bytes())
    return schema
