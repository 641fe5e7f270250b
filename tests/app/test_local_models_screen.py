"""The screen for local models: fetched, used, asked, deleted, with a real model and real files."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from app.jobs import JobState
from app.screens.choose import ChooseScreen
from app.screens.jobs import JobsScreen
from providers.config import PriceOverride
from providers.local_model import find_model
from storage.config_file import load_settings
from tests.app.house import House, ask, ready, toasts, transcript_text, until
from tests.app.local_models import offering, opened, pick, rows, said, text
from tests.app.model_server import ModelServer, model_server
from tests.app.test_local_models_discovery import OLLAMA_TAGS, ports_with
from tests.fakeserver import FakeServer

CONTENT = b"GGUF" + random.Random(7).randbytes(900_000)
HALF = 512 * 1024


@pytest.fixture
def models() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


async def test_a_model_is_fetched_used_and_answers(
    tmp_path: Path, server: FakeServer, models: ModelServer
) -> None:
    """The built-in model's own file, under another name, because it is a real one."""
    house = offering(tmp_path, server, models, find_model().read_bytes(), keys=False)
    config = house.paths.config_file
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await opened(pilot, app)
        await pick(pilot, screen, "Tiny")
        await pilot.press("enter")
        await until(pilot, lambda: "Tiny is here" in said(screen))
        fetched = house.paths.models / "tiny.gguf"
        await until(pilot, lambda: any("○ Tiny" in row for row in rows(screen)))
        await pick(pilot, screen, "Tiny")
        await pilot.press("enter")
        await until(pilot, lambda: any("● Tiny" in row for row in rows(screen)))
        local = load_settings(config).providers["local"]
        assert (local.model, local.model_path) == ("tiny", str(fetched))  # type: ignore[attr-defined]
        assert config.read_text().startswith("# mine\n")
        await pilot.press("escape")
        await ask(pilot, app, "Say hello.")
        assert "tiny" in transcript_text(app)
        screen = await opened(pilot, app)
        await pilot.press("b")
        await until(pilot, lambda: any("● SmolLM2 135M" in row for row in rows(screen)))
        assert "model_path" not in config.read_text()


async def test_cancelled_and_gone_on_with(
    tmp_path: Path, server: FakeServer, models: ModelServer
) -> None:
    house = offering(tmp_path, server, models, CONTENT)
    models.files["/tiny.gguf"].hold_after = HALF
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await opened(pilot, app)
        await pick(pilot, screen, "Tiny")
        await pilot.press("enter")
        await until(pilot, lambda: "58 %" in text(screen))
        await pilot.press("enter")  # it is under way already
        assert len(app.jobs.running) == 1
        await pilot.press("c")
        await until(pilot, lambda: "58 % here: enter goes on" in text(screen))
        assert "What came so far is kept" in said(screen)
        models.files["/tiny.gguf"].hold_after = None
        await pilot.press("enter")
        await until(pilot, lambda: "○ Tiny" in text(screen))
        assert (house.paths.models / "tiny.gguf").read_bytes() == CONTENT
        assert models.asked("range")[1] == f"bytes={HALF}-"
    assert [job.state for job in app.jobs.all] == [JobState.CANCELLED, JobState.DONE]


async def test_leaving_telex_keeps_what_came(
    tmp_path: Path, server: FakeServer, models: ModelServer
) -> None:
    house = offering(tmp_path, server, models, CONTENT)
    models.files["/tiny.gguf"].hold_after = HALF
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await opened(pilot, app)
        await pick(pilot, screen, "Tiny")
        await pilot.press("enter")
        await until(pilot, lambda: "58 %" in text(screen))
    assert (house.paths.models / "tiny.gguf.partial").stat().st_size == HALF
    assert not (house.paths.models / "tiny.gguf.lock").exists()


async def test_offline_it_says_what_to_do(
    tmp_path: Path, server: FakeServer, models: ModelServer
) -> None:
    house = offering(tmp_path, server, models, CONTENT)
    config = house.paths.config_file
    config.write_text(config.read_text().replace(str(models.port), "1"))
    app = House(tmp_path, server).app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await opened(pilot, app)
        assert "nothing found: start Ollama" in text(screen)
        await pick(pilot, screen, "Tiny")
        await pilot.press("enter")
        await until(pilot, lambda: "cannot be reached" in said(screen))
        assert "check it" in said(screen)


