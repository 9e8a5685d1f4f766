"""What came of the cases of test documents, in every format in which it is asked for, a module a format.

For people: `text` (what failed, and the summary), `progress` (how far it has come), `story` (how somebody came to where
they stand), `values` (what was expected and what was seen, side by side), `times`. For scripts: `objects`, the JSON of
our own. For those who show failures elsewhere: `github` (workflow commands), `junit` (XML).

It must not play a case or read a file. Where to look next: `jcli/trials/verdicts.py` has what is shown here.
"""

from jcli.render.trials.progress import Progress
from jcli.render.trials.text import durations, failure, failures, listed, summary

__all__ = ["Progress", "durations", "failure", "failures", "listed", "summary"]
