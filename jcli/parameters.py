"""The parameters of a test's case: `each` makes several cases of one, and `$role` stands for a value.

A text that is `$role` and nothing else becomes the value with its type; within a longer text (`the $role`, or
`${role}s` where a letter follows) it is put in as text. `$$` is a dollar. Where no name follows, a dollar is a dollar.
Plain data in, plain data out; whether a value fits where it is put is for `jcli/checks` to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jcli.findings import Path
from jcli.model import Json

NAME = "name"
"""Of an entry of `each`: what is added to the name of the case. It is no parameter."""

_MARK = re.compile(r"\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))", re.ASCII)
_NOT_PUT_IN = frozenset({"each"})


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A case with the values of one entry put in, and without `each`. `entry` is the number of the entry (None: the
    case has no `each`), `written` the case as it was."""

    name: str
    data: Json
    written: Json
    entry: int | None = None
    values: Json = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether all that the case asks for has a value; what has none would stand in it as it is."""
        return all(name in self.values for name, _ in mentioned(self.written))

    def source(self, path: Path, *, of_key: bool = False) -> Path:
        """Where in the case as it was written a path of `data` comes from: the value in `each` for what is a parameter
        and nothing else. `of_key`: it is the key at the end of the path that is asked for."""
        value: Any = self.written
        place: Path = ()
        for step in path:
            step = self._key(value, step) if isinstance(value, dict) else step
            try:
                value, place = value[step], (*place, step)
            except (KeyError, IndexError, TypeError):
                break
        name = alone(place[-1] if of_key and place else value)
        if self.entry is not None and name in self.values:
            return ("each", self.entry, str(name))
        return place

    def _key(self, mapping: Mapping[str, Any], step: str | int) -> str | int:
        return next((key for key in mapping if put_in(key, self.values, as_text=True) == step), step)


def unfolded(case: Json) -> list[Unfolded]:
    """The cases that a case of a document stands for. Its shape is right."""
    entries = case.get("each")
    if not entries:
        return [Unfolded(str(put_in(case["case"], {}, as_text=True)), _with(case, {}), case)]
    found = []
    for number, entry in enumerate(entries):
        values = {name: value for name, value in entry.items() if name != NAME}
        found.append(Unfolded(_name(case["case"], entry, values), _with(case, values), case, number, values))
    return found


def _with(case: Json, values: Json) -> Json:
    return {key: put_in(value, values) for key, value in case.items() if key not in _NOT_PUT_IN}


def _name(written: str, entry: Json, values: Json) -> str:
    """The name of a case with an entry's values: they are in it already, or are added."""
    name = str(put_in(written, values, as_text=True))
    if NAME in entry:
        return f"{name} [{_text(entry[NAME])}]"
    if name != written.replace("$$", "$"):
        return name
    return f"{name} [{', '.join(f'{key}={_text(value)}' for key, value in values.items())}]"


def put_in(value: Any, values: Json, *, as_text: bool = False) -> Any:
    """The value with all parameters that are known put in; `as_text`: it stays text whatever the parameter is."""
    match value:
        case str():
            if "$" not in value:
                return value
            name = alone(value)
            if name in values and not as_text:
                return values[str(name)]
            return _MARK.sub(lambda mark: _put(mark, values), value)
        case dict():
            return {put_in(key, values, as_text=True): put_in(item, values) for key, item in value.items()}
        case list():
            return [put_in(item, values) for item in value]
        case _:
            return value


def escaped(value: Any) -> Any:
    """What a case has to say so that, with whatever parameters, this value is read from it."""
    match value:
        case str():
            return value.replace("$", "$$") if _MARK.search(value) else value
        case dict():
            return {escaped(key): escaped(item) for key, item in value.items()}
        case list() | tuple():
            return [escaped(item) for item in value]
        case _:
            return value


def _put(mark: re.Match[str], values: Json) -> str:
    if mark[0] == "$$":
        return "$"
    name = mark[1] or mark[2]
    return _text(values[name]) if name in values else mark[0]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def alone(value: Any) -> str | None:
    """The parameter that the value is, and nothing else."""
    found = _MARK.fullmatch(value) if isinstance(value, str) else None
    return (found[1] or found[2]) if found else None


def is_open(value: Any) -> bool:
    """Whether there is a parameter in the value, which nobody puts in any more."""
    return next(_mentioned(value, ()), None) is not None


def mentioned(case: Json) -> Iterator[tuple[str, Path]]:
    """Every parameter that a case names, each time with its place."""
    for key, value in case.items():
        if key not in _NOT_PUT_IN:
            yield from _mentioned(value, (key,))


def _mentioned(value: Any, path: Path) -> Iterator[tuple[str, Path]]:
    match value:
        case str():
            yield from ((mark[1] or mark[2], path) for mark in _MARK.finditer(value) if mark[0] != "$$")
        case dict():
            for key, item in value.items():
                yield from _mentioned(key, (*path, key))
                yield from _mentioned(item, (*path, key))
        case list():
            for index, item in enumerate(value):
                yield from _mentioned(item, (*path, index))
