"""How all plots look, and how they become files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

BLUE, ORANGE, GREEN, GREY = "#3b82f6", "#e07b39", "#2f9e63", "#808080"
_STYLE = {
    "svg.hashsalt": "telex",
    "figure.figsize": (7.2, 3.6),
    "figure.constrained_layout.use": True,
    "savefig.transparent": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "axes.titlecolor": GREY,
    "axes.titlesize": 11,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "text.color": GREY,
    "legend.frameon": False,
    "legend.labelcolor": GREY,
    "lines.linewidth": 1.8,
}


@contextmanager
def drawing(path: Path) -> Iterator[Any]:
    """Give axes to draw on, and write them to ``path`` as SVG.

    matplotlib is only there for this, so it is looked for no earlier.
    """
    matplotlib: Any = import_module("matplotlib")
    matplotlib.use("svg")
    pyplot: Any = import_module("matplotlib.pyplot")
    with matplotlib.rc_context(_STYLE):
        figure, axes = pyplot.subplots()
        yield axes
        figure.savefig(path, format="svg", metadata={"Date": None})
        pyplot.close(figure)
