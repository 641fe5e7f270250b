"""``[[alerts]]`` in the configuration file."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.alerts.rules import AlertRule, Severity, active_rules
from storage.config_file import load_settings
from storage.errors import ConfigFileError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_rules_are_read_and_defaults_changed(file: Path) -> None:
    file.write_text(
        """
        [[alerts]]
        name = "dear"
        condition = "cost_per_request > 0.10"

        [[alerts]]
        name = "high_latency"
        duration = "10m"

        [[alerts]]
        name = "provider_down"
        condition = "consecutive_failures >= 3"
        duration = "0s"
        severity = "info"

        [[alerts]]
        name = "high_error_rate"
        enabled = false
        """
    )
    rules = load_settings(file).alerts
    assert rules == (
        AlertRule("dear", "cost_per_request > 0.10", 0.0, Severity.WARNING),
        AlertRule("high_latency", "avg_response_time > 10s", 600.0, Severity.WARNING),
        AlertRule("provider_down", "consecutive_failures >= 3", 0.0, Severity.INFO),
        AlertRule("high_error_rate", "error_rate > 0.05", 300.0, enabled=False),
    )
    assert [rule.name for rule in active_rules(rules)] == [
        "cost_limit_exceeded",
        "provider_down",
        "high_latency",
        "dear",
    ]


@pytest.mark.parametrize(
    ("lines", "line", "key", "words"),
    [
        (
            'name = "a"\ncondition = "eror_rate > 0.1"',
            5,
            "alerts[1].condition",
            "'eror_rate' is no metric; did you mean 'error_rate'? (there are: requests, ",
        ),
        ('name = "a"\ncondition = "error_rate"', 5, "alerts[1].condition", "yields a number"),
        ('name = "a"\ncondition = 5', 5, "alerts[1].condition", "must be a string"),
        ('name = "a"\nenabled = false', 3, "alerts[1].condition", "needs a condition"),
        ('name = "high_latency"\nenabled = 1', 5, "alerts[1].enabled", "true or false"),
        ('name = "high_latency"\nlevel = "x"', 5, "alerts[1].level", "'level' is not known"),
    ],
)
def test_a_bad_rule_is_refused_with_its_place_and_what_there_is(
    file: Path, lines: str, line: int, key: str, words: str
) -> None:
    file.write_text(f'titles = false\n\n[[alerts]]\n{lines}\n[[alerts]]\nname = "high_latency2"\n')
    with pytest.raises(ConfigFileError) as refused:
        load_settings(file)
    assert words in str(refused.value)
    assert f"{file}" in str(refused.value)
    assert (refused.value.line, refused.value.key) == (line, key)
