"""Alerts in the app: told in passing, in the panel and the status line, kept in the log."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from textual.pilot import Pilot
from textual.widgets import DataTable, Static

from app.screens.alerts import AlertsScreen
from app.telex import TelexApp
from providers.alerts.rules import DEFAULT_RULES, AlertRule, Severity
from providers.billing.ledger import AttemptOutcome
from storage.ledger import SqliteLedger
from tests.app.house import House, ask, chat, ready, status_text, toasts, until
from tests.fakeserver import ok, status
from tests.storage.conftest import FakeClock
from tests.storage.helpers import result, start
from widgets.provider_panel import ProviderPanel

ROW = AlertRule("row [/]", "consecutive_failures > 0", 0.0, Severity.CRITICAL)
NEVER = 5.0
"""Seconds until a test gives up on something that happens at once."""


def panel_text(app: TelexApp) -> str:
    return str(chat(app).query_one(ProviderPanel).children[0].render())


def words(screen: AlertsScreen, selector: str) -> str:
    return str(screen.query_one(selector, Static).render())


def cells(screen: AlertsScreen, selector: str) -> list[list[str]]:
    table = screen.query_one(selector, DataTable)
    return [[str(cell) for cell in table.get_row_at(row)] for row in range(table.row_count)]


def shows(screen: AlertsScreen, title: str) -> bool:
    return words(screen, "#alerts-log-title") == title


async def open_alerts(pilot: Pilot[Any], app: TelexApp) -> AlertsScreen:
    await app.action_alerts()
    await until(pilot, lambda: isinstance(app.screen, AlertsScreen))
    await pilot.pause()
    assert isinstance(app.screen, AlertsScreen)
    return app.screen


async def test_an_alert_is_told_shown_and_logged_and_so_is_its_end(house: House) -> None:
    house.settings = house.with_settings(alerts=(ROW,))
    house.server.groq.reply(status(500, "Down"), ok("Back."))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "hi")
        await until(pilot, lambda: panel_text(app).startswith("▲ row [/] · groq\n"))
        assert "alert: row [/] (groq, all providers): consecutive_failures 1" in toasts(app)
        assert "▲ 1 alert · idle" in status_text(app)
        [toast] = [t for t in app._notifications if t.message.startswith("alert: row [/]")]
        assert (toast.severity, toast.markup) == ("error", False)
        screen = await open_alerts(pilot, app)
        assert "▲ row [/] · groq" in words(screen, "#alerts-now")
        rows = {row[0]: row for row in cells(screen, "#alerts-rules")}
        assert [rows[rule.name][4] for rule in DEFAULT_RULES] == ["ok"] * 4
        assert rows["row [/]"][1:] == [ROW.condition, "0s", "critical", "firing"]
        await until(pilot, lambda: cells(screen, "#alerts-log"))
        [log] = [row for row in cells(screen, "#alerts-log") if row[3] == "groq"]
        assert log[1:] == ["still on", "row [/]", "groq", "consecutive_failures 1"]
        await pilot.press("escape")
        assert app.screen is chat(app)

        await ask(pilot, app, "again")
        await until(pilot, lambda: "over: row [/] (groq), after" in toasts(app))
        assert "▲" not in panel_text(app)
        assert "alert" not in status_text(app)
    with closing(sqlite3.connect(house.paths.database)) as db:
        logged = db.execute("SELECT rule, severity, cleared_at IS NULL FROM alerts").fetchall()
    assert set(logged) == {("row [/]", "critical", 0)}


async def test_a_rule_is_tried_on_the_past(house: House) -> None:
    # Two failures of groq three minutes apart, a day ago: down from the first to the answer.
    ledger = SqliteLedger(house.paths.database, clock=(clock := FakeClock()))
    yesterday = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    for minutes, outcome in ((0, AttemptOutcome.FAILED), (3, AttemptOutcome.FAILED), (4, None)):
        clock.now = yesterday + timedelta(minutes=minutes)
        attempt = await ledger.start_attempt(start(provider="groq"))
        await ledger.finish_attempt(attempt, result(outcome or AttemptOutcome.OK, latency=0.0))
    await ledger.aclose()
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        screen = await open_alerts(pilot, app)
        assert words(screen, "#alerts-now") == "no alert is on"
        await until(pilot, lambda: "nothing has fired" in words(screen, "#alerts-log-title"))
        await pilot.press("down", "down")
        assert words(screen, "#alerts-rule") == "provider_down: success_rate == 0 for 2m"
        for days in (7, 30, 90, 7):
            await pilot.press("t")
            said = f"provider_down would have fired 2 times in the last {days} days"
            await until(pilot, partial(shows, screen, said))
            assert [row[1:] for row in cells(screen, "#alerts-tried")] == [
                ["2m", "groq", "success_rate 0 %"],
                ["2m", "all providers", "success_rate 0 %"],
            ]
        await pilot.press("down")
        said = "high_latency would not have fired in the last 7 days"
        await until(pilot, partial(shows, screen, said))
        assert cells(screen, "#alerts-tried") == []
        table = screen.query_one("#alerts-tried", DataTable)
        assert table.virtual_size.width <= table.size.width
        await pilot.press("l")
        await until(pilot, lambda: "nothing has fired" in words(screen, "#alerts-log-title"))
        # Readable on a small screen: nothing of the rules is cut off.
        rules = screen.query_one("#alerts-rules", DataTable)
        assert rules.virtual_size.width <= rules.size.width
        assert [row[1] for row in cells(screen, "#alerts-rules")] == [
            rule.condition for rule in DEFAULT_RULES
        ]
        await pilot.press("q")
        assert app.screen is chat(app)


async def test_the_palette_leads_to_the_alerts(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        commands = {each.title: each.callback for each in app.get_system_commands(app.screen)}
        await commands["Alerts"]()
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))
