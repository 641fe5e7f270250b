"""Being asked to end by the system: a closed terminal, a shutdown, ctrl+c."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

INTERRUPT = "SIGINT"
TERMINATE = "SIGTERM"
HANG_UP = "SIGHUP"


@contextmanager
def on_signals(action: Callable[[], object], *names: str) -> Iterator[None]:
    """Have the running event loop call ``action`` when one of the signals comes.

    Where the loop or the system knows no such signal (Windows), it keeps its usual effect.

    Args:
        action: takes no arguments and returns at once.
        names: such as ``SIGTERM``.
    """
    loop = asyncio.get_running_loop()
    taken = []
    for name in names:
        number = getattr(signal, name, None)
        if number is not None:
            with suppress(NotImplementedError):
                loop.add_signal_handler(number, action)
                taken.append(number)
    try:
        yield
    finally:
        for number in taken:
            loop.remove_signal_handler(number)
