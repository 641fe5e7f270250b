"""Draw the plots of the documentation: ``python -m tests.bench.plots``.

The same numbers give the same files to the byte. Colours are such that they can be read on white
and on black.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench import adaptive_plots, experiment_plots

Plot = Callable[[Path], None]
"""Draws files into a folder."""
PLOTS: Sequence[Plot] = (
    experiment_plots.false_alarms_plot,
    experiment_plots.interval_plot,
    adaptive_plots.regret_changing_plot,
    adaptive_plots.regret_stationary_plot,
    adaptive_plots.shares_plot,
)
FOLDER = Path(__file__).parents[2] / "docs"


def main() -> None:
    """Draw all of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.plots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="docs, by default")
    folder = parser.parse_args().folder
    for plot in PLOTS:
        plot(folder)


if __name__ == "__main__":
    main()
