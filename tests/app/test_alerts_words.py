"""Alerts in words."""

from __future__ import annotations

import pytest

from app.alerts_text import duration_text, news, value_text
from providers.alerts.events import AlertCleared, AlertEvent, AlertFired, Reading
from providers.alerts.rules import DEFAULT_RULES
from tests.core.alerts import NOON

DOWN = DEFAULT_RULES[2]


@pytest.mark.parametrize(
    ("metric", "value", "words"),
    [
        ("daily_cost", 0.81, "$0.81"),
        ("daily_cost", 0.00012345, "$0.000123"),
        ("error_rate", 0.0, "0 %"),
        ("error_rate", 0.0004, "0.04 %"),
        ("error_rate", 0.256, "26 %"),
        ("success_rate", 1.0, "100 %"),
        ("success_rate", 0.999, "99.9 %"),
        ("success_rate", 0.99999, "99.9 %"),
        ("avg_response_time", 12.34, "12.3 s"),
        ("time_to_first_token", 0.0421, "42 ms"),
        ("requests", 1234, "1,234"),
        ("tokens_per_minute", 1234.56, "1,234.6/min"),
        ("daily_limit", None, "?"),
    ],
)
def test_values_say_what_they_are(metric: str, value: float | None, words: str) -> None:
    assert value_text(Reading(metric, value)) == words


def test_durations_are_as_the_configuration_has_them() -> None:
    said = [duration_text(seconds) for seconds in (0, 1.5, 90, 300, 7200, 86_400)]
    assert said == ["0s", "1.5s", "90s", "5m", "2h", "1d"]


def test_what_happens_at_once_is_said_once() -> None:
    reading = (Reading("success_rate", 0.0),)
    events: list[AlertEvent] = [
        AlertFired(DOWN, None, NOON, reading),
        AlertFired(DOWN, "groq", NOON, reading),
        AlertCleared(DOWN, "groq", NOON + 60, reading, NOON, reading[0]),
    ]
    assert news(events) == [
        (DOWN, True, "alert: provider_down (groq, all providers): success_rate 0 %"),
        (DOWN, False, "over: provider_down (groq), after 1m, worst: success_rate 0 %"),
    ]
