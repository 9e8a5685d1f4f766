"""`python -m tests.mutations`: the table of all mutants, and those on which oracle and checks differ."""

from tests.mutations.judging import ROUNDS, agree, judged, table
from tests.mutations.originals import originals

items = list(judged(originals(), ROUNDS))
print(table(items))
for item in items:
    if not agree(item):
        print(item)
