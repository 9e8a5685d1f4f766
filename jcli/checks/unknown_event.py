"""A journey, an audience, a test or a model names an event that no vocabulary of the workspace lists.

A misspelt event never fires, and nobody notices: the journey passes every other check, is published, and stays empty.
Asked are the `eventName` of triggers, waits and goals, the `event` of rules, and what people do in tests and models.
Events are checked once a vocabulary lists any. `element_click`, which the product itself gives a meaning, needs no
entry; page views have no name.

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
from jcli.checks.subject import AudienceSubject, Subject, TrialSubject, short
from jcli.checks.vocabulary import nearest_word
from jcli.findings import Problem


def check(subject: Subject | AudienceSubject | TrialSubject) -> Iterator[Problem]:
    vocabulary = subject.world.vocabulary
    if vocabulary is None or vocabulary.events is None:
        return
    known = vocabulary.event_names
    for mention in subject.mentions:
        if mention.about is About.EVENT and mention.name not in known:
            meant = nearest_word(mention.name, known)
            tail = did_you_mean(meant and short(meant)) or "; correct the name, or add it to the vocabulary"
            fix = certain(mention.fix_kind, mention.name, known, meant)
            message = f"no vocabulary lists the event `{short(mention.name)}`{tail}"
            yield Problem(mention.place, message, meant, at_key=mention.at_key, fix=fix)


check_audience = check_trial = check  # audiences and tests are asked the same
