"""What `plan` and `sync` share: the options that decide about documents, the plan itself, and how it is shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from jcli.commands import exits
from jcli.commands.behind import tell_if_behind
from jcli.commands.reading import read_workspace
from jcli.commands.session import Session, clock, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jcli.commands.reading import Read
    from jcli.findings import Finding
    from jcli.plan import Choices, Plan, SavedPlan, Side
    from jcli.targets import Target

Command = TypeVar("Command", bound=Callable[..., Any])

_DECIDING: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (
        ("--take",),
        {
            "nargs": 2,
            "multiple": True,
            "metavar": "git|store KEY",
            "help": "Where both sides changed a document: whose side has its way.",
        },
    ),
    (
        ("--adopt",),
        {
            "multiple": True,
            "metavar": "KEY",
            "help": "Let git take over what the store has without ever having been synced.",
        },
    ),
    (("--prune",), {"is_flag": True, "help": "Archive what git no longer has (things: remove them)."}),
    (
        ("--allow",),
        {"multiple": True, "metavar": "RAIL", "help": "Let a rail pass, as the plan prints it: `archive=welcome`."},
    ),
)


def deciding(function: Command) -> Command:
    """Give a command the options that decide about documents, gathered as `decided`."""
    for names, attributes in reversed(_DECIDING):
        function = click.option(*names, **attributes)(function)
    return function


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be planned: the documents (none: all) and what was decided about them."""

    keys: tuple[str, ...]
    choices: Choices


def asked(keys: tuple[str, ...], options: Mapping[str, Any]) -> Asked:
    """What keys and the options of `deciding` ask for; ConfigError when a side is neither git nor store."""
    from jcli.plan import Choices

    take = sides(options["take"])
    allow = waivers(options["allow"])
    return Asked(keys, Choices(take, frozenset(options["adopt"]), options["prune"], allow))


def waivers(words: Iterable[str]) -> frozenset[str]:
    """What `--allow` says. ConfigError for a word that waives no rail there is; that no plan touches it is no error."""
    from jcli.errors import ConfigError
    from jcli.plan import RAILS

    for word in words:
        rail, _, rest = word.partition("=")
        if rail not in RAILS or not rest:
            known = ", ".join(RAILS)
            raise ConfigError(f"--allow {word}: no rail goes by that; they are {known}", hint="as in `archive=welcome`")
    return frozenset(words)


def sides(pairs: Iterable[tuple[str, str]]) -> dict[str, Side]:
    """What `--take` says: document -> side. ConfigError when a side is neither git nor store."""
    from jcli.errors import ConfigError
    from jcli.plan import Side

    take: dict[str, Side] = {}
    for side, key in pairs:
        if side not in list(Side):
            raise ConfigError(f"--take {side} {key}: the side is `git` or `store`", hint="as in `--take git welcome`")
        if take.setdefault(key, Side(side)) != side:
            raise ConfigError(f"--take names both sides for `{key}`; choose one")
    return take


def read_checked(session: Session) -> tuple[Read, int | None]:
    """The workspace, and the exit code when its findings bar a sync (they have been shown then)."""
    read = read_workspace(session)
    must_hold_documents(read)
    if read.compilation.bars_sync:
        return read, refused(session, read, read.compilation.barring)
    return read, None


def plan_of(session: Session, read: Read, wanted: Asked) -> Plan:
    """The plan against the target; where there is no store yet, against an empty one."""
    with session.open_target(missing="empty") as target:
        keys = _known(wanted.keys, read, target) if wanted.keys else None
        plan = target.plan(read.checked, keys=keys, choices=wanted.choices)
        tell_if_behind(session, read, target, plan)
        return plan


def must_hold_documents(read: Read) -> None:
    from jcli.errors import ConfigError

    synced = any(document.kind is None or not document.kind.stays for document in read.loaded.documents)
    if not synced and not read.loaded.findings:
        below = ", ".join(read.workspace.config.paths)
        raise ConfigError(
            f"there is no document to sync below {below}; an empty workspace is not taken to mean that all shall go",
            hint="is this the right workspace and the right branch? `-C DIR` names another",
        )


def _known(keys: tuple[str, ...], read: Read, target: Target) -> frozenset[str]:
    """The keys, each of a document that is here or was synced from here: what is gone from git can be decided about by
    its key. What only the store knows has none."""
    from jcli.commands.names import must_know

    places = {*read.compilation.sources, *target.holdings().marks}
    known = {key for _, key in places} | {f"{kind.value}/{key}" for kind, key in places}
    for key in keys:
        must_know(key, known, f"no document that is synced has the key `{key}`")
    return frozenset(keys)


def show_plan(session: Session, plan: Plan, form: str) -> None:
    from jcli.render import plans

    session.show(plans.as_json(plan) if form == "json" else plans.text(plan, session.ink()))


def refused(session: Session, read: Read, findings: Sequence[Finding]) -> int:
    """Say on stderr which errors bar the sync; the exit code."""
    from jcli.findings import Severity
    from jcli.render import findings as render

    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    session.show(render.full(errors, read.workspace.lines, session.ink(err=True)), err=True)
    tell(f"{render.counted(len(errors), 'error')}; nothing was written")
    return exits.FINDINGS


def railed(plan: Plan) -> int:
    """Say on stderr which rails stand in the way and how to let each pass; the exit code."""
    for rail in plan.rails:
        tell(rail.message, f"--allow {rail.waiver} lets it pass")
    return exits.REFUSED


def save_plan(session: Session, read: Read, plan: Plan, wanted: Asked, file: str) -> None:
    """Keep the plan for `sync --plan`."""
    import orjson

    from jcli.plan import as_data, saved
    from jcli.workspace import write_file

    config = read.workspace.config
    kept = saved(
        plan,
        workspace=config.workspace,
        target=target_name(session, read),
        now=clock(),
        commit=commit_of(read),
        keys=wanted.keys,
        choices=wanted.choices,
    )
    write_file(session.path(file), orjson.dumps(as_data(kept), option=orjson.OPT_INDENT_2) + b"\n")
    session.say(f"Kept in {file}; `jcli sync --plan {file}` carries out what was shown.")


def saved_plan(session: Session, read: Read, file: str) -> SavedPlan:
    """A plan that was kept. ConfigError when it cannot be read, or is of another workspace or target."""
    import orjson

    from jcli.errors import ConfigError
    from jcli.plan import of_data

    try:
        plan = of_data(orjson.loads(session.path(file).read_bytes()))
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror or error}") from None
    except orjson.JSONDecodeError as error:
        raise ConfigError(f"{file} is no saved plan: {error}", hint="`jcli plan --out FILE` writes one") from None
    here = (read.workspace.config.workspace, target_name(session, read))
    if (plan.workspace, plan.target) != here:
        raise ConfigError(
            f"{file} was made for the workspace {plan.workspace} and the target {plan.target}, "
            f"not for {here[0]} and {here[1]}",
            hint="make a new plan here",
        )
    return plan


def commit_of(read: Read) -> str | None:
    """The commit that the files are of; where some hold what nobody committed, with `-dirty` behind it, as `git
    describe` says it."""
    from jcli.workspace.branches import uncommitted

    commit = read.workspace.commit()
    if commit is None or not uncommitted(read.workspace.root, read.loaded.files):
        return commit
    return f"{commit}-dirty"


def target_name(session: Session, read: Read) -> str:
    """What the target is called; a store that the environment names goes by the variable's name."""
    if session.target is None and os.environ.get("JCLI_STORE"):
        return "JCLI_STORE"
    return session.target or read.workspace.config.target
