"""`jcli simulate`: what journeys would do with people who do not exist, in numbers. Reads files alone."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from jcli.commands import exits
from jcli.commands.numbers import Finite
from jcli.commands.session import Session, shared
from jcli.errors import ConfigError

if TYPE_CHECKING:
    from jcli.commands.reading import Read
    from jcli.documents import Document
    from jcli.rehearsal import Live, Setting
    from jcli.simulation import Asked, Model, Result

SHARE = Finite(0, 1, min_open=True, max_open=True)


@click.command("simulate")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--model", "model_key", metavar="KEY", help="The model of behaviour; needed where there are several.")
@click.option(
    "--people", type=click.IntRange(0, 10_000_000), default=100_000, show_default=True, help="How many people come."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, other people.")
@click.option("--days", type=click.IntRange(1, 3650), help="Watch each person for so long; else as the model says.")
@click.option("--alone", is_flag=True, help="Publish the named journeys only, not all of their site.")
@click.option("--confidence", type=SHARE, default=0.95, show_default=True, help="Of the intervals.")
@click.option(
    "--lift",
    type=Finite(-1, 1000, min_open=True),
    default=0.1,
    show_default=True,
    help="The difference that a SPLIT is to show.",
)
@click.option("--power", type=SHARE, default=0.8, show_default=True, help="How surely it is found.")
@click.option("--alpha", type=SHARE, default=0.05, show_default=True, help="How often chance may be taken for it.")
@click.option(
    "--cap", type=click.IntRange(0), default=3, show_default=True, help="How much content a week is too much."
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it."
)
@click.option(
    "--svg", "svg", metavar="PATH", help="Draw the flows to this file; of several journeys, into this folder."
)
@click.option("--jobs", "-n", "processes", type=click.IntRange(1), help="How many processes; else one for each core.")
@click.option("--starter", is_flag=True, help="Print a model to begin with, made from what the journeys ask.")
@shared
@click.pass_obj
def simulate_command(
    session: Session,
    keys: tuple[str, ...],
    model_key: str | None,
    people: int,
    seed: int,
    days: int | None,
    alone: bool,
    confidence: float,
    lift: float,
    power: float,
    alpha: float,
    cap: int,
    form: str,
    svg: str | None,
    processes: int | None,
    starter: bool,
) -> int:
    """Let people who do not exist live in journeys, and count.

    KEY is the key of a journey; without any, all are shown. What people do is said by a model of behaviour, a document
    of the kind `model`. The engine is the one that runs journeys. The same seed gives the same answer.
    """
    from jcli.commands.reading import read_workspace
    from jcli.simulation import Asked, Question

    read = read_workspace(session)
    stage = _stage(session, read, keys, alone=alone)
    if starter:
        return _print_starter(session, read, stage)
    document = _model_document(read, model_key)
    if _is_wrong(session, read, document):
        return exits.FINDINGS
    if lift == 0:
        raise ConfigError("the lift is a difference, and not 0", hint="`--lift 0.1` is ten per cent more")
    asked = Asked(people, seed, confidence, cap, Question(lift, power, alpha))
    result = _simulated(session, stage, document, asked, days, processes)
    _show(session, stage, result, form, svg)
    return exits.DONE


@dataclass(frozen=True, slots=True)
class _Stage:
    """What is simulated: the journeys that are live, and the keys of those that are shown."""

    setting: Setting
    live: Sequence[Live]
    keys: Sequence[str]

    @property
    def site_id(self) -> str:
        return self.live[0].journey.site_id


def _stage(session: Session, read: Read, keys: Sequence[str], *, alone: bool) -> _Stage:
    """The journeys of one site. ConfigError where those named are of several, or one of them could not be published."""
    from zoneinfo import ZoneInfo

    from jcli.commands.names import must_know
    from jcli.rehearsal import setting_of

    setting = setting_of(read.compilation, read.workspace.config.workspace, ZoneInfo)
    for key in keys:
        if key in setting.barred:
            raise ConfigError(f"`{key}` could not be published: {setting.barred[key]}", hint="`jcli validate` says all")
        must_know(key, setting.journeys, f"the workspace has no journey `{key}`", "`jcli validate` says what is wrong")
    shown = [setting.journeys[key] for key in dict.fromkeys(keys)] or list(setting.journeys.values())
    if not shown:
        raise ConfigError("there is no journey that people could live in", hint="`jcli validate` says why")
    if len({live.journey.site_id for live in shown}) > 1:
        raise ConfigError(
            "people live on one site, and these journeys are of several", hint="name journeys of one site"
        )
    site_id = shown[0].journey.site_id
    live = shown if alone else [one for one in setting.journeys.values() if one.journey.site_id == site_id]
    for key, why in () if alone else setting.barred.items():
        session.say(f"Not live: {key} could not be published: {why}")
    return _Stage(setting, live, [one.key for one in shown])


def _print_starter(session: Session, read: Read, stage: _Stage) -> int:
    """A model for the journeys that are shown. Their site and the vocabularies are asked, where there are any."""
    from jcli.checks.vocabulary import add_up, vocabulary_of
    from jcli.model import Kind, Site
    from jcli.simulation.starting import starter_for

    listed = [item.data for item in read.loaded.documents if item.kind is Kind.VOCABULARY]
    vocabulary, _ = add_up(map(vocabulary_of, listed))
    items = [source.item for source in read.compilation.sources.values()]
    domains = [
        domain for item in items if isinstance(item, Site) and item.id == stage.site_id for domain in item.domains
    ]
    shown = [stage.setting.journeys[key] for key in stage.keys]
    audiences = {item.id: item for item in stage.setting.audiences.values()}
    session.show(starter_for(shown, audiences, vocabulary, domains))
    return exits.DONE


def _model_document(read: Read, key: str | None) -> Document:
    """The document of the model; ConfigError where nobody says which of several."""
    from jcli.commands.names import must_know
    from jcli.model import Kind

    models = {item.key: item for item in read.loaded.documents if item.kind is Kind.MODEL and item.key is not None}
    if key is not None:
        must_know(
            key, models, f"the workspace has no model `{key}`", "`jcli simulate --starter` prints one to begin with"
        )
        return models[key]
    if not models:
        raise ConfigError(
            "the workspace has no model of behaviour",
            hint="`jcli simulate --starter > journeys/behaviour.model.yaml` writes one to begin with",
        )
    if len(models) > 1:
        raise ConfigError(f"there are several models: {', '.join(models)}", hint="say which by `--model KEY`")
    return next(iter(models.values()))


def _is_wrong(session: Session, read: Read, document: Document) -> bool:
    """Whether the checks have errors about the model; they are told on stderr."""
    from jcli.findings import has_errors
    from jcli.render.findings import concise

    found = [
        finding
        for finding in read.compilation.findings
        if (finding.file, finding.index) == (document.file, document.index)
    ]
    if not has_errors(found):
        return False
    session.show(concise(found, session.ink(err=True)), err=True)
    return True


def _simulated(
    session: Session, stage: _Stage, document: Document, asked: Asked, days: int | None, processes: int | None
) -> Result:
    from jcli.commands.forks import cores
    from jcli.commands.populations import Crowd, Population
    from jcli.commands.progress import progress
    from jcli.model import JourneyStatus
    from jcli.simulation import model_of, result_of

    journeys = {live.key: live for live in stage.live}
    model: Model = model_of(document.data, journeys, days=days)
    catalogue = stage.setting.catalogue(journeys, JourneyStatus.PUBLISHED)
    population = Population(model, catalogue, stage.site_id, asked.seed, asked.people)
    with Crowd(population, processes or cores()) as crowd, progress(session, "Simulating", "people") as moved:
        tally = crowd.tally(moved)
    return result_of(tally, model, asked, stage.setting, stage.live, stage.keys)


def _show(session: Session, stage: _Stage, result: Result, form: str, svg: str | None) -> None:
    from jcli.render import simulations as render

    if svg is not None:
        _draw(session, stage, result, svg)
    session.show(render.as_json(result) if form == "json" else render.text(result, session.ink()))


def _draw(session: Session, stage: _Stage, result: Result, svg: str) -> None:
    """A picture of each journey. ConfigError when the packages that draw it are not installed."""
    from jcli.commands.graph import picture_of
    from jcli.render.simulations import flows_of

    write = picture_of("svg")
    path = session.path(svg)
    into = len(result.journeys) > 1 or path.is_dir() or svg.endswith(("/", os.sep))
    for journey in result.journeys:
        target = path / f"{journey.key}.svg" if into else path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(write(flows_of(result, journey, stage.setting.journeys[journey.key])))
        session.say(f"Wrote {target}")
