"""`jcli validate`: everything that is wrong with the workspace, at once, in source order. Offline; changes nothing but
the baseline that it was asked to write, the files that it was asked to fix, and a cache of its own.

What is left out of what was found is decided in `jcli/commands/narrowing.py`, how the rest is shown in
`jcli/render/findings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from jcli.commands import exits
from jcli.commands.checking import check_workspace
from jcli.commands.narrowing import Narrowing, chosen_slugs
from jcli.commands.paths import chosen_files, nothing_there
from jcli.commands.reading import no_collecting
from jcli.commands.session import Session, shared
from jcli.errors import ConfigError

if TYPE_CHECKING:
    from jcli.commands.checking import Checked
    from jcli.commands.narrowing import Narrowed
    from jcli.findings import Finding

FORMATS = ("full", "concise", "json", "github", "gitlab", "sarif", "junit")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says."""

    paths: tuple[str, ...]
    form: str
    fail_on: str
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    baseline: str | None
    no_baseline: bool
    write_baseline: str | None
    changed: bool
    base: str | None
    fix: bool
    diff: bool
    no_cache: bool

    @property
    def narrow(self) -> bool:
        """Whether anything that was found is left out, but for the baseline."""
        return bool(self.paths or self.select or self.ignore or self.changed)


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="full",
    show_default=True,
    help="How findings are shown.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    show_default=True,
    help="From which severity on the exit code is 1.",
)
@click.option("--select", multiple=True, metavar="SLUG[,SLUG]", help="Show what these checks find, and nothing else.")
@click.option("--ignore", multiple=True, metavar="SLUG[,SLUG]", help="Do not show what these checks find.")
@click.option("--changed", is_flag=True, help="Show what is wrong with files that changed since --base.")
@click.option("--base", metavar="REF", help="What --changed compares with.  [default: the origin's default branch]")
@click.option("--baseline", metavar="FILE", help="Hold back the findings that are in FILE.")
@click.option("--no-baseline", is_flag=True, help="Show what the baseline of jcli.yaml holds back too.")
@click.option("--write-baseline", metavar="FILE", help="Write all that is found now into FILE, and end with 0.")
@click.option("--fix", is_flag=True, help="Put right what certainly can be, then tell what remains.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--no-cache", is_flag=True, help="Check every file anew, and keep nothing for the next run.")
@shared
@click.pass_obj
def validate_command(session: Session, /, **given: Any) -> int:
    """Check the workspace and say everything that is wrong.

    With PATHs (files or folders) only what is wrong in them is shown; all documents are read all the same, because
    they refer to each other.
    """
    with no_collecting():
        return _validate(session, _usable(Options(**given)))


def _validate(session: Session, options: Options) -> int:
    if options.write_baseline is not None:
        return _write_baseline(session, options, options.write_baseline)
    look = _look(session, options)
    code = exits.DONE
    if options.fix or options.diff:
        from jcli.commands.fixing import fix_files

        slugs = look.slugs
        code = fix_files(session, look.found.findings, diff=options.diff, wanted=lambda one: one.code in slugs)
        if options.diff:
            return code
        look = _look(session, options)
    _show(session, options, look)
    return exits.worst([code, exits.FINDINGS if _failed(look.found.findings, options) else exits.DONE])


@dataclass(frozen=True, slots=True)
class _Look:
    """The workspace checked: the files and the checks that are meant, and what is shown of what was found."""

    checked: Checked
    files: set[str]
    slugs: frozenset[str]
    found: Narrowed


def _look(session: Session, options: Options) -> _Look:
    from jcli.findings import identified

    if options.select or options.ignore:
        chosen_slugs(options.select, options.ignore)  # what is misspelt there is told before the work, not after it
    checked = _checked(session, options)
    slugs = chosen_slugs(options.select, options.ignore)
    files = set(checked.files)
    if options.paths:
        files = chosen_files([session.path(path) for path in options.paths], checked.workspace, checked.files)
    changed = _changed(checked, options)
    narrowing = Narrowing(files if options.paths else None, slugs, _baseline(session, checked, options), changed)
    found = narrowing.of(identified(checked.findings))
    return _Look(checked, files if changed is None else files & changed, slugs, found)


