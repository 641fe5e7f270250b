"""What a condition may say, and what it says then."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.alerts.expression import Condition, Extreme
from providers.alerts.metrics import METRICS
from providers.alerts.rules import (
    DEFAULT_RULES,
    AlertRule,
    Severity,
    active_rules,
    all_rules,
    default_rule,
)
from providers.errors import ConfigError


def holds(text: str, **values: float | None) -> bool:
    condition = Condition(text, METRICS)
    assert set(condition.names) == set(values), "the test gives every metric a value"
    return condition.judge().holds(values)


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("error_rate > 0.05", 0.06, True),
        ("error_rate > 0.05", 0.05, False),
        ("error_rate == 0", 0.0, True),
        ("not error_rate > 0.5", 0.5, True),
        ("0.1 < error_rate <= 0.2", 0.2, True),
        ("0.1 < error_rate <= 0.2", 0.1, False),
        ("error_rate * 100 >= 5 + 1", 0.06, True),
        ("-error_rate < -0.5", 0.6, True),
        ("(error_rate > 0.5) or error_rate < 0.1", 0.05, True),
        ("error_rate > 0.5 and True", 0.6, True),
        ("  error_rate > 0.5  ", 0.6, True),
    ],
)
def test_a_condition_says_what_it_reads_as(text: str, value: float, expected: bool) -> None:
    assert holds(text, error_rate=value) is expected


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("avg_response_time > 10s", 10.0),
        ("avg_response_time > 1500ms", 1.5),
        ("avg_response_time > 1.5 m", 90.0),
        ("avg_response_time > 1h", 3600.0),
        ("avg_response_time > 10", 10.0),
    ],
)
def test_times_may_carry_a_unit(text: str, limit: float) -> None:
    assert not holds(text, avg_response_time=limit)
    assert holds(text, avg_response_time=limit + 0.001)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("daily_cost > daily_limit * 0.8", {"daily_cost": 1.0, "daily_limit": None}, False),
        ("not error_rate > 0.5", {"error_rate": None}, False),
        ("error_rate > 0 or daily_cost > 1", {"error_rate": None, "daily_cost": 2.0}, True),
        ("error_rate > 0 or daily_cost > 1", {"error_rate": None, "daily_cost": 1.0}, False),
        ("error_rate > 0 and daily_cost > 1", {"error_rate": None, "daily_cost": 2.0}, False),
        (
            "not (error_rate > 0 and daily_cost > 1)",
            {"error_rate": None, "daily_cost": 1.0},
            True,
        ),
        ("daily_cost / daily_limit > 0.5", {"daily_cost": 1.0, "daily_limit": 0.0}, False),
        ("not daily_cost / daily_limit > 0.5", {"daily_cost": 1.0, "daily_limit": 0.0}, False),
        ("daily_cost % daily_limit == 0", {"daily_cost": 1.0, "daily_limit": 0.0}, False),
        (
            "daily_cost / daily_limit > 1 or error_rate == 1",
            {"daily_cost": 1.0, "daily_limit": 0.0, "error_rate": 1.0},
            True,
        ),
    ],
)
def test_what_nobody_knows_makes_no_condition_hold(
    text: str, values: dict[str, float | None], expected: bool
) -> None:
    assert holds(text, **values) is expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "eror_rate > 0.05",
            "'eror_rate' is no metric; did you mean 'error_rate'? (there are: req",
        ),
        ("x > 1", "'x' is no metric (there are: requests, failures"),
        ("error_rate", "yields a number; compare it"),
        ("error_rate > 0.1 and requests", "'requests' yields a number where yes or no is needed"),
        ("(error_rate > 0.1) > 0", "'error_rate > 0.1' yields yes or no where a number is needed"),
        ("not error_rate", "'error_rate' yields a number where yes or no is needed"),
        ("1 > 0", "names no metric (there are: requests"),
        ("error_rate > max(1, 2)", "'max(1, 2)' is not possible here"),
        ("error_rate.real > 0", "'error_rate.real' is not possible here"),
        ("error_rate ** 99 > 0", "is not possible here"),
        ("error_rate > 0 if True else False", "is not possible here"),
        ("error_rate > '5'", "is not possible here"),
        ("error_rate in [1]", "is not possible here"),
        ("[error_rate > 1]", "is not possible here"),
        ("(x := error_rate > 1)", "is not possible here"),
        ("error_rate > 1j", "is not possible here"),
        ("error_rate >", "is no expression (invalid syntax)"),
        ("error_rate = 1", "is no expression"),
        ("error_rate > 5 minutes", "is no expression"),
        ("", "is no expression"),
        ("error_rate > 1; requests > 1", "is no expression"),
        ("error_rate > 1\x00", "is no expression"),
        ("\ud800", "is no expression"),
        ("error_rate > " + "1 + " * 100 + "1", "longer than 200 characters"),
        ("error_rate > " + "-" * 100 + "1", "nested deeper than 20 levels"),
        ("(" * 99 + "error_rate > 1" + ")" * 80, "is no expression"),
        ("error_rate > \x1b]0;title\x07", "is no expression"),
    ],
)
def test_a_condition_that_is_none_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        AlertRule("mine", text, 0.0)
    assert words in str(refused.value)
    assert str(refused.value).isprintable(), "what the person wrote cannot reach the terminal"
    assert refused.value.key == "condition"


@pytest.mark.parametrize(
    ("text", "metric", "extreme"),
    [
        ("error_rate > 0.05", "error_rate", Extreme.HIGHEST),
        ("0.05 < error_rate", "error_rate", Extreme.HIGHEST),
        ("success_rate <= 0.5", "success_rate", Extreme.LOWEST),
        ("success_rate == 0", "success_rate", Extreme.LATEST),
        ("requests > 3 and success_rate < 0.5", "requests", Extreme.HIGHEST),
    ],
)
def test_a_condition_is_about_the_metric_it_compares_first(
    text: str, metric: str, extreme: Extreme
) -> None:
    condition = Condition(text, METRICS)
    assert (condition.metric, condition.extreme) == (metric, extreme)


@pytest.mark.parametrize(
    ("name", "duration", "key"),
    [(" ", 0.0, "name"), ("a", -1.0, "duration"), ("a", float("nan"), "duration")],
)
def test_a_rule_needs_a_name_and_a_duration(name: str, duration: float, key: str) -> None:
    with pytest.raises(ConfigError) as refused:
        AlertRule(name, "requests > 1", duration)
    assert refused.value.key == key


def test_the_defaults_are_those_of_the_specification() -> None:
    assert [
        (rule.name, rule.condition, rule.duration, rule.severity) for rule in DEFAULT_RULES
    ] == [
        ("high_error_rate", "error_rate > 0.05", 300.0, Severity.WARNING),
        ("cost_limit_exceeded", "daily_cost > daily_limit * 0.8", 60.0, Severity.CRITICAL),
        ("provider_down", "success_rate == 0", 120.0, Severity.CRITICAL),
        ("high_latency", "avg_response_time > 10s", 300.0, Severity.WARNING),
    ]


def test_own_rules_come_on_top_and_take_the_place_of_defaults() -> None:
    strict = AlertRule("high_latency", "avg_response_time > 3", 60.0)
    dear = AlertRule("dear", "daily_cost > 1", 0.0)
    silent = AlertRule("provider_down", "success_rate == 0", 120.0, enabled=False)
    rules = all_rules([strict, dear, silent])
    assert [rule.name for rule in rules] == [*(rule.name for rule in DEFAULT_RULES), "dear"]
    assert strict in rules
    active = [rule.name for rule in active_rules([strict, dear, silent])]
    assert active == ["high_error_rate", "cost_limit_exceeded", "high_latency", "dear"]
    assert default_rule("high_latency") in DEFAULT_RULES
    assert default_rule("dear") is None


def test_the_documentation_lists_every_metric_and_every_default() -> None:
    text = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
    for name, metric in METRICS.items():
        assert f"| `{name}` | {metric.unit.value} | {metric.words} |" in text
    for rule in DEFAULT_RULES:
        assert f"| `{rule.name}` | `{rule.condition}` | " in text
