"""What flows from an SDK's stream to the watch: events, and signs of life without content."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from enum import Enum, auto

from providers.events import ProviderEvent


class Signal(Enum):
    """Progress that has nothing to show."""

    OPENED = auto()
    """The response headers are here."""
    ALIVE = auto()
    """The provider said something about the answer, but no text: the first-token phase is over."""


Step = ProviderEvent | Signal
"""What an adapter's own generator yields."""

Steps = AsyncGenerator[Step, None]
"""An adapter's own generator."""
