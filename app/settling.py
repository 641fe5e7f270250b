"""Cancelling work once, and letting it put its things in order."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


async def cancelled_once(work: Coroutine[None, None, None]) -> None:
    """Run ``work``; however often this is cancelled, ``work`` is only once, and then awaited.

    A second cancellation would otherwise strike while an answer is being settled in the ledger:
    by an impatient ctrl+c, or by Textual, which cancels its workers again for every node it
    removes on the way out.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        task.cancel()
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:
                continue
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error from None
        raise
