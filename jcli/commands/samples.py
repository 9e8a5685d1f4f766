"""The journeys that `jcli init` begins with: a site, an audience, two contents and a small journey, as text."""

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

_MODELINE = "# yaml-language-server: $schema=../schema/document.schema.json\n"
"""Editors that read it complete and check the file without any setting."""

DOCUMENTS: Mapping[str, str] = {
    "journeys/site.yaml": _MODELINE + _SITE,
    "journeys/audiences.yaml": _MODELINE + _AUDIENCE,
    "journeys/contents.yaml": _MODELINE + _CONTENT,
    "journeys/welcome.yaml": _MODELINE + _JOURNEY,
}
