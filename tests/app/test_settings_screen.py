"""The settings screen: every setting found, understood and changed in the real file."""

from __future__ import annotations

import shlex
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from textual.widgets import Input

from app.editor import EditorError
from app.screens.choose import ChooseScreen
from app.screens.setting_input import SettingInputScreen
from app.screens.setting_list import SettingList
from app.screens.setting_pick import SettingPickScreen
from app.setting_editor import edit_config_file
from providers.config import PriceOverride, Strategy
from storage.state_file import State
from tests.app.house import House, toasts, until
from tests.app.settings_desk import CONFIG, open_settings


async def test_a_daily_limit_in_a_few_keys(house: House) -> None:
    async with open_settings(house) as desk:
        await desk.pilot.press(*"daily", "down", "enter")
        assert isinstance(desk.app.screen, SettingInputScreen)
        await desk.pilot.press(*"3.20", "enter")
        await desk.says("daily_cost_limits.openai is $3.20 · ctrl+u undoes it")
        assert desk.app.settings.daily_cost_limits["openai"] == Decimal("3.20")
        assert desk.text == CONFIG.replace("a dollar fifty\n", "a dollar fifty\nopenai = 3.20\n")
        await until(desk.pilot, lambda: desk.row.place == "config.toml:8")
        await desk.pilot.press("ctrl+u")
        await desk.says("is as it was before")
        assert desk.text == CONFIG
        assert "openai" not in desk.app.settings.daily_cost_limits


async def test_what_is_wrong_is_said_while_it_is_typed(house: House) -> None:
    async with open_settings(house) as desk:
        await desk.go_to("daily_cost_limits.anthropic")
        await desk.pilot.press("enter", *"1,5")
        verdict = "#setting-input-verdict"
        await until(desk.pilot, lambda: "write it with a point" in desk.words(verdict))
        await desk.pilot.press("home", "shift+end", *"-2", "enter")
        await until(desk.pilot, lambda: "must be 0 or more dollars, not -2" in desk.words(verdict))
        assert isinstance(desk.app.screen, SettingInputScreen)
        await desk.pilot.press("home", "delete", "enter")
        await desk.says("is $2 ")
        assert desk.text == CONFIG.replace("1.50", "2")


async def test_values_say_where_they_come_from(house: House) -> None:
    house.environment = {**house.environment, "GROQ_BASE_URL": "http://127.0.0.1:9/v1"}
    state = State(strategy="latency", theme="nord")
    async with open_settings(house, state=state) as desk:
        for name, value, place in (
            ("daily_budget", "$2.00", "config.toml:5"),
            ("providers.groq.temperature", "0.4", "config.toml:11"),
            ("rules", "1 entry", "config.toml:13"),
            ("max_retries", "3", "default"),
            ("providers.groq.base_url", "http://127.0.0.1:9/v1", "GROQ_BASE_URL"),
            ("routing_strategy", "latency", "chosen here"),
            ("theme", "nord", "chosen here"),
        ):
            await desk.go_to(name)
            assert (desk.row.words, desk.row.place) == (value, place)
            detail = desk.words("#settings-detail-words")
            assert desk.row.spec.means in detail
            assert value in detail


async def test_each_kind_is_changed_in_its_own_way(house: House) -> None:
    async with open_settings(house) as desk:
        press = desk.pilot.press
        await desk.go_to("enable_fallback")
        await press("enter")
        await desk.says("enable_fallback is off")
        await desk.go_to("hedging")
        await press("enter")
        await desk.says("hedging is on")
        assert desk.app.settings.hedging is not None
        await desk.go_to("otherwise")
        await press("enter")
        await until(desk.pilot, lambda: isinstance(desk.app.screen, ChooseScreen))
        await press("down", "enter")
        await desk.says("otherwise is latency")
        await desk.go_to("fallback_providers")
        await press("enter")
        await until(desk.pilot, lambda: isinstance(desk.app.screen, SettingPickScreen))
        await press("down", "space", "up", "space", "enter")
        await desk.says("fallback_providers is anthropic, openai")
        await desk.go_to("fallback_on")
        await press("enter", "space", "down", "space", "enter")
        await desk.says("fallback_on is none")
        await desk.go_to("providers.groq.price")
        await press("enter", *"0.5 1.25", "enter")
        await desk.says("$0.5 in, $1.25 out")
        await desk.go_to("cache.ttl")
        await press("enter", *"7d", "enter")
        await desk.says("cache.ttl is 7d")
        settings = desk.app.settings
        assert settings.otherwise is Strategy.LATENCY
        assert settings.fallback_providers == ("anthropic", "openai")
        assert settings.fallback_on == frozenset()
        assert settings.providers["groq"].price == PriceOverride(Decimal("0.5"), Decimal("1.25"))
        assert settings.enable_fallback is False
        for _ in range(7):
            await press("ctrl+u")
        await until(desk.pilot, lambda: desk.text == CONFIG)


async def test_a_setting_goes_back_to_its_default(house: House) -> None:
    async with open_settings(house) as desk:
        await desk.go_to("providers.groq.temperature")
        await desk.pilot.press("ctrl+r")
        await desk.says("providers.groq.temperature is not set, its default · ctrl+u undoes it")
        assert desk.text == CONFIG.replace("temperature = 0.4\n", "")
        await desk.pilot.press("ctrl+r")
        await desk.says("is not in the file")
        await desk.pilot.press("ctrl+u")
        await desk.says("as it was before")
        assert desk.app.settings.providers["groq"].temperature == 0.4
        # Emptied, a value goes back to its default too.
        await desk.pilot.press("enter", "delete", "enter")
        await desk.says("is not set, its default")


