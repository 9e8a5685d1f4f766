"""What the formats say alike: where a finding is, its message, counts, and what was found and is not shown."""

from __future__ import annotations

from dataclasses import dataclass

from jcli.findings import Finding
from jcli.render.ink import plain


@dataclass(frozen=True, slots=True)
class Aside:
    """How much was found and is not shown, by the reason; None: nobody asked for that reason. `held_back` are in the
    baseline, `unneeded` the entries of the baseline that nothing was found for, `elsewhere` in files that did not
    change."""

    held_back: int | None = None
    unneeded: int | None = None
    elsewhere: int | None = None

    def counts(self) -> dict[str, int]:
        """What was asked for, by the names that the JSON has for it."""
        counts = {"heldBack": self.held_back, "unneeded": self.unneeded, "elsewhere": self.elsewhere}
        return {name: count for name, count in counts.items() if count is not None}

    def sentences(self) -> list[str]:
        """What there is to be said of it."""
        said = []
        if self.held_back:
            said.append(f"{counted(self.held_back, 'finding')} held back by the baseline")
        if self.unneeded:
            one = self.unneeded == 1
            entries = "1 entry of the baseline is" if one else f"{self.unneeded:,} entries of the baseline are"
            said.append(f"{entries} no longer needed; `--write-baseline` writes it anew")
        if self.elsewhere:
            said.append(f"{counted(self.elsewhere, 'finding')} not shown, in files that did not change")
        return said


def counted(number: int, thing: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def place(finding: Finding) -> str:
    """`file:line:column: `, as much of it as is known."""
    if finding.file is None:
        return f"{plain(finding.pointer)}: " if finding.pointer else ""
    if finding.span is None:
        return f"{plain(finding.file)}: "
    return f"{plain(finding.file)}:{finding.span.line}:{finding.span.column}: "


def sentence(finding: Finding) -> str:
    """The message on one line, with the word that was meant."""
    message = plain(finding.message)
    if finding.suggestion and "did you mean" not in message:
        message += f"; did you mean `{plain(finding.suggestion)}`?"
    return message


def path_in_url(path: str) -> str:
    """A relative path as a reference of a URL (RFC 3986), so that no character of a name means anything else."""
    kept = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
    data = path.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if byte in kept else f"%{byte:02X}" for byte in data)
