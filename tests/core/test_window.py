"""The recent calls and their numbers."""

from __future__ import annotations

import pytest

from providers.learning.window import WINDOW, WINDOW_SECONDS, Outcome, Window, percentile, summarise


def answer(latency: float, *, age: float = 0.0, first: float | None = None) -> Outcome:
    return Outcome(ok=True, latency=latency, time_to_first_token=first, age=age)


def latencies(window: Window) -> list[float]:
    return [outcome.latency for outcome in window.outcomes()]


def test_it_holds_a_number_of_calls_and_only_young_ones() -> None:
    window = Window()
    for index in range(WINDOW + 5):
        window.add(answer(float(index)), now=float(index))
    assert latencies(window) == [float(index) for index in range(5, WINDOW + 5)]
    window.expire(now=WINDOW_SECONDS + 10)
    assert latencies(window)[0] == 10
    window.expire(now=WINDOW_SECONDS * 3)
    assert latencies(window) == []


def test_history_goes_before_the_present_whenever_it_arrives() -> None:
    window = Window()
    for _ in range(WINDOW):
        window.add(answer(1.0), now=1000.0)
    window.extend([answer(9.0, age=60), answer(8.0, age=120)], now=1000.0)
    assert latencies(window) == [1.0] * WINDOW, "the newest stay"
    window = Window()
    window.add(answer(1.0), now=1000.0)
    window.extend([answer(9.0, age=60), answer(8.0, age=120)], now=1000.0)
    assert latencies(window) == [8.0, 9.0, 1.0]
    assert window.ended_since(1000.0 - 90) == 2


def test_the_version_tells_of_every_change() -> None:
    window = Window()
    versions = [window.version]
    window.add(answer(1.0), now=0.0)
    versions.append(window.version)
    window.expire(now=1.0)
    assert window.version == versions[-1], "nothing changed"
    window.expire(now=WINDOW_SECONDS + 1)
    versions.append(window.version)
    window.forget_failures()
    versions.append(window.version)
    assert len(set(versions)) == len(versions)


def test_times_rest_on_answers_and_rates_on_all() -> None:
    failed = Outcome(ok=False, latency=99.0, error_kind="timeout")
    good = [
        Outcome(ok=True, latency=2.0, time_to_first_token=1.0, output_tokens=100),
        Outcome(ok=True, latency=4.0, time_to_first_token=1.0, output_tokens=100),
        Outcome(ok=True, latency=6.0),
    ]
    summary = summarise([failed, *good])
    assert (summary.requests, summary.success_rate, summary.error_rate) == (4, 0.75, 0.25)
    assert (summary.mean_latency, summary.p50_latency) == (4.0, 4.0)
    assert (summary.mean_time_to_first_token, summary.p95_time_to_first_token) == (1.0, 1.0)
    assert summary.tokens_per_second == pytest.approx(200 / 4)
    assert summary.errors == {"timeout": 1}


def test_failures_alone_have_rates_but_no_times() -> None:
    summary = summarise([Outcome(ok=False, latency=0.1, error_kind="auth")])
    assert (summary.success_rate, summary.p95_latency, summary.mean_latency) == (0.0, None, None)
    assert summary.tokens_per_second is None


def test_percentiles() -> None:
    assert percentile([], 50) is None
    assert percentile([3.0], 95) == 3.0
    assert percentile([float(n) for n in range(101)], 95) == pytest.approx(95.0)
