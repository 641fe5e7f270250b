"""The results of an experiment on the screens: in view, in line, and harmless."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.widgets import Static

from app.experiment_text import experiment_lines, summary
from app.screens.experiment import ExperimentScreen
from app.screens.stats import StatsScreen
from app.telex import TelexApp
from providers.config import Strategy
from providers.experiments.experiment import Arm, Experiment
from providers.experiments.observation import Answer
from providers.experiments.results import analyse
from providers.learning.outcomes import AnswerOutcome
from tests.app.house import House, ask, chat, ready, until
from tests.fakeserver import FakeServer
from tests.widgets.hosts import screen_text


@pytest.fixture
def house(tmp_path: Path, server: FakeServer) -> House:
    house = House(tmp_path, server)
    arms = (Arm(name="short", provider="groq"), Arm(name="plain", provider="groq"))
    house.settings = replace(
        house.settings,
        experiment=Experiment(name="tone", arms=arms),
        routing_strategy=Strategy.EXPERIMENT,
    )
    return house


def _painted(app: TelexApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).render())


async def test_the_results_are_in_the_stats_and_on_a_screen_of_their_own(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "Why?")
        await app.action_stats()
        await until(pilot, lambda: isinstance(app.screen, StatsScreen))
        await pilot.press("5", "end")
        await until(pilot, lambda: "experiment tone: short" in screen_text(app))
        assert "no difference shown yet" in screen_text(app)
        await pilot.press("escape")
        titles = [each.title for each in app.get_system_commands(app.screen)]
        assert "Experiment" in titles
        await app.action_experiment()
        await until(pilot, lambda: isinstance(app.screen, ExperimentScreen))
        await until(pilot, lambda: "experiment tone" in _painted(app, "#experiment-body"))
        body = app.screen.query_one("#experiment-body", Static)
        assert body.size.height <= 22, "all of it is in view"
        await pilot.press("r", "escape")
        assert app.screen is chat(app)


async def test_without_an_experiment_there_is_nothing_in_the_stats(
    tmp_path: Path, server: FakeServer
) -> None:
    app = House(tmp_path, server).app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "Why?")
        await app.action_stats()
        await until(pilot, lambda: isinstance(app.screen, StatsScreen))
        await pilot.press("5", "end")
        await until(pilot, lambda: "what routing was worth" in screen_text(app))
        assert "experiment" not in screen_text(app)
        await pilot.press("escape")
        await app.action_experiment()
        await until(
            pilot, lambda: "There is no experiment yet" in _painted(app, "#experiment-body")
        )


_NAMES = ("日本語の腕は長い名前です", "third" * 9)


def _answers(count: int) -> Sequence[Answer]:
    plain = Answer(unit="", arm="", provider="groq", outcome=AnswerOutcome.KEPT)
    return [
        replace(
            plain,
            unit=str(n),
            arm="[/]\x1b[31m" if n % 2 else "plain",
            response_time=1.0 + n % 3 + 9 * (n % 2),
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_every_line_of_the_screen_is_one_line_whatever_the_width(
    house: House, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    results = analyse("tone", [*_answers(80), *(replace(_answers(1)[0], arm=n) for n in _NAMES)])
    monkeypatch.setattr("app.screens.experiment.read_results", lambda _: results)
    app = house.app()
    async with app.run_test(size=(120, 24)) as pilot:
        await ready(pilot, app)
        await app.action_experiment()
        await until(pilot, lambda: "experiment tone" in _painted(app, "#experiment-body"))
        await pilot.resize_terminal(width, 24)
        await until(pilot, lambda: app.screen.size.width == width)
        body = app.screen.query_one("#experiment-body", Static)
        lines = _painted(app, "#experiment-body").splitlines()
        await until(pilot, lambda: body.size.height == len(lines))
        assert app.screen.query_one("#experiment-scroll").show_vertical_scrollbar
        heading = lines[2].split()
    assert heading[:5] == ["arm", "chats", "answers", "time", "first"]
    assert ("quality" in heading) is (width >= 80)


@pytest.mark.parametrize("width", [2, 20, 40, 60, 79, 80])
def test_lines_are_laid_out_by_cells(width: int) -> None:
    named = [replace(_answers(1)[0], arm=name) for name in _NAMES]
    lines = experiment_lines(analyse("音色" * 30, [*_answers(80), *named]), width)
    assert max(map(cell_len, lines)) <= width
    if width >= 20:
        heading, *rows = lines[2 : 3 + 2 + len(_NAMES)]
        assert len({cell_len(row) for row in [heading, *rows]}) == 1, "columns stand in line"


def test_names_from_outside_are_harmless_and_lines_fit() -> None:
    results = analyse("tone\x1b]0;x\x07", [*_answers(80), replace(_answers(1)[0], arm="third" * 9)])
    lines = [*experiment_lines(results), summary(results)]
    assert not any("\x1b" in line or "\x07" in line for line in lines)
    assert max(map(len, lines[:-1])) <= 80
    assert "faster than" in "\n".join(lines)
    assert "sure to 99" in "\n".join(lines)
