"""Lending the terminal to another program, while answers go on streaming."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from textual.app import SuspendNotSupported

from app.refusals import CannotDo

if TYPE_CHECKING:
    from textual.app import App

T = TypeVar("T")


async def lend_terminal(app: App[None], use: Callable[[], T]) -> T:
    """Return what ``use`` returns, which has the terminal for itself and may block.

    It runs in a thread: what is under way must not break off because nobody listens.

    Args:
        app: whose terminal it is.
        use: what the other program is started with.

    Raises:
        CannotDo: there is no terminal to lend.
    """
    try:
        # Nothing is painted meanwhile, whatever arrives.
        with app.batch_update(), app.suspend():
            return await asyncio.to_thread(use)
    except SuspendNotSupported as error:
        raise CannotDo("There is no terminal here to lend to an editor.") from error
