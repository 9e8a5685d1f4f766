"""A journey or an audience names an event that no vocabulary of the workspace lists.

A misspelt event never fires, and nobody notices: the journey passes every other check, is published, and stays empty.
Asked are the `eventName` of triggers, waits and goals, and the `event` of rules. Events are checked once a vocabulary
lists any. `element_click`, which the product itself gives a meaning, needs no entry; page views have no name.

Bad::

    vocabulary: product
    events:
      project_created: {}
    ---
    journey: welcome
    site: main
    nodes:
      start:
        type: TRIGGER
        config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: project_creatd}}
        next: done
      done: {type: EXIT}

Good::

    vocabulary: product
    events:
      project_created: {}
    ---
    journey: welcome
    site: main
    nodes:
      start:
        type: TRIGGER
        config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: project_created}}
        next: done
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.mentions import About
from jcli.checks.nearest import certain, did_you_mean
from jcli.checks.subject import AudienceSubject, Subject, short
from jcli.checks.vocabulary import nearest_word
from jcli.findings import FixKind, Problem


def check(subject: Subject | AudienceSubject) -> Iterator[Problem]:
    vocabulary = subject.world.vocabulary
    if vocabulary is None or vocabulary.events is None:
        return
    known = vocabulary.event_names
    for mention in subject.mentions:
        if mention.about is About.EVENT and mention.name not in known:
            meant = nearest_word(mention.name, known)
            tail = did_you_mean(meant and short(meant)) or "; correct the name, or add it to the vocabulary"
            fix = certain(FixKind.VALUE, mention.name, known, meant)
            yield Problem(mention.place, f"no vocabulary lists the event `{short(mention.name)}`{tail}", meant, fix=fix)


check_audience = check  # an audience is asked the same
