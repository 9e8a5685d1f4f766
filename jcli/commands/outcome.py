"""What came of a round of `jcli test`, written to stdout in the format that is wanted.

It must not decide what failed. Where to look next: `jcli/render/trials` has a module for each format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jcli.commands.rounds import Options, Round
    from jcli.commands.session import Session


def show(session: Session, options: Options, done: Round) -> None:
    """The outcome on stdout in the format that is wanted; in one for programs its summary on stderr."""
    from jcli.render import trials as render

    folder = done.trials.read.workspace.folder()
    if options.junit is not None:
        from jcli.render.trials.junit import junit
        from jcli.workspace import write_file

        write_file(session.path(options.junit), junit(done.verdicts, done.findings, folder=folder).encode())
    if options.form == "text":
        session.show(_text(session, options, done))
        return
    session.show(_told(options.form, done, folder))
    session.say(render.summary(done.verdicts, done.seconds, aside=_aside(done), barred=_barred(done)).rstrip("\n"))


def _text(session: Session, options: Options, done: Round) -> str:
    from jcli.render import trials as render
    from jcli.render.findings import full

    ink = session.ink()
    blocks = [full(done.findings, done.trials.read.workspace.lines, ink), render.failures(done.verdicts, ink)]
    if options.durations is not None:
        blocks.append(render.durations(done.verdicts, options.durations, ink))
    text = "".join(blocks)
    gap = "\n" if text and done.verdicts and not session.quiet else ""
    summary = render.summary(
        done.verdicts, done.seconds, ink, aside=_aside(done), barred=_barred(done), failed=bool(done.findings)
    )
    return f"{gap}{text}{summary}"


def _told(form: str, done: Round, folder: str) -> str:
    """The outcome for another program. Files go by their names from the root of the repository, but in JSON."""
    if form == "json":
        from jcli.render.trials.objects import as_json

        return as_json(done.verdicts, done.seconds, findings=done.findings, barred=_barred(done), more=_more(done))
    if form == "junit":
        from jcli.render.trials.junit import junit

        return junit(done.verdicts, done.findings, folder=folder)
    from jcli.render.findings.github import github as annotated
    from jcli.render.trials.github import github

    return annotated(done.findings, folder=folder) + github(done.verdicts, folder=folder)


def _more(done: Round) -> dict[str, Any]:
    from jcli.render.trials.coverage import coverage_objects

    return {"coverage": coverage_objects(done.coverages)} if done.coverages else {}


def _aside(done: Round) -> list[str]:
    """What is to be said beside the counts."""
    from jcli.render.findings import counted

    left = len(done.chosen.cases) - len(done.verdicts)
    said = [f"{left:,} not played"] if left else []
    return [*said, f"{counted(len(done.findings), 'error')} in documents"] if done.findings else said


def _barred(done: Round) -> dict[str, str]:
    """The journeys that could not be live beside the tested ones, with the reason."""
    tested = {case.journey for case in done.chosen.cases}
    return {key: why for key, why in done.trials.setting.barred.items() if key not in tested}
