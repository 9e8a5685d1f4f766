"""What of all that was found is shown: the options of `jcli validate` that leave something out.

The order matters. Files and checks that were not asked for are left out first, then what the baseline holds back, then
what stands in files that did not change. Everything has been read and judged by then; nothing here changes a finding.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jcli.commands.names import meant
from jcli.errors import ConfigError

if TYPE_CHECKING:
    from jcli.findings import Finding
    from jcli.render.findings import Aside


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is shown, and how much is not."""

    findings: list[Finding]
    aside: Aside


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What to show. `files` are those asked for; None: all. `slugs` are the checks. `baseline` are the fingerprints to
    hold back, `changed` the files that changed; None: not asked for."""

    files: Collection[str] | None
    slugs: Collection[str]
    baseline: Collection[str] | None = None
    changed: Collection[str] | None = None

    def of(self, findings: Iterable[Finding]) -> Narrowed:
        from jcli.render.findings import Aside

        found = list(findings)
        wanted = [finding for finding in found if self._is_wanted(finding)]
        fresh = [finding for finding in wanted if finding.fingerprint not in (self.baseline or ())]
        shown = [finding for finding in fresh if self.changed is None or self._is_caused(finding)]
        aside = Aside(
            held_back=None if self.baseline is None else len(wanted) - len(fresh),
            unneeded=None if self.baseline is None else len(set(self.baseline) - {f.fingerprint for f in found}),
            elsewhere=None if self.changed is None else len(fresh) - len(shown),
        )
        return Narrowed(shown, aside)

    def _is_wanted(self, finding: Finding) -> bool:
        return finding.code in self.slugs and (self.files is None or finding.file in self.files)

    def _is_caused(self, finding: Finding) -> bool:
        """Whether the change may be the cause: the file changed, or something that it refers to is not there, or is
        there twice, for which a change of another file is enough."""
        from jcli.checks import Stage, check_of

        check = check_of(finding.code)
        refers = check is not None and check.stage is Stage.REFERENCES
        return refers or finding.file in (self.changed or ())


def chosen_slugs(select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """The checks to show: those of `--select`, or all, without those of `--ignore`. Each value may hold several slugs
    with commas between them; ConfigError for a slug that no check has."""
    from jcli.checks import known_slugs

    known = known_slugs()
    wanted = _slugs("--select", select, known)
    return (wanted or known) - _slugs("--ignore", ignore, known)


def _slugs(option: str, values: Iterable[str], known: Collection[str]) -> frozenset[str]:
    slugs = frozenset(slug.strip() for value in values for slug in value.split(",") if slug.strip())
    for slug in sorted(slugs):
        if slug not in known:
            way_out = meant(slug, known)
            raise ConfigError(f"{option}: there is no check `{slug}`{way_out}", hint="`jcli rule` lists all checks")
    return slugs
