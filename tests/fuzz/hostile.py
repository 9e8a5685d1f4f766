"""Files of up to 1 MiB that are small for whoever writes them and could be much work for whoever reads them.

Each was found by search among hundreds like it: what repeats, what nests, what is wrong thousands of times, what looks
like a known word, what compiles to something large.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

MIB = 1024 * 1024

_JOURNEY = "journey: a\nsite: main\n"
_TRIGGER = "  t: {type: TRIGGER, config: {triggerType: MANUAL}, next: n0}\n"
_LINES = f"{_JOURNEY}nodes:\n{_TRIGGER}"
_ANY = "audience: a\nname: a\nrules: {any: ["
_SPLIT = f"{_LINES}  n0: {{type: SPLIT, config: {{weights: {{"
_BODY = "content: a\ncontentType: b\nbody:"


def _filled(start: str, unit: Callable[[int], str], end: str = "") -> bytes:
    """As many units as there is room for."""
    room = MIB - len(start) - len(end)
    parts: list[str] = []
    while room >= 0:
        parts.append(unit(len(parts)))
        room -= len(parts[-1].encode())
    return "".join([start, *parts[:-1], end]).encode()


def _knotted(nodes: int, ways: Callable[[int], str], around: str) -> bytes:
    """So many nodes, each with these ways."""
    lines = (f"  n{n}: {{type: SPLIT, next: {around[0]}{ways(n)}{around[1]}}}\n" for n in range(nodes))
    return (_LINES + "".join(lines)).encode()


def _any(rule: str, times: int) -> str:
    return f"{{any: [{f'{rule},' * times}]}}"


def _same(text: str) -> Callable[[int], str]:
    return lambda _: text


HOSTILE: Mapping[str, bytes] = {
    "nodes on one line": _filled(f"{_JOURNEY}nodes: {{", lambda n: f"n{n}: {{}},", "}\n"),
    "exits that nobody comes to": _filled(_LINES, lambda n: f"  n{n}: {{type: EXIT}}\n"),
    "a chain of checks that lead back": _filled(
        _LINES, lambda n: f"  n{n}: {{type: GOAL_CHECK, next: {{met: n{max(0, n - 1)}, not_met: n{n + 1}}}}}\n"
    ),
    "each of 250 nodes leads to each": _knotted(250, lambda n: ", ".join(f"l{to}: n{to}" for to in range(250)), "{}"),
    "40,000 edges between 100 nodes": _knotted(
        100, lambda n: ", ".join(f"{{to: n{to % 100}, label: l{to}}}" for to in range(400)), "[]"
    ),
    "ways with one label": _filled(
        f"{_LINES}  n0: {{type: GOAL_CHECK, next: [", _same("{to: n0, label: met},"), "]}\n"
    ),
    "ways to nowhere": _filled(f"{_LINES}  n0: {{type: SPLIT, next: {{", lambda n: f"l{n}: zz{n},", "}}\n"),
    "unknown fields": _filled(_JOURNEY, lambda n: f"f{n}: 1\n"),
    "types that are nearly known": _filled(f"{_JOURNEY}nodes: {{", lambda n: f"n{n}: {{type: EXITT}},", "}\n"),
    "keys that are none": _filled(f"{_JOURNEY}nodes: {{", lambda n: f"N {n}: 1,", "}\n"),
    "long names": _filled(f"{_JOURNEY}nodes: {{", lambda n: f"{'n' * 60}{n}: {{type: EXIT, next: {'n' * 60}}},", "}\n"),
    "names like each other": _filled(
        f"{_JOURNEY}nodes: {{",
        lambda n: f"{'n' * 55}{n}: {{type: WAIT, config: {{duration: 1d}}, next: {'n' * 50}x{n}}},",
        "}\n",
    ),
    "contents like each other": _filled(
        "".join(f"content: {'c' * 50}x{n}\ncontentType: a\n---\n" for n in range(499)) + f"{_JOURNEY}nodes: {{",
        lambda n: f"n{n}: {{type: CONTENT, contentId: {'c' * 50}{n}, config: {{}}}},",
        "}\n",
    ),
    "a wide any of nothing": _filled(_ANY, _same("{},"), "]}\n"),
    "any in any in any": (_ANY + ("{any: [" + ("{any: [" + "{}," * 60 + "]},") * 60 + "]},") * 60 + "]}\n").encode()[
        :MIB
    ],
    "a wide in": _filled("audience: a\nname: a\nrules: {trait: a, in: [", lambda n: f"{n},", "]}\n"),
    "a wide in of lists": _filled("audience: a\nname: a\nrules: {trait: a, in: [", _same("[],"), "]}\n"),
    "branches with one label": _filled(
        f"{_LINES}  n0: {{type: CONDITION, config: {{branches: [",
        _same("{label: a, rules: {trait: a, equals: b}},"),
        "]}, next: {a: n0, default: n0}}\n",
    ),
    "branches of many labels": _filled(
        f"{_LINES}  n0: {{type: CONDITION, config: {{branches: [",
        lambda n: f"{{label: a{n}, rules: {{trait: b{n}, equals: {n}}}}},",
        "]}, next: {a: n0, default: n0}}\n",
    ),
    "weights that differ in case": _filled(_SPLIT, lambda n: f"{'aA'[n % 2]}{n // 2}: 1,", "}}, next: {a: n0}}\n"),
    "large weights": _filled(_SPLIT, lambda n: f"a{n}: 9223372036854775807,", "}}, next: {a: n0}}\n"),
    "expressions": _filled(_ANY, lambda n: f"{{trait: a, regex: '[a-z]{{{n % 999 + 1}}}{n}'}},", "]}\n"),
    "large expressions": _filled(_ANY, lambda n: f"{{trait: a, regex: '(\\pL{{100}}|x{n}){{9}}'}},", "]}\n"),
    "time zones": _filled(
        f"{_JOURNEY}nodes: {{",
        lambda n: f"n{n}: {{type: WAIT, config: {{at: {{time: '10:00', timezone: Europe/X{n}}}}}}},",
        "}\n",
    ),
    "one domain": _filled("site: a\nname: a\ndomains: [", _same("a.example,"), "]\n"),
    "one day": _filled(
        f"{_JOURNEY}nodes: {{n: {{type: WAIT, config: {{at: {{time: '10:00', days: [", _same("mon,"), "]}}}}\n"
    ),
    "traits of a vocabulary": _filled(
        "vocabulary: a\ntraits:\n",
        lambda n: f"  {'t' * 40}{n}: text\n",
        f"---\n{_ANY}{{trait: {'t' * 42}, equals: b}}]}}\n",
    ),
    "documents of no kind": _filled("", _same("a: 1\n---\n")),
    "documents of a kind that is nearly known": _filled("", _same("jorney: 1\n---\n")),
    "documents with one key": _filled("", _same("site: a\nname: a\n---\n")),
    "journeys without site and audience": _filled(
        "site: abc\nname: a\n---\naudience: abd\nname: a\nrules: {trait: a, equals: b}\n---\n",
        lambda n: f"journey: a{n}\nsite: x{n}\naudience: y{n}\nnodes: {{t: {{type: EXIT}}}}\n---\n",
    ),
    "one key": _filled("", _same("a: 1\n")),
    "one key, old line ends": _filled("", _same("a: 1\r")),
    "tags": _filled("a: [", _same("!a b,"), "]\n"),
    "NULs": _filled("a: [", _same('"\\0",'), "]\n"),
    "anchors": _filled("a: [", lambda n: f"&a{n} x,", "]\n"),
    "an alias at the end": _filled("a: [", _same("a,"), "*b]\n"),
    "comments that silence": _filled(_LINES, _same("  # jcli: ignore[dead-end] x\n"), "  n0: {type: EXIT}\n"),
    "a list for a body": _filled(f"{_BODY} [", _same("1,"), "]\n"),
    "empty maps": _filled(f"{_BODY} {{x: [", _same("{},"), "]}\n"),
    "a list that is not closed": _filled(f"{_BODY} [", _same("a,")),
    "dashes": _filled("", _same("- ")),
    "questions": _filled("", _same("? ")),
    "brackets": _filled("", _same("[")),
    "digits": _filled(f"{_JOURNEY}nodes: {{n: {{type: WAIT, config: {{duration: '", _same("9"), "d'}}}\n"),
    "a text of one line": _filled("site: a\nname: ", _same("\N{GRINNING FACE}")),
    "a long key": _filled("", _same("x"), ": 1\n"),
}
