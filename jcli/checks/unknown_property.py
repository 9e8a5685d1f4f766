"""A `where`, a test or a model names a property that the event does not have by the vocabulary.

The event then never matches (or always does, with an operator that says `not_`). Properties are checked for each event
of which a vocabulary lists any; `properties: {}` says that the event has none.

Bad::

    vocabulary: product
    events:
      project_created:
        properties: {template: text}
    ---
    journey: welcome
    site: main
    nodes:
      start:
        type: TRIGGER
        config:
          triggerType: CUSTOM_EVENT
          triggerConfig: {eventName: project_created, where: {property: tempalte, equals: empty}}
        next: done
      done: {type: EXIT}

Good::

    vocabulary: product
    events:
      project_created:
        properties: {template: text}
    ---
    journey: welcome
    site: main
    nodes:
      start:
        type: TRIGGER
        config:
          triggerType: CUSTOM_EVENT
          triggerConfig: {eventName: project_created, where: {property: template, equals: empty}}
        next: done
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.mentions import About
from jcli.checks.nearest import certain, did_you_mean
from jcli.checks.subject import Subject, TrialSubject, short
from jcli.checks.vocabulary import nearest_word
from jcli.findings import Problem


def check(subject: Subject | TrialSubject) -> Iterator[Problem]:
    vocabulary = subject.world.vocabulary
    if vocabulary is None or vocabulary.events is None:
        return
    for mention in subject.mentions:
        if mention.about is not About.PROPERTY:
            continue
        known = vocabulary.properties(mention.event)
        if known is not None and mention.name not in known:
            meant = nearest_word(mention.name, frozenset(known))
            tail = did_you_mean(meant and short(meant, 30)) or "; correct it, or add it to the vocabulary"
            start = f"the event `{short(mention.event or '', 30)}` has no property `{short(mention.name, 30)}`"
            fix = certain(mention.fix_kind, mention.name, known, meant)
            yield Problem(mention.place, start + tail, meant, at_key=mention.at_key, fix=fix)


check_trial = check  # a test is asked the same
