"""A journey as it would be after an edit of its document: the same checks, the same ids, another revision."""

from __future__ import annotations

from dataclasses import replace

from jcli.canonical import merge_patch
from jcli.compiler import check_references, check_shapes
from jcli.documents import Document
from jcli.documents.document import placeless
from jcli.engine import NotRunnable, compile_journey
from jcli.errors import JcliError
from jcli.findings import Severity
from jcli.model import Journey, Json, Kind
from jcli.rehearsal.setting import Live, Setting


class Unrevised(JcliError):
    """The edited journey has errors, so that nobody could live in it."""

    code = "unrevised"


def revised(setting: Setting, live: Live, patch: Json, revision: int) -> Live:
    """The journey with a merge patch (RFC 7396) laid over its document, as this revision. Unrevised, with the first
    thing that is wrong with it, when it could not be published so."""
    data = merge_patch(live.document.data, patch)
    document = Document(live.document.file, Kind.JOURNEY, live.key, data, placeless(data))
    shaped = check_shapes([document], (), setting.workspace)
    referred = check_references(shaped, setting.world, setting.workspace)
    wrong = [*shaped.findings, *referred.early, *referred.graph_errors.get(live.key, ())]
    errors = [finding for finding in wrong if finding.severity is Severity.ERROR]
    if errors:
        raise Unrevised(f"the edited journey `{live.key}` has an error: {errors[0].message} ({errors[0].code})")
    source = referred.sources[Kind.JOURNEY, live.key]
    assert isinstance(source.item, Journey)
    audience = setting.audiences.get(source.item.audience_id or "")
    try:
        compiled = compile_journey(source.item, revision, audience)
    except NotRunnable as error:
        raise Unrevised(str(error)) from error
    return replace(live, journey=source.item, compiled=compiled, document=document, places=source.places)
