"""Findings in every format in which they are asked for, a module a format.

For people: `text`. For scripts: `objects`, the JSON of our own. For those who show findings at the line that they are
about: `github` (workflow commands), `gitlab` (Code Quality), `sarif` (SARIF 2.1.0), `junit` (XML). `words` is what they
say alike. What is imported here is what most runs need; the others are imported by whoever asks for them.
"""

from jcli.render.findings.objects import FORMAT_VERSION, as_json, baseline
from jcli.render.findings.text import Lines, concise, full, summary
from jcli.render.findings.words import Aside, counted

__all__ = ["FORMAT_VERSION", "Aside", "Lines", "as_json", "baseline", "concise", "counted", "full", "summary"]
