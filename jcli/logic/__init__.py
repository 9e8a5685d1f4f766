"""What follows from rules alone, whoever the person is: can anybody match, does one rule take in another.

A rule is a formula over facts that know nothing of each other: the value of each trait, the value of each property of
the event at hand, and the times of each past event. So leaves can hold together exactly when, topic by topic, the
leaves on it can. `formula.py` turns a rule into `all` and `any` over leaves (a `not` goes down to the leaves),
`search.py` walks the ways to satisfy it, `values.py`, `texts.py` and `counts.py` decide about one topic.

All answers are True, False or None. True is never given without a witness, a value that the operators themselves have
accepted (`operators.py`, which the engine runs); False never without a proof. What neither is found for, a regular
expression mostly, and what would take more than the effort allowed, is None: not decided, and nobody may act on it.

`witness.py` answers with somebody of whom rules are true, in values that people would write, `regexes.py` with texts
for regular expressions. No check needs the two, so they are imported by whoever does.

Pure. Nothing here judges a journey; that is `jcli/checks`.
"""

from jcli.logic.effort import Effort
from jcli.logic.formula import Leaf, Topic, asks_twice
from jcli.logic.search import Clash, clash, excludes, implies, satisfiable

__all__ = ["Clash", "Effort", "Leaf", "Topic", "asks_twice", "clash", "excludes", "implies", "satisfiable"]
