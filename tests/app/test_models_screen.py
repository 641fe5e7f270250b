"""The models of one provider: its own list with what is known of each, and putting one to use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from app.screens.models import ModelsScreen
from app.telex import TelexApp
from storage.config_edit import ConfigEdit
from storage.config_file import load_settings
from tests.app.house import House, ask, chat, ready, toasts, until
from tests.app.keyed_house import USUAL, keyed_house
from tests.fakeserver import FakeServer, ok, status
from tests.fakeserver.replies import Fault, Reply

OFFER = ["gpt-4o", "gpt-4o-mini", "gpt-6.1-terra", "house-special", "text-embedding-3-small"]


async def models_screen(pilot: Pilot[Any], app: TelexApp, provider: str) -> ModelsScreen:
    """Open the screen and wait until its list is there."""
    screen = ModelsScreen(await app.runtime(), provider)
    await app.push_screen(screen)
    await until(pilot, lambda: rows(screen))
    return screen


def rows(screen: ModelsScreen) -> list[str]:
    options = screen.query_one("#offer-list", OptionList).options
    return [str(option.prompt).removeprefix("▸ ").strip() for option in options]


def names(screen: ModelsScreen) -> list[str]:
    return [row.lstrip("●◆ ").split()[0] for row in rows(screen)]


def said(screen: ModelsScreen) -> str:
    return str(screen.query_one("#offer-status", Static).content)


def detail(screen: ModelsScreen) -> str:
    return str(screen.query_one("#offer-detail", Static).content)


async def pick(pilot: Pilot[Any], screen: ModelsScreen, name: str) -> None:
    screen.query_one("#offer-list", OptionList).highlighted = names(screen).index(name)
    await pilot.pause()


async def listed(pilot: Pilot[Any], app: TelexApp) -> ModelsScreen:
    await ready(pilot, app)
    screen = await models_screen(pilot, app, "openai")
    await until(pilot, lambda: len(rows(screen)) == len(OFFER))
    return screen


def offering(tmp_path: Path, server: FakeServer) -> House:
    server.openai.models = list(OFFER)
    return keyed_house(tmp_path, server, environment={"openai": USUAL["openai"]})


async def test_each_model_says_what_is_known_of_it(tmp_path: Path, server: FakeServer) -> None:
    app = offering(tmp_path, server).app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await listed(pilot, app)
        # The one that is asked first, what answers no chat last, the others by name.
        assert names(screen) == [
            "gpt-6.1-terra",
            "gpt-4o",
            "gpt-4o-mini",
            "house-special",
            "text-embedding-3-small",
        ]
        by_name = dict(zip(names(screen), rows(screen), strict=True))
        assert by_name["gpt-6.1-terra"].startswith("● ")
        assert by_name["gpt-4o"].split()[1:6] == ["2.50", "10.00", "128K", "image", "tools"]
        assert by_name["house-special"].split()[1:4] == ["?", "?", "?"]
        await pick(pilot, screen, "gpt-4o")
        assert "$2.50 in, $10.00 out per million tokens · 128,000 tokens" in detail(screen)
        await pilot.press("s")
        # By what an answer costs; what is unknown behind what is known.
        assert names(screen)[1:4] == ["gpt-4o-mini", "gpt-4o", "house-special"]


async def test_typing_narrows_the_list(tmp_path: Path, server: FakeServer) -> None:
    app = offering(tmp_path, server).app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await listed(pilot, app)
        await pilot.press("slash", *"4O", "space", *"mini")
        await until(pilot, lambda: names(screen) == ["gpt-4o-mini"])
        await pilot.press("down")
        assert screen.query_one("#offer-list").has_focus
        await pilot.press("slash", *"zzz", "enter")
        assert "No model is called that" in rows(screen)[0]
        await pilot.press("enter", "space", "escape")
        await until(pilot, lambda: len(rows(screen)) == len(OFFER))
        assert app.screen is screen


async def test_enter_makes_it_the_one_that_is_asked(tmp_path: Path, server: FakeServer) -> None:
    house = offering(tmp_path, server)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await listed(pilot, app)
        await pick(pilot, screen, "gpt-4o-mini")
        await pilot.press("space")
        await until(pilot, lambda: "may answer too" in said(screen))
        assert load_settings(house.paths.config_file).providers["openai"].models == ("gpt-4o-mini",)
        await until(pilot, lambda: any(r.startswith("◆ gpt-4o-mini") for r in rows(screen)))
        await pilot.press("enter")
        await until(pilot, lambda: "is asked for gpt-4o-mini" in said(screen))
        openai = load_settings(house.paths.config_file).providers["openai"]
        assert (openai.model, openai.models) == ("gpt-4o-mini", ())
        await until(pilot, lambda: any(r.startswith("● gpt-4o-mini") for r in rows(screen)))
        await pilot.press("space")
        assert "enter on another" in said(screen)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is chat(app))
        server.openai.reply(ok("Here."))
        await ask(pilot, app, "hi")
        assert server.openai.chats[-1].model == "gpt-4o-mini"


async def test_what_was_said_of_the_former_model_does_not_stay_with_the_new_one(
    tmp_path: Path, server: FakeServer
) -> None:
    server.openai.models = list(OFFER)
    keyed_house(tmp_path, server)
    path = tmp_path / "config.toml"
    path.write_text(
        path.read_text().replace(
            "[providers.openai]\n",
            '[providers.openai]\nmodel = "gpt-6.1-terra"\nquality = 0.9\n'
            "price = { input = 9.5, output = 19.5 }\ntemperature = 0.3 # mild\n"
            'models = ["gpt-4o", { model = "o3", quality = 0.7, price = { input = 1,'
            " output = 2.25 } }]\n",
        )
    )
    house = House(tmp_path, server, keys=False)
    house.environment = {**house.environment, "OPENAI_API_KEY": USUAL["openai"]}
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await models_screen(pilot, app, "openai")
        await until(pilot, lambda: "gpt-4o-mini" in names(screen))
        assert "o3 (not on the list)" in "\n".join(rows(screen))
        await pick(pilot, screen, "gpt-4o")
        await pilot.press("enter")
        await until(pilot, lambda: "is asked for gpt-4o from now on" in said(screen))
        assert "taken out: price, quality" in said(screen)
    before = house.settings.providers["openai"].models[1]
    openai = load_settings(path).providers["openai"]
    assert (openai.model, openai.price, openai.quality) == ("gpt-4o", None, None)
    assert openai.models == (before,)
    assert "temperature = 0.3 # mild" in path.read_text()


async def test_without_a_list_the_configured_ones_are_shown_and_why(
    tmp_path: Path, server: FakeServer
) -> None:
    server.openai.listing = status(401, "Incorrect API key")
    app = keyed_house(tmp_path, server, environment={"openai": USUAL["openai"]}).app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        screen = await models_screen(pilot, app, "openai")
        await until(pilot, lambda: "Incorrect API key" in said(screen))
        assert "Only what is configured is shown" in said(screen)
        assert names(screen) == ["gpt-6.1-terra"]
        server.openai.listing = None
        await pilot.press("r")
        await until(pilot, lambda: len(rows(screen)) == 2)
        assert said(screen) == ""


async def test_asking_can_be_stopped(tmp_path: Path, server: FakeServer) -> None:
    server.openai.listing = Reply(fault=Fault.HANG)
    app = keyed_house(tmp_path, server, environment={"openai": USUAL["openai"]}).app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        screen = await models_screen(pilot, app, "openai")
        await until(pilot, lambda: "Asking openai" in said(screen))
        await pilot.press("escape")
        await until(pilot, lambda: "Stopped asking" in said(screen))
        assert app.screen is screen
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is chat(app))


def with_mine(tmp_path: Path, server: FakeServer) -> House:
    server.openai.models = list(OFFER)
    house = keyed_house(tmp_path, server, environment={"openai": USUAL["openai"]})
    path = house.paths.config_file
    address = server.base_url("openai")
    mine = f'kind = "custom"\nbase_url = "{address}"\nmodel = "gpt-4o"\nmodels = ["o3"]'
    path.write_text(f"{path.read_text()}\n[providers.mine]\n{mine}\n")
    return House(tmp_path, server, keys=False)


NO_MINE = [ConfigEdit(("providers", "mine"), None)]


async def test_it_leaves_when_the_provider_goes_while_something_is_on_top(
    tmp_path: Path, server: FakeServer
) -> None:
    app = with_mine(tmp_path, server).app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await models_screen(pilot, app, "mine")
        await pilot.press("f1")
        await until(pilot, lambda: app.screen is not screen)
        on_top = app.screen
        assert await app.change(NO_MINE)
        await pilot.pause()
        assert app.screen is on_top
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is chat(app))
        assert "names no provider mine any more" in toasts(app)


@pytest.mark.parametrize("key", ["enter", "space"])
async def test_a_choice_for_a_provider_that_has_just_gone_does_no_harm(
    tmp_path: Path, server: FakeServer, key: str
) -> None:
    app = with_mine(tmp_path, server).app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await models_screen(pilot, app, "mine")
        await until(pilot, lambda: "o3" in names(screen))
        await pick(pilot, screen, "o3")
        # The settings are other ones before the screen is told of it.
        runtime = await app.runtime()
        left = {n: c for n, c in runtime.settings.providers.items() if n != "mine"}
        runtime.settings = replace(runtime.settings, providers=left)
        await pilot.press(key)
        await until(pilot, lambda: app.screen is chat(app))
        assert "names no provider mine any more" in toasts(app)
