"""What `jcli init` begins with: a site, an audience, two contents, a small journey and its test, as text."""

from __future__ import annotations

from collections.abc import Mapping

CONFIG = """\
workspace: {slug} # part of every id that is made from a key: do not change it once something was synced
paths: [journeys]
target: local
targets:
  local: {{url: "sqlite:///.jcli/journeys.db"}}
"""

_SITE = """\
# Where people meet your product. People, journeys and audiences belong to a site.
site: main
name: Main
domains: [app.example.com]
"""

_AUDIENCE = """\
# Who a journey is for: a rule over people's traits.
audience: new-people
name: New people
site: main
rules: {trait: projects, lt: 1}
"""

_CONTENT = """\
# What journeys show: the head key is the contentId, the body is whatever your front end renders.
content: welcome-tour
name: Welcome tour
contentType: flow
body:
  steps:
    - {title: Welcome, text: This is where your projects live.}
    - {title: Begin, text: Make your first project here.}
---
content: first-project-hint
name: A hint on the first project
contentType: tooltip
body: {text: Make a project to see what comes next.}
"""

_JOURNEY = """\
# A person who opens the dashboard gets the tour; a day later whoever has no project yet gets a hint.
journey: welcome
name: Welcome
description: From the first visit to the first project.
site: main
audience: new-people
goalConfig:
  type: event
  config: {eventName: project_created}
  deadline: 14
nodes:
  dashboard:
    type: TRIGGER
    config:
      triggerType: URL_MATCH
      triggerConfig: {matchType: contains, pattern: /dashboard}
    next: tour
  tour:
    type: CONTENT
    contentId: welcome-tour
    config: {contentType: flow}
    next: {completed: rest, dismissed: rest}
  rest:
    type: WAIT
    config: {duration: 1d}
    next: has-project
  has-project:
    type: GOAL_CHECK
    next: {met: done, not_met: hint}
  hint:
    type: CONTENT
    contentId: first-project-hint
    config: {contentType: tooltip}
    next: done
  done:
    type: EXIT
"""

_TEST = """\
# What the journey promises, played by `jcli test`. Time passes when a case says so.
test: welcome
people:
  ana: {traits: {projects: 0}}
cases:
  - case: who makes a project during the tour hears no more
    person: ana
    steps:
      - {page: https://app.example.com/dashboard, expect: {at: tour, deliveries: [welcome-tour]}}
      - {event: project_created}
      - {finish: welcome-tour, expect: {at: rest}}
      - {wait: 1d}
    expect: {status: completed, goal: met, passed: [has-project met]}

  - case: whoever has no project a day later gets a hint
    person: ana
    steps:
      - {page: https://app.example.com/dashboard}
      - {dismiss: welcome-tour}
      - {wait: 1d, expect: {at: hint}}
      - {finish: first-project-hint}
    expect: {status: completed, goal: not_met, path: [dashboard, tour dismissed, rest, has-project not_met, hint, done]}

  - case: who has projects already is not new
    person: {traits: {projects: 2}}
    steps:
      - {page: https://app.example.com/dashboard, expect: {not_enrolled: audience}}
"""

_MODELINE = "# yaml-language-server: $schema=../schema/document.schema.json\n"
"""Editors that read it complete and check the file without any setting."""

DOCUMENTS: Mapping[str, str] = {
    "journeys/site.yaml": _MODELINE + _SITE,
    "journeys/audiences.yaml": _MODELINE + _AUDIENCE,
    "journeys/contents.yaml": _MODELINE + _CONTENT,
    "journeys/welcome.yaml": _MODELINE + _JOURNEY,
    "journeys/welcome.test.yaml": _MODELINE + _TEST,
}
