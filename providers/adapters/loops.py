"""One client per event loop: a connection pool cannot be shared between loops."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Client = TypeVar("Client")


class PerLoop(Generic[Client]):
    """Opens a client for each running loop and keeps it.

    The library's synchronous calls run in a loop of their own, beside the application's.

    Args:
        open_client: makes one.
    """

    def __init__(self, open_client: Callable[[], Client]) -> None:
        self._open = open_client
        self._clients: dict[asyncio.AbstractEventLoop, Client] = {}
        self._lock = threading.Lock()

    def get(self) -> Client:
        """Return the running loop's client."""
        loop = asyncio.get_running_loop()
        with self._lock:
            for other in [known for known in self._clients if known.is_closed()]:
                del self._clients[other]
            if loop not in self._clients:
                self._clients[loop] = self._open()
            return self._clients[loop]

    def take(self) -> Client | None:
        """Forget and return the running loop's client, for its owner to close."""
        with self._lock:
            return self._clients.pop(asyncio.get_running_loop(), None)
