"""The plots of docs/adaptive.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from tests.bench.adaptive_runs import ADAPTIVE, FIXED, REQUESTS, STRATEGIES, Contender, Run, run
from tests.bench.adaptive_world import MAKERS, World, changing, one_kind
from tests.bench.drawing import BLUE, GREEN, GREY, ORANGE, drawing

_SEEDS = range(10)
_STEP = 25
_WINDOW = 100  # requests in one share
_EVENTS = {1 / 3: "the best degrades", 0.5: "a cheap one gets good", 0.6: "prices double"}
_PURPLE, _TEAL = "#8e6bbf", "#2aa1a8"
_COLOURS = {"grand": _PURPLE, "solid": GREEN, "quick": ORANGE, "brief": _TEAL, "small": GREY}
_STRATEGY_LINES = {
    "cost": (GREY, "--"),
    "latency": (ORANGE, "--"),
    "quality": (_PURPLE, "--"),
    "dynamic": (GREEN, "--"),
}


def regret_changing_plot(folder: Path) -> None:
    """Draw what each contender loses where providers change."""
    with drawing(folder / "adaptive-regret-changing.svg") as axes:
        _regrets(axes, changing, [*FIXED, *STRATEGIES])
        for when in _EVENTS:
            axes.axvline(when * REQUESTS, color=GREY, linestyle=":", linewidth=0.8)
        axes.set_title("Providers that change")


def regret_stationary_plot(folder: Path) -> None:
    """Draw what each contender loses where nothing changes and one provider is best."""
    with drawing(folder / "adaptive-regret-stationary.svg") as axes:
        _regrets(axes, one_kind, FIXED)
        axes.set_ylim(0, 330)
        axes.legend(ncols=2, fontsize="small", loc="upper right")
        axes.set_title("Nothing changes, one is best at everything")


def shares_plot(folder: Path) -> None:
    """Draw who is asked by ``adaptive`` where providers change."""
    runs = [run(changing, ADAPTIVE, seed) for seed in _SEEDS]
    starts = range(0, REQUESTS, _WINDOW)
    names = [maker.name for maker in MAKERS]
    shares = {name: [_share(runs, name, start) for start in starts] for name in names}
    with drawing(folder / "adaptive-shares.svg") as axes:
        middles = [start + _WINDOW / 2 for start in starts]
        for name in names:
            axes.plot(middles, shares[name], label=name, color=_COLOURS[name])
        for when, words in _EVENTS.items():
            axes.axvline(when * REQUESTS, color=GREY, linestyle=":", linewidth=0.8)
            axes.text(when * REQUESTS + 15, 0.99, words, rotation=90, va="top", color=GREY)
        axes.axvspan(0.7 * REQUESTS, 0.75 * REQUESTS, color=GREY, alpha=0.3, label="quick is down")
        axes.set_ylim(0, 1.15)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
        axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        axes.set_xlabel("requests")
        axes.set_ylabel("share of the requests")
        axes.set_title("Whom adaptive asks")
        axes.legend(ncols=6, fontsize="small", loc="upper center")


def _regrets(axes: Any, world: World, contenders: Sequence[Contender]) -> None:
    numbers = range(0, REQUESTS, _STEP)
    own = [run(world, ADAPTIVE, seed) for seed in _SEEDS]
    axes.fill_between(
        numbers,
        [min(each.regret[n] for each in own) for n in numbers],
        [max(each.regret[n] for each in own) for n in numbers],
        color=BLUE,
        alpha=0.25,
        linewidth=0,
    )
    _line(axes, own, "adaptive (band: all runs)", BLUE, "-", width=2.5)
    for contender in contenders:
        runs = [run(world, contender, seed) for seed in _SEEDS]
        if contender.always is not None:
            _line(axes, runs, contender.name, _COLOURS[contender.always], "-")
        else:
            _line(axes, runs, contender.name, *_STRATEGY_LINES[contender.name])
    axes.set_xlabel("requests")
    axes.set_ylabel("usefulness lost so far")
    axes.legend(ncols=2, fontsize="small")


def _line(
    axes: Any, runs: Sequence[Run], label: str, colour: str, style: str, *, width: float = 1.4
) -> None:
    numbers = range(0, REQUESTS, _STEP)
    lost = [mean(each.regret[n] for each in runs) for n in numbers]
    axes.plot(numbers, lost, label=label, color=colour, linestyle=style, linewidth=width)


def _share(runs: Sequence[Run], name: str, start: int) -> float:
    return mean(each.asked[start : start + _WINDOW].count(name) / _WINDOW for each in runs)
