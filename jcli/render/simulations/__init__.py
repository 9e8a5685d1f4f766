"""What a simulation found, for people (`text`), for scripts (`objects`: JSON) and as a picture (`flows`: a drawing of
the journey with numbers, which any format of `jcli/render/graphs` can write). Nothing here counts or prints.
"""

from jcli.render.simulations.flows import flows_of
from jcli.render.simulations.objects import as_json
from jcli.render.simulations.text import text

__all__ = ["as_json", "flows_of", "text"]
