"""A rule, a test or a model names a trait that no vocabulary of the workspace lists.

A trait that nobody sends is missing in everybody, so the rule gives everybody the same answer. Asked are the rules of
audiences, conditions, `where` and `attribute_match` goals, and the traits that tests and models give people. Traits are
checked once a vocabulary lists any.

Bad::

    vocabulary: product
    traits:
      plan: text
    ---
    audience: paying
    rules: {trait: paln, equals: pro}
    ---
    journey: welcome
    site: main
    audience: paying
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}

Good::

    vocabulary: product
    traits:
      plan: text
    ---
    audience: paying
    rules: {trait: plan, equals: pro}
    ---
    journey: welcome
    site: main
    audience: paying
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.mentions import About
from jcli.checks.nearest import certain, did_you_mean
from jcli.checks.subject import AudienceSubject, Subject, TrialSubject, short
from jcli.checks.vocabulary import nearest_word
from jcli.findings import Problem


def check(subject: Subject | AudienceSubject | TrialSubject) -> Iterator[Problem]:
    vocabulary = subject.world.vocabulary
    if vocabulary is None or vocabulary.traits is None:
        return
    known = vocabulary.traits
    for mention in subject.mentions:
        if mention.about is About.TRAIT and mention.name not in known:
            meant = nearest_word(mention.name, vocabulary.trait_names)
            tail = did_you_mean(meant and short(meant)) or "; correct the name, or add it to the vocabulary"
            fix = certain(mention.fix_kind, mention.name, known, meant)
            message = f"no vocabulary lists the trait `{short(mention.name)}`{tail}"
            yield Problem(mention.place, message, meant, at_key=mention.at_key, fix=fix)


check_audience = check_trial = check  # audiences and tests are asked the same
