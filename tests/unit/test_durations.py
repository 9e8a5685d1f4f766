"""Durations and instants: every form, every refusal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcli.durations import LONGEST, exact_length, parse_duration, parse_instant

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", 90 * SECOND),
        ("15m", 15 * MINUTE),
        ("36h", 36 * HOUR),
        ("2d", 2 * DAY),
        ("1w", 7 * DAY),
        ("1d12h", 36 * HOUR),
        ("1w2d3h4m5s", 9 * DAY + 3 * HOUR + 4 * MINUTE + 5 * SECOND),
        ("PT36H", 36 * HOUR),
        ("P2D", 2 * DAY),
        ("P1W", 7 * DAY),
        ("P1DT12H", 36 * HOUR),
        ("PT1M", MINUTE),
        ("0d1s", SECOND),
        (1, SECOND),
        (86_400, DAY),
        ("3650d", LONGEST),
        (LONGEST // 1000, LONGEST),
    ],
)
def test_durations_that_are_read(text: str | int, expected: int) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "not a duration"),
        ("soon", "not a duration"),
        ("2", "not a duration"),
        ("12h1d", "not a duration"),
        ("1.5h", "not a duration"),
        ("2d ", "not a duration"),
        ("2D", "not a duration"),
        ("P", "not a duration"),
        ("PT", "not a duration"),
        ("P1DT", "not a duration"),
        ("2d\n", "not a duration"),
        ("٢d", "not a duration"),
        ("P1M", "years or months"),
        ("P1Y2M", "years or months"),
        ("P1YT1H", "years or months"),
        ("-2d", "negative"),
        ("0s", "not more than zero"),
        (0, "not more than zero"),
        (-5, "not more than zero"),
        ("3651d", "over 10 years"),
        ("3650d1s", "over 10 years"),
        (LONGEST // 1000 + 1, "over 10 years"),
        ("999999999999w", "over 10 years"),
        ("9" * 5000 + "d", "not a duration"),
    ],
)
def test_durations_that_are_refused_with_a_sentence(text: str | int, word: str) -> None:
    with pytest.raises(ValueError, match=word) as refused:
        parse_duration(text)
    assert len(str(refused.value)) <= 140


@given(st.integers(1, LONGEST // 1000))
def test_short_form_and_iso_form_and_seconds_agree(seconds: int) -> None:
    minutes, rest = divmod(seconds, 60)
    assert parse_duration(f"{minutes}m{rest}s") == parse_duration(f"PT{minutes}M{rest}S") == parse_duration(seconds)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.5Z", 500),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:59:59.999Z", -1),
        ("1970-01-01t00:00:01.2345678z", 1234),
        ("1970-01-01 00:00:01Z", 1000),
    ],
)
def test_instants_that_are_read(text: str, expected: int) -> None:
    assert parse_instant(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2026-03-01",
        "2026-03-01T09:00:00",
        "2026-02-29T09:00:00Z",
        "2026-03-01T24:00:00Z",
        "2026-3-1T9:00:00Z",
    ],
)
def test_instants_that_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an instant"):
        parse_instant(text)


@given(st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_what_python_writes_is_read_back_to_the_millisecond(moment: datetime) -> None:
    expected = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert parse_instant(moment.isoformat()) == expected


@given(st.integers(min_value=1, max_value=LONGEST // 1000))
def test_an_exact_length_reads_back(seconds: int) -> None:
    assert parse_duration(exact_length(seconds * 1000)) == seconds * 1000


@pytest.mark.parametrize("milliseconds", [0, -1000, 1500])
def test_what_is_no_duration_has_no_exact_length(milliseconds: int) -> None:
    with pytest.raises(ValueError, match="whole seconds"):
        exact_length(milliseconds)
