"""How the screens for local models and for long work look: pictures that change only on purpose."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from app.jobs import JobProgress, Jobs
from app.screens.jobs import JobsScreen
from app.telex import TelexApp
from providers.errors import TelexError
from storage.state_file import State
from tests.app.house import House, ready, until
from tests.app.local_models import opened, pick
from tests.app.model_server import ModelServer, model_server
from tests.app.test_local_models_discovery import OLLAMA_TAGS, ports_with
from tests.app.test_looks import SnapCompare
from tests.core.clock import Clock

LOOKS = [
    pytest.param((80, 24), "textual-dark", id="80x24-dark"),
    pytest.param((120, 40), "textual-dark", id="120x40-dark"),
    pytest.param((200, 60), "textual-dark", id="200x60-dark"),
    pytest.param((80, 24), "textual-light", id="80x24-light"),
    pytest.param((120, 40), "textual-light", id="120x40-light"),
    pytest.param((200, 60), "textual-light", id="200x60-light"),
]


@pytest.fixture(autouse=True)
def free_space(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the same space free wherever the pictures are made."""
    monkeypatch.setattr("app.local_models.shelf.free_bytes", lambda _: 12_300_000_000)


@pytest.fixture
def models() -> Iterator[ModelServer]:
    with model_server() as running:
        running.json("/api/version", {"version": "0.5.1"})
        running.json("/api/tags", OLLAMA_TAGS)
        yield running


async def _fetching(app: TelexApp, clock: Clock) -> None:
    """Be in the middle of fetching a model, for ever."""

    async def work(progress: JobProgress) -> None:
        progress.at(100_000_000, 491_400_032)
        clock.now += 2
        progress.at(150_000_000, 491_400_032)
        await asyncio.Event().wait()

    app.jobs.start("Qwen2.5 0.5B", work, key="fetch qwen2.5-0.5b-instruct")
    await asyncio.sleep(0)


async def _several(app: TelexApp) -> None:
    """Have some work behind one."""

    async def done(progress: JobProgress) -> None:
        progress.result("fetched, 1.12 GB; to use it: ctrl+p, Local models")

    async def failed(progress: JobProgress) -> None:
        raise TelexError("huggingface.co cannot be reached; fetching needs the network: check it")

    for title, work in (("Qwen2.5 1.5B", done), ("SmolLM2 1.7B", failed)):
        await app.jobs.start(title, work).ended()


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_local_models(
    snap_compare: SnapCompare,
    house: House,
    models: ModelServer,
    size: tuple[int, int],
    theme: str,
) -> None:
    _stock(house.paths.ensure_models())
    clock = Clock()
    app = house.app(state=State(theme=theme))
    app.jobs = Jobs(clock)
    app.animation_level = "none"

    async def play(pilot: Pilot[Any]) -> None:
        await ready(pilot, app)
        await _fetching(app, clock)
        screen = await opened(pilot, app, ports_with(ollama=models.port))
        await pick(pilot, screen, "SmolLM2 1.7B")
        await pilot.pause(0.1)

    assert snap_compare(app, terminal_size=size, run_before=play)


def _stock(folder: Path) -> None:
    """Put models on the shelf: whole, of one's own, and a part."""
    for name, size in (
        ("qwen2.5-1.5b-instruct.gguf", 1_117_320_736),
        ("my-own.gguf", 2_019_393_189),
        ("smollm2-1.7b-instruct.gguf.partial", 333_000_000),
    ):
        with (folder / name).open("wb") as file:
            file.truncate(size)  # sparse: takes no room


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_work_under_way(
    snap_compare: SnapCompare, house: House, size: tuple[int, int], theme: str
) -> None:
    clock = Clock()
    app = house.app(state=State(theme=theme))
    app.jobs = Jobs(clock)
    app.animation_level = "none"

    async def play(pilot: Pilot[Any]) -> None:
        await ready(pilot, app)
        await _several(app)
        await _fetching(app, clock)
        await app.push_screen(JobsScreen(app.jobs))
        await until(pilot, lambda: isinstance(app.screen, JobsScreen))
        await pilot.press("down")
        app.clear_notifications()
        await pilot.pause(0.1)

    assert snap_compare(app, terminal_size=size, run_before=play)
