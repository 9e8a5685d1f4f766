"""What comes from outside stands in a report as text and means nothing there; a comment fits where it goes."""

from __future__ import annotations

import json

from jcli.render.backtests import as_json, markdown, text
from tests.backtest.stage import backtested

GATE = """\
journey: gate
name: Gate
site: main
nodes:
  begin: {{type: TRIGGER, config: {{triggerType: CUSTOM_EVENT, triggerConfig: {{eventName: begun}}}}, next: is-it}}
  is-it: {{type: CONDITION, config: {{rules: {{trait: {trait}, exists: {wanted}}}}}, next: {{true: one, false: two}}}}
  one: {{type: EXIT}}
  two: {{type: EXIT}}
"""
HOSTILE = "@all `x` <b>#1</b> | [a](https://evil.example)\n\x1b[31m--> " + "long" * 40


def test_hostile_names_mean_nothing() -> None:
    # given
    trait = json.dumps(HOSTILE)
    before, after = (GATE.format(trait=trait, wanted=wanted) for wanted in ("true", "false"))
    who = {"userId": HOSTILE[:200]}
    log = [
        json.dumps({"type": "identify", "traits": {HOSTILE: HOSTILE}, "timestamp": "2026-03-01T08:00:00Z", **who}),
        json.dumps({"type": "track", "event": "begun", "timestamp": "2026-03-01T09:00:00Z", **who}),
    ]

    # when
    report = backtested(before, after, log)

    # then
    comment, shown = markdown(report, 5), text(report, 5)
    assert report.totals.differ == 1
    for told in (comment, shown):
        assert "\x1b" not in told
        assert max(map(len, told.splitlines())) < 1_000
    assert "@all" not in comment
    assert "<b>" not in comment
    assert "](https" not in comment
    assert json.loads(as_json(report))["people"][0]["endUserId"] == HOSTILE[:200]


def test_a_comment_fits_and_says_what_is_left_out() -> None:
    # given
    keys = [f"gate-{number:03}" for number in range(120)]
    sides = [
        "---\n".join(
            GATE.format(trait="role", wanted=wanted).replace("journey: gate", f"journey: {key}") for key in keys
        )
        for wanted in ("true", "false")
    ]
    log = [
        json.dumps({"type": "track", "event": "begun", "userId": f"p{n}", "timestamp": "2026-03-01T09:00:00Z"})
        for n in range(30)
    ]

    # when
    report = backtested(*sides, log)
    comment = markdown(report, 20)

    # then
    assert len(report.differing) == 120
    assert len(comment) <= 65_000
    assert comment.count("<details>") == comment.count("</details>") > 20
    assert "**This comment is cut.**" in comment
    assert comment == markdown(report, 20)


def test_no_examples_are_shown_where_none_are_wanted() -> None:
    before, after = (GATE.format(trait="role", wanted=wanted) for wanted in ("true", "false"))
    log = [json.dumps({"type": "track", "event": "begun", "userId": "ana", "timestamp": "2026-03-01T09:00:00Z"})]
    report = backtested(before, after, log)
    assert "ana" in text(report, 1)
    assert "ana" not in text(report, 0)
    assert "ana" not in markdown(report, 0)