async def test_what_is_set_here_wins_over_what_was_chosen_before(house: House) -> None:
    async with open_settings(house, state=State(strategy="latency", theme="nord")) as desk:
        await desk.go_to("routing_strategy")
        await desk.pilot.press("enter")
        await until(desk.pilot, lambda: isinstance(desk.app.screen, ChooseScreen))
        # The file says so already, but that was hidden.
        await desk.pilot.press("down", "down", "enter")
        await desk.says("routing_strategy is quality")
        assert desk.app.route.label == "quality"
        await until(desk.pilot, lambda: desk.row.place == "config.toml:2")
        await desk.pilot.press("ctrl+u")
        await desk.says("as it was before")
        assert desk.app.route.label == "latency"
        assert desk.app.theme == "nord"


async def test_the_filter_finds_names_groups_and_explanations(house: House) -> None:
    async with open_settings(house) as desk:
        listed = desk.screen.query_one(SettingList)
        entry = desk.screen.query_one(Input)
        await desk.pilot.press("down", *"groq quality")
        assert desk.row.name == "providers.groq.quality", "whatever is typed goes to the filter"
        entry.value = "fine spelling"
        await desk.pilot.press("ctrl+r")
        assert listed.chosen is None
        entry.value = "faultless"
        await desk.pilot.pause()
        assert desk.row.name == "adaptive.answer_value"
        await desk.pilot.press("escape")
        assert desk.app.screen is not desk.screen


async def test_a_broken_file_is_shown_and_never_overwritten(house: House) -> None:
    async with open_settings(house) as desk:
        await desk.go_to("daily_budget")
        broken = f"{CONFIG}[judge\n"
        desk.path.write_text(broken)
        await until(desk.pilot, lambda: "config.toml:16:7" in desk.words("#settings-problem"))
        assert desk.screen.query_one("#settings-problem").display
        assert (desk.row.words, desk.row.place) == ("$2.00", "file, before")
        await desk.go_to("enable_fallback")
        await desk.pilot.press("enter")
        await until(desk.pilot, lambda: "nothing was changed" in toasts(desk.app))
        assert desk.text == broken
        desk.path.write_text(CONFIG.replace("2.00", "4.00"))
        await until(desk.pilot, lambda: not desk.screen.query_one("#settings-problem").display)
        await desk.go_to("daily_budget")
        await until(desk.pilot, lambda: desk.row.words == "$4.00")


async def test_the_first_change_makes_the_file(house: House) -> None:
    async with open_settings(house, None, size=(80, 24)) as desk:
        assert "not there yet" in desk.words("#settings-title")
        await desk.go_to("titles")
        await desk.pilot.press("enter")
        await desk.says("titles is off")
        assert desk.text == "titles = false\n"
        await until(desk.pilot, lambda: "not there yet" not in desk.words("#settings-title"))


async def test_names_and_values_from_outside_are_painted_harmlessly(house: House) -> None:
    config = 'system_prompt = "[/] \\u001b]0;title\\u0007 [red]x"\n' + (
        '[providers."my.host"]\nkind = "custom"\nmodel = "[/]"\nbase_url = "http://h/[/]"\n'
    )
    async with open_settings(house, config) as desk:
        for name in ("system_prompt", "providers.my.host.base_url", "providers.my.host.model"):
            await desk.go_to(name)
            detail = desk.words("#settings-detail-words")
            assert "[/]" in detail
            assert "\x1b" not in detail
            if name == "system_prompt":
                # An input line would paint it as it is: it is for the editor.
                await desk.pilot.press("enter")
                await until(desk.pilot, lambda: "no terminal here to lend" in toasts(desk.app))
        await desk.pilot.press("enter", *"m2", "enter")
        await desk.says("providers.my.host.model is m2")
        assert desk.app.settings.providers["my.host"].model == "m2"


async def test_without_a_terminal_to_lend_the_editor_is_refused(house: House) -> None:
    async with open_settings(house) as desk:
        await desk.go_to("rules")
        await desk.pilot.press("enter")
        await until(desk.pilot, lambda: "no terminal here to lend" in toasts(desk.app))
        # Several entries are the person's own work: one key must not sweep them away.
        await desk.pilot.press("ctrl+r")
        await desk.says("enter opens the file there")
        assert desk.text == CONFIG


@pytest.mark.parametrize(("editor", "told"), [("nano", ["+7"]), ("strange", [])])
def test_the_editor_opens_the_file_at_the_line(
    tmp_path: Path, editor: str, told: list[str]
) -> None:
    seen = tmp_path / "seen"
    program = tmp_path / editor
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {shlex.quote(str(seen))}\n")
    program.chmod(0o755)
    config = tmp_path / "new" / "config.toml"
    environment = {"EDITOR": str(program), "PATH": str(Path(sys.executable).parent)}
    edit_config_file(config, 7, environment)
    assert seen.read_text().splitlines() == [*told, str(config)]
    edit_config_file(config, None, environment)
    assert seen.read_text().splitlines() == [str(config)]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EditorError, match=r"the folder .*file/x cannot be made"):
        edit_config_file(tmp_path / "file" / "x" / "config.toml", None, {})
