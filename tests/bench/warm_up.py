"""How long the screen stands still while the SDKs are imported behind it."""

from __future__ import annotations

import asyncio
import gc
import os
import tempfile
import time
from pathlib import Path
from statistics import median

from app.telex import TelexApp
from storage.settings import Settings
from storage.state_file import State
from tests.bench.fresh import NO_KEYRING, fresh
from tests.bench.table import Row
from tests.home import Home

_RUNS = 3
_BLINK = 0.002  # seconds between two looks at the clock
_KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GROQ_API_KEY")


def rows() -> list[Row]:
    """Measure it as the program runs, and with the garbage collector left on."""
    ours, theirs = (
        median(_in_a_new_process(collecting=collecting) for _ in range(_RUNS))
        for collecting in (False, True)
    )
    what = "worst stall of the screen, four SDKs imported: ms"
    return [Row(what, ours, theirs, "with the garbage collector left on")]


def _in_a_new_process(*, collecting: bool) -> float:
    # An SDK is imported only once.
    code = (
        f"from tests.bench.warm_up import worst_stall; print(worst_stall(collecting={collecting}))"
    )
    return float(fresh(code, {**os.environ, **NO_KEYRING})[0])


def worst_stall(*, collecting: bool) -> float:
    """Return the longest time, in ms, that the event loop did nothing from start to warm."""
    if not collecting:
        gc.disable()  # as app.tui does
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home", dict.fromkeys(_KEYS, "dummy"))
        return 1000 * asyncio.run(_watch(home))


async def _watch(home: Home) -> float:
    warm = asyncio.Event()
    app = TelexApp(Settings(), State(), environment=home.environment, on_warm=warm.set)
    worst = 0.0
    async with app.run_test(size=(120, 40)):
        while not warm.is_set():
            before = time.perf_counter()
            await asyncio.sleep(_BLINK)
            worst = max(worst, time.perf_counter() - before - _BLINK)
    return worst