async def test_deleting_asks_and_is_refused_in_use(
    tmp_path: Path, server: FakeServer, models: ModelServer
) -> None:
    house = offering(tmp_path, server, models, CONTENT)
    path = house.paths.ensure_models() / "tiny.gguf"
    path.write_bytes(CONTENT)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await opened(pilot, app)
        await pick(pilot, screen, "Tiny")
        await pilot.press("enter")
        await until(pilot, lambda: "● Tiny" in text(screen))
        await pick(pilot, screen, "Tiny")
        await pilot.press("d")
        assert "in use: b goes back" in said(screen)
        await pilot.press("b")
        await until(pilot, lambda: "○ Tiny" in text(screen))
        await pick(pilot, screen, "Tiny")
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("k")
        assert path.exists()
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("d")
        await until(pilot, lambda: "Tiny is deleted" in said(screen))
        assert not path.exists()
        await pick(pilot, screen, "SmolLM2 135M")
        await pilot.press("d")
        assert "only what it fetched" in said(screen)


async def test_a_server_becomes_a_provider(
    tmp_path: Path, server: FakeServer, models: ModelServer
) -> None:
    models.json("/api/version", {"version": "0.5.1"})
    models.json("/api/tags", OLLAMA_TAGS)
    house = offering(tmp_path, server, models, CONTENT)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await opened(pilot, app, ports_with(ollama=models.port))
        await pick(pilot, screen, "llama3.2:latest")
        assert "cloud" not in text(screen)
        await pilot.press("enter")
        await until(pilot, lambda: "● llama3.2:latest" in text(screen))
        assert "at no cost" in said(screen)
        config = (await app.runtime()).settings.providers["ollama"]
        assert (config.base_url, config.model) == (f"{models.url}/v1", "llama3.2:latest")
        assert config.price == PriceOverride(Decimal(0), Decimal(0))


async def test_hostile_names_are_only_text(
    tmp_path: Path, server: FakeServer, models: ModelServer
) -> None:
    models.json("/api/version", {"version": "[/]\x1b]0;owned\x07"})
    models.json("/api/tags", {"models": [{"name": "[/red]\x1b]0;owned\x07x"}]})
    house = offering(tmp_path, server, models, CONTENT)
    (house.paths.ensure_models() / "[red]\x1b[31m[x].gguf").write_bytes(CONTENT)
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        screen = await opened(pilot, app, ports_with(ollama=models.port))
        for words in ("[red]", "[/red]"):
            await pick(pilot, screen, words)
            detail = str(screen.query_one("#models-detail", Static).content)
            assert "\x1b" not in detail + text(screen)
        await pick(pilot, screen, "[/red]")
        await pilot.press("enter")
        await until(pilot, lambda: "at no cost" in said(screen))
        assert "\x1b" not in said(screen)
        await pick(pilot, screen, "[red]")
        await pilot.press("enter")
        await until(pilot, lambda: "is the local model now" in said(screen))
        assert "\x1b" not in said(screen)
        assert b"\x1b" not in house.paths.config_file.read_bytes()


async def test_a_name_that_cannot_be_written_down(
    tmp_path: Path, server: FakeServer, models: ModelServer
) -> None:
    house = offering(tmp_path, server, models, CONTENT)
    odd = os.fsdecode(b"odd\xff.gguf")
    (house.paths.ensure_models() / odd).write_bytes(CONTENT)
    before = house.paths.config_file.read_bytes()
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        screen = await opened(pilot, app)
        await pick(pilot, screen, "odd")
        await pilot.press("enter")
        await until(pilot, lambda: "rename" in toasts(app))
    assert house.paths.config_file.read_bytes() == before


async def test_a_model_whose_file_is_gone(
    tmp_path: Path, server: FakeServer, models: ModelServer
) -> None:
    house = offering(tmp_path, server, models, CONTENT)
    config = house.paths.config_file
    config.write_text(f'{config.read_text()}\n[providers.local]\nmodel_path = "/gone/away.gguf"\n')
    app = House(tmp_path, server).app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        screen = await opened(pilot, app)
        assert "the file is gone" in text(screen)
        await pilot.press("b")
        await until(pilot, lambda: "● SmolLM2 135M" in text(screen))
        assert "the file is gone" not in text(screen)


async def test_work_under_way_is_listed_and_cancelled(
    tmp_path: Path, server: FakeServer, models: ModelServer
) -> None:
    house = offering(tmp_path, server, models, CONTENT)
    models.files["/tiny.gguf"].hold_after = HALF
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        await app.push_screen(JobsScreen(app.jobs))
        listed = app.screen.query_one("#jobs-list", OptionList)
        assert app.screen.query_one("#jobs-nothing").display
        await app.pop_screen()
        screen = await opened(pilot, app)
        await pick(pilot, screen, "Tiny")
        await pilot.press("enter")
        await app.push_screen(JobsScreen(app.jobs))
        listed = app.screen.query_one("#jobs-list", OptionList)
        await until(pilot, lambda: listed.options and "58 %" in str(listed.options[0].prompt))
        await pilot.press("c")
        await until(pilot, lambda: "– Tiny" in str(listed.options[0].prompt))
        assert "cancelled" in str(listed.options[0].prompt)
        await pilot.press("x")
        await until(pilot, lambda: not listed.options)
        assert app.screen.query_one("#jobs-nothing").display
