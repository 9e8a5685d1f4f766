"""`jcli send`: one event, or a file of events, into the target.

What an event must look like is judged where it is recorded (`jcli/operations/events.py`); here it is read, or made of
options, and what became of it is told.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import click

from jcli.commands import exits
from jcli.commands.pairs import pairs
from jcli.commands.session import Session, shared
from jcli.errors import ConfigError

if TYPE_CHECKING:
    from jcli.operations import Holdings
    from jcli.render.sending import Sent
    from jcli.targets import Target

_A_BATCH = 1_000
_BOM = b"\xef\xbb\xbf"


@click.command("send")
@click.argument("file", metavar="[FILE]", required=False)
@click.option("--site", metavar="KEY", help="The site (key or id); without it the only one that there is.")
@click.option("--user", metavar="ID", help="Who did it: the end user.")
@click.option("--anonymous", metavar="ID", help="Who did it: a visitor. In an identify with --user: both are the same.")
@click.option("--event", metavar="NAME", help="Something that was done, by its name.")
@click.option("--page", metavar="URL", help="A page that was looked at.")
@click.option("--trait", "traits", multiple=True, metavar="NAME=VALUE", help="What the person is. May be repeated.")
@click.option("--property", "properties", multiple=True, metavar="NAME=VALUE", help="Of the event. May be repeated.")
@click.option("--timestamp", metavar="INSTANT", help="When it happened (now).")
@click.option("--message-id", metavar="ID", help="Which event it is; the same one counts once.")
@click.option("--json", "text", metavar="EVENT", help="The event as JSON, instead of the options.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to answer."
)
@shared
@click.pass_obj
def send_command(
    session: Session, /, file: str | None, site: str | None, text: str | None, form: str, **options: Any
) -> int:
    """Send one event, or a file of events.

    An event is Segment's: --event makes a track, --page a page, --trait alone an identify. FILE has one event as JSON
    on each line; - reads them from stdin. What is not an event is told with its line and bars none of the others; the
    exit code is 1 then.
    """
    from jcli.render import sending

    given = any(options.values())
    if (file is not None) + (text is not None) + given != 1:
        raise click.UsageError("give one event by options or by --json, or a FILE of events")
    event = None if file is not None or text is not None else _event(**options)
    report = sending.Sent()
    with session.open_target() as target:
        site_id = _site(target.holdings(), site)
        if event is not None:
            _record(target, site_id, [(1, event)], report)
        elif text is not None:
            _send_lines(target, site_id, iter([text.encode()]), report, _no_progress)
        elif file is not None:
            _send_file(target, session, site_id, file, report)
    place = None if file is None else "stdin" if file == "-" else file
    session.show(sending.as_json(report) if form == "json" else sending.text(report, place, session.ink()))
    return exits.FINDINGS if report.rejected else exits.DONE


def _send_file(target: Target, session: Session, site_id: str, name: str, report: Sent) -> None:
    from jcli.commands.progress import progress

    with _opened(session, name) as source, progress(session, "Sending", "events") as moved:
        _send_lines(target, site_id, iter(source), report, lambda: moved(report.total, 0))


@contextmanager
def _opened(session: Session, name: str) -> Iterator[IO[bytes]]:
    if name == "-":
        yield sys.stdin.buffer
        return
    with session.path(name).open("rb") as source:
        yield source


def _no_progress() -> None:
    pass


def _send_lines(
    target: Target,
    site_id: str,
    lines: Iterator[bytes],
    report: Sent,
    moved: Callable[[], None],
) -> None:
    """Record the events, so many in a transaction. Empty lines are passed over; a line that is no JSON is rejected."""
    import orjson

    batch: list[tuple[int, Any]] = []
    for number, line in enumerate(lines, 1):
        content = (line.removeprefix(_BOM) if number == 1 else line).strip()
        if not content:
            continue
        try:
            batch.append((number, orjson.loads(content)))
        except orjson.JSONDecodeError as error:
            report.reject(number, "not-json", f"this is not JSON: {error.msg} (column {error.colno})")
        if len(batch) == _A_BATCH:
            _record(target, site_id, batch, report)
            batch = []
            moved()
    if batch:
        _record(target, site_id, batch, report)


def _record(target: Target, site_id: str, batch: Sequence[tuple[int, Any]], report: Sent) -> None:
    """One transaction; what it says of the events by their places in the batch is told by their lines."""
    recorded = target.record(site_id, [event for _, event in batch])
    report.accepted += recorded.accepted
    report.duplicates += recorded.duplicates
    for bad in recorded.rejected:
        report.reject(batch[bad.index][0], bad.code, bad.message)


def _site(holdings: Holdings, given: str | None) -> str:
    """The id of the site: the one that is named, or the only one that the store's sites and journeys are of."""
    from jcli.commands.names import Names, must_know
    from jcli.model import Kind

    names = Names(holdings.marks)
    ids = {*holdings.ids(Kind.SITE), *(journey.site_id for journey in holdings.journeys.values())}
    keys = names.keys(Kind.SITE)
    if given is not None:
        must_know(given, {*keys.values(), *ids}, f"the store has no site `{given}`")
        return names.id(Kind.SITE, given)
    if len(ids) != 1:
        found = ", ".join(sorted(keys.get(site_id, site_id) for site_id in ids)) or "none"
        raise ConfigError(f"which site are the events of? The store has {found}", hint="name one with --site")
    return next(iter(ids))


def _event(
    *,
    user: str | None,
    anonymous: str | None,
    event: str | None,
    page: str | None,
    traits: Sequence[str],
    properties: Sequence[str],
    timestamp: str | None,
    message_id: str | None,
) -> dict[str, Any]:
    """The event that the options describe; which type it has follows from them."""

    if user is None and anonymous is None:
        raise click.UsageError("whose event is it? Give --user or --anonymous")
    if (event is not None) + (page is not None) + bool(traits) > 1:
        raise click.UsageError("an event has one of --event, --page and --trait; send one after the other")
    kind = "track" if event is not None else "page" if page is not None else "identify"
    if kind == "identify" and (properties or not (traits or (user and anonymous))):
        raise click.UsageError("what happened? Give --event, --page or --trait")
    shown = {**pairs("--property", properties), **({"url": page} if page is not None else {})}
    made = {
        "type": kind,
        "event": event,
        "userId": user,
        "anonymousId": anonymous,
        "messageId": message_id,
        "timestamp": timestamp,
        "properties": shown,
        "traits": pairs("--trait", traits),
    }
    return {name: value for name, value in made.items() if value}
