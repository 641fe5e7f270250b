"""Choosing whom to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.naming import named
from app.outlook import look_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.runtime import Runtime
    from app.screens.comparing import Side
    from app.screens.crew import Crew


async def compare(crew: Crew, words: str) -> None:
    """Begin, or end, compare mode.

    Args:
        crew: those who do the chat's work.
        words: whom, as ``provider`` or ``provider model``, by commas; ``off`` ends it; empty lets
            choose.

    Raises:
        TelexError: one of them is unknown, or they are too few or too many.
    """
    if words in ("off", "none"):
        crew.comparing.leave()
        return
    runtime = await crew.desk.telex.runtime()
    if words:
        crew.comparing.begin([_side(part, runtime) for part in words.split(",") if part.strip()])
        return
    from app.screens.pick_several import PickSeveralScreen

    request, _ = await crew.draft.request()
    outlook = await look_ahead(runtime.factory.router, request, crew.desk.telex.route.options)

    async def picked(sides: Sequence[Side] | None) -> None:
        if sides is not None:
            crew.comparing.begin(sides)

    crew.desk.app.push_screen(PickSeveralScreen(outlook), crew.desk.carefully(picked))


def _side(words: str, runtime: Runtime) -> Side:
    provider, model = named(words, runtime)
    return provider, model or runtime.factory.config_of(provider).variants()[0].model
