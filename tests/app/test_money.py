"""The meter and the status line: limits, warnings, forecast and savings."""

from __future__ import annotations

from decimal import Decimal

from tests.app.house import House, ask, ready, status_text, until
from tests.fakeserver import ok
from widgets.cost_meter import CostMeter
from widgets.gauge import gauge, gauge_mark
from widgets.provider_rows import sparkline
from widgets.provider_view import RecentCall


def test_a_gauge_says_without_colour_that_it_is_nearly_full() -> None:
    assert [gauge_mark(used) for used in (0, 0.79, 0.8, 0.99, 1, 7)] == [
        *("", "", "▲ ", "▲ ", "✗ ", "✗ "),
    ]
    bar = gauge(0.001, "0 % of $1", 30).plain
    assert bar.startswith("━─"), "a little is not nothing"
    assert len(bar) == 30
    assert gauge(0, "0 % of $1", 30).plain.startswith("──")


def test_calls_stand_as_high_as_they_took_long_and_failures_are_crosses() -> None:
    calls = [RecentCall(True, 1.0), RecentCall(False, 9.0), RecentCall(True, 4.0)]
    assert sparkline(calls).plain == "▃✗█"
    assert sparkline([]).plain == ""
    assert sparkline([RecentCall(True, 0.0)]).plain == "▁"


async def test_a_limit_nearly_met_is_a_warning_everywhere(house: House) -> None:
    house.settings = house.with_settings(
        daily_budget=Decimal("0.10"), monthly_budget=Decimal(20), lower_max_tokens=True
    )
    house.server.groq.default(ok("A varied answer about breakers, fuses and valves."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        meter = screen.query_one(CostMeter)
        await until(pilot, lambda: meter.view.day_budget is not None)
        assert meter.view.month_budget is not None
        assert "▲" not in status_text(app)
        await ask(pilot, app, "What is a fuse?")
        await until(pilot, lambda: meter.view.expected)
        assert meter.view.saved.startswith("$0.")
        cost = Decimal(meter.view.session.removeprefix("$"))
        assert 0 < cost < Decimal("0.01")
        runtime = await app.runtime()
        narrow = house.with_settings(daily_budget=cost / Decimal("0.9"))
        await app.runtime()
        runtime.adopt(narrow)
        await screen.panels.refresh()
        assert "▲ 90 % of $" in str(meter.render())
        assert "▲ 90 % of $" in status_text(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        text = status_text(app)
        for part in ("cost", "groq", "today", "▲ 90 %"):
            assert part in text[:80]
