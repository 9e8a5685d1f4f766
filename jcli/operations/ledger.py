"""The ledger of an enrollment: the steps that were taken, and the one on which it stands."""

from __future__ import annotations

from jcli.model import Enrollment, EnrollmentStatus, Step
from jcli.store import PersonKey, Tables


def whole_ledger(tables: Tables, enrollment: Enrollment) -> list[Step]:
    """All steps in order. While the enrollment is in progress the last one is where it stands now: not left yet."""
    steps = tables.steps(enrollment.id)
    if enrollment.status is not EnrollmentStatus.IN_PROGRESS:
        return steps
    key = PersonKey(enrollment.site_id, enrollment.person_id, enrollment.anonymous)
    loaded = tables.load_people((key,)).get(key)
    state = None if loaded is None else loaded.state.enrollments.get(enrollment.id)
    if state is not None:
        here = (state.node_id, state.node_type, state.entered_at)
        steps.append(Step(state.seq + 1, *here, None, None, None, None, None, state.revision))
    return steps
