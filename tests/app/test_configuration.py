"""The configuration of a running telex: changed from within, edited outside, broken and mended."""

from __future__ import annotations

from decimal import Decimal

from app.settings_text import describe
from providers.config import Strategy
from storage.config_edit import ConfigEdit
from storage.config_file import load_settings
from tests.app.house import House, ask, chat, ready, status_text, toasts, transcript_text, until
from tests.fakeserver import ok
from widgets.banner import Banner
from widgets.cost_meter import CostMeter


def write_down(house: House) -> None:
    """Put what the house is configured with into its file, with a comment of the person's."""
    house.paths.config_file.write_text(f"# mine\n{describe(house.settings)}", encoding="utf-8")
    house.settings = load_settings(house.paths.config_file)


async def test_a_change_is_written_and_in_force_at_once(house: House) -> None:
    write_down(house)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        assert "cost" in status_text(app)
        edits = [
            ConfigEdit(("routing_strategy",), "quality"),
            ConfigEdit(("daily_budget",), Decimal("0.50")),
        ]
        assert await app.change(edits)
        assert app.settings.daily_budget == Decimal("0.50")
        assert app.route.strategy is Strategy.QUALITY
        meter = screen.query_one(CostMeter)
        await until(pilot, lambda: meter.view.day_budget is not None)
        assert "quality" in status_text(app)
        house.server.anthropic.reply(ok("Of course."))
        await ask(pilot, app, "Is it in force?")
        assert "Of course." in transcript_text(app)
    text = house.paths.config_file.read_text(encoding="utf-8")
    assert text.startswith("# mine\n")
    assert "daily_budget = 0.5" in text


async def test_a_change_that_cannot_be_is_refused_and_nothing_is_lost(house: House) -> None:
    write_down(house)
    before = house.paths.config_file.read_bytes()
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        assert not await app.change([ConfigEdit(("daily_budget",), Decimal(-1))])
        await until(pilot, lambda: "daily_budget must be 0 or more" in toasts(app))
        assert app.settings.daily_budget is None
    assert house.paths.config_file.read_bytes() == before


async def test_what_is_edited_elsewhere_is_taken_over(house: House) -> None:
    write_down(house)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        text = house.paths.config_file.read_text(encoding="utf-8")
        edited = text.replace('routing_strategy = "cost"', 'routing_strategy = "latency"')
        house.paths.config_file.write_text(edited, encoding="utf-8")
        await until(pilot, lambda: app.route.strategy is Strategy.LATENCY)
        assert "latency" in status_text(app)


async def test_a_broken_file_keeps_the_last_good_settings_and_says_so(house: House) -> None:
    write_down(house)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        good = house.paths.config_file.read_text(encoding="utf-8")
        house.paths.config_file.write_text(good + "\n[half", encoding="utf-8")
        banner = screen.query_one(Banner)
        await until(pilot, lambda: "the settings before stay in force" in str(banner.render()))
        assert "config.toml" in str(banner.render())
        assert app.config_problem is not None
        house.server.groq.reply(ok("All the same."))
        await ask(pilot, app, "Do you still answer?")
        assert "All the same." in transcript_text(app)
        assert not await app.change([ConfigEdit(("titles",), True)])
        assert house.paths.config_file.read_text(encoding="utf-8") == good + "\n[half"
        mended = good.replace("titles = false", "titles = true")
        house.paths.config_file.write_text(mended, encoding="utf-8")
        await until(pilot, lambda: app.config_problem is None)
        assert app.settings.titles
        assert "stay in force" not in str(banner.render())


async def test_a_provider_that_is_disabled_is_not_asked_and_one_under_way_goes_on(
    house: House,
) -> None:
    write_down(house)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        words = " ".join(f"word{number}" for number in range(60))
        house.server.groq.reply(ok(f"A long answer: {words} goes on", delay=0.01))
        screen.composer.set_text("Tell me more")
        await pilot.press("enter")
        await until(pilot, lambda: "long answer" in transcript_text(app))
        assert await app.change([ConfigEdit(("providers", "groq", "enabled"), False)])
        await until(pilot, lambda: not chat(app).busy)
        assert "goes on" in transcript_text(app)
        house.server.google.reply(ok("Now I am asked."))
        await ask(pilot, app, "And who are you?")
        assert "Now I am asked." in transcript_text(app)
