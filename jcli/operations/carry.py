"""What an edit of the canvas does to the people who are half way through (`settings.onEdit`)."""

from __future__ import annotations

from jcli.model import Journey, JourneyStatus
from jcli.runtime import Work, start_job
from jcli.store import JobKind

LIVE = frozenset({JourneyStatus.PUBLISHED, JourneyStatus.PAUSED})
"""In these statuses people may be on their way."""


def carry_over(work: Work, new: Journey, status: JourneyStatus) -> dict[str, object]:
    """Bring the new canvas to everybody in the journey: a few at once, many by a job. Who is pinned stays on the old
    one; who is frozen follows when the journey is published again. How many are concerned, for the log.

    What comes in before the job has reached somebody is judged by the new canvas all the same.
    """
    people = work.tables.enrollments_in_progress(new.id)
    if status not in LIVE or not people or new.settings.get("onEdit", "follow") == "pin":
        return {}
    work.renew_catalogue()
    start_job(work, JobKind.FOLLOW, new.id, people)
    return {"people": people}
