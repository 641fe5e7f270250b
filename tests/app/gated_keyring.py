"""A keyring that answers when the test lets it: what a person does meanwhile can be tried."""

from __future__ import annotations

import threading

from tests.app.house import MemoryKeyring

_PATIENCE = 20.0  # seconds, so that a test that fails does not hang


class GatedKeyring(MemoryKeyring):
    """Waits before it reads, and before it writes, while the gates are shut."""

    def __init__(self) -> None:
        super().__init__()
        self.reads, self.writes = threading.Event(), threading.Event()
        self.reads.set()
        self.writes.set()
        self.waiting = 0
        """How many calls have come to a gate that was shut."""

    def get_password(self, service: str, username: str) -> str | None:
        self._pass(self.reads)
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._pass(self.writes)
        super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._pass(self.writes)
        super().delete_password(service, username)

    def _pass(self, gate: threading.Event) -> None:
        if not gate.is_set():
            self.waiting += 1
            gate.wait(_PATIENCE)
