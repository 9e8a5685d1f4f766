"""A backtest for people: as text, as JSON, and as a comment on a pull request.

`report` is what is shown, `wording` the sentences about one person, which text and Markdown share. Everything from
outside is on one line and escaped as its format asks. Nothing here decides what is different: see `jcli/backtest`.
"""

from jcli.render.backtests.comment import markdown, marker
from jcli.render.backtests.objects import as_json
from jcli.render.backtests.report import Report
from jcli.render.backtests.text import text

__all__ = ["Report", "as_json", "markdown", "marker", "text"]