def _checked(session: Session, options: Options) -> Checked:
    checked = check_workspace(session, cached=not options.no_cache)
    if not checked.files:
        raise nothing_there(checked.workspace)
    return checked


def _usable(options: Options) -> Options:
    """ConfigError for options that contradict each other."""
    if options.base is not None and not options.changed:
        raise ConfigError("--base says what --changed compares with; pass --changed too")
    if options.baseline is not None and options.no_baseline:
        raise ConfigError("--baseline and --no-baseline contradict each other; pass one of them")
    if options.write_baseline is not None and options.narrow:
        raise ConfigError("a baseline is written of everything; pass no PATH, --select, --ignore or --changed with it")
    if options.write_baseline is not None and (options.fix or options.diff):
        raise ConfigError("--write-baseline writes what is found as it is; pass no --fix or --diff with it")
    return options


def _write_baseline(session: Session, options: Options, name: str) -> int:
    from jcli.findings import identified
    from jcli.render.findings import baseline, counted
    from jcli.workspace import write_file

    findings = identified(_checked(session, options).findings)
    write_file(session.path(name), baseline(findings).encode())
    session.say(f"Wrote {counted(len(findings), 'finding')} to {name}")
    return exits.DONE


def _baseline(session: Session, checked: Checked, options: Options) -> frozenset[str] | None:
    """The fingerprints to hold back; None without a baseline."""
    configured = checked.workspace.config.baseline
    if options.baseline is not None:
        path = session.path(options.baseline)
    elif configured is not None and not options.no_baseline:
        path = checked.workspace.root / configured
    else:
        return None
    from jcli.workspace.baseline import read_baseline

    return read_baseline(path)


def _changed(checked: Checked, options: Options) -> frozenset[str] | None:
    """The files that changed; None without `--changed`."""
    if not options.changed:
        return None
    from jcli.workspace.changes import changed_files

    return changed_files(checked.workspace.root, options.base)


def _failed(findings: list[Finding], options: Options) -> bool:
    from jcli.findings import has_errors

    return bool(findings) if options.fail_on == "warning" else has_errors(findings)


def _show(session: Session, options: Options, look: _Look) -> None:
    """The findings on stdout. What is not shown is said there too where people or scripts read it, else on stderr."""
    from jcli.render import findings as render

    findings, aside = look.found.findings, look.found.aside
    checked, files = look.checked, look.files
    documents = {file: names for file, names in checked.documents.items() if file in files}
    counts = {"files": len(files & set(checked.files)), "documents": sum(map(len, documents.values()))}
    if options.form == "json":
        session.show(render.as_json(findings, **counts, aside=aside))
        return
    if options.form == "full":
        text = render.full(findings, checked.workspace.lines, session.ink())
        session.show(text + render.summary(findings, **counts, aside=aside))
        return
    session.show(_told(session, options, findings, documents, checked))
    for sentence in aside.sentences():
        session.say(sentence)


def _told(
    session: Session, options: Options, findings: list[Finding], documents: dict[str, list[str]], checked: Checked
) -> str:
    """The findings in a format without a summary. Those for other programs name files from the root of the
    repository."""
    folder = checked.workspace.folder()
    if options.form == "github":
        from jcli.render.findings.github import github

        return github(findings, folder=folder)
    if options.form == "gitlab":
        from jcli.render.findings.gitlab import gitlab

        return gitlab(findings, folder=folder)
    if options.form == "sarif":
        from jcli.render.findings.sarif import sarif

        return sarif(findings, folder=folder)
    if options.form == "junit":
        from jcli.render.findings.junit import junit

        return junit(findings, documents, warnings_fail=options.fail_on == "warning", folder=folder)
    from jcli.render.findings import concise

    return concise(findings, session.ink())
