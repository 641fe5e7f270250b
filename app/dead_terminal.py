"""Noticing that the terminal is gone, when nobody says so.

The system sends the hang-up to the leader of the session alone. Where that is another program that
waits for telex (``make run``, a script, a shell that does not pass it on), telex would go on for
ever without a terminal, and Textual would read from it at full speed.
"""

from __future__ import annotations

import asyncio
import os
import select
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def on_dead_terminal(action: Callable[[], object]) -> Iterator[None]:
    """Have the running event loop call ``action`` when standard input's terminal is gone.

    A thread waits for that in the kernel, which costs nothing. Where the system cannot tell
    (Windows), nothing is watched.

    Args:
        action: takes no arguments and returns at once.
    """
    if not hasattr(select, "poll") or not sys.stdin.isatty():
        yield
        return
    loop = asyncio.get_running_loop()
    stopped, stop = os.pipe()

    def watch() -> None:
        poll = select.poll()
        poll.register(sys.stdin.fileno(), 0)  # a hang-up is always told, and nothing else is asked
        poll.register(stopped, select.POLLIN)
        if all(descriptor != stopped for descriptor, _ in poll.poll()):
            loop.call_soon_threadsafe(action)

    watcher = threading.Thread(target=watch, name="telex-dead-terminal", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        os.write(stop, b"x")
        watcher.join()
        os.close(stopped)
        os.close(stop)
