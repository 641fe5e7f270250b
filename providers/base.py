"""What everything that can answer has in common."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from providers.events import ProviderEvent
from providers.messages import AttachmentKind, ChatRequest


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One model a provider lists as available."""

    id: str


@runtime_checkable
class Provider(Protocol):
    """One model behind one API.

    ``respond`` raises only ``ProviderError``; closing the generator (or cancelling the task that
    iterates it) closes the connection, so that the provider stops generating.
    """

    @property
    def name(self) -> str:
        """The configured name, such as ``openai`` or the name of a custom endpoint."""

    @property
    def model(self) -> str:
        """The model that is asked when the request names none."""

    @property
    def accepts(self) -> frozenset[AttachmentKind]:
        """The kinds of attachments that can be sent along."""

    def respond(self, request: ChatRequest) -> AsyncIterator[ProviderEvent]:
        """Yield the answer's events; the last one is ``StreamFinished``.

        With ``request.streamed`` False the answer is one ``TextDelta``.

        Raises:
            ProviderError: the answer is not whole.
        """

    async def list_models(self) -> Sequence[ModelInfo]:
        """Ask for the models on offer, which costs no tokens and so doubles as health check.

        Raises:
            ProviderError: the provider did not answer, or not to this key.
        """

    def warm_up(self) -> None:
        """Import what the first call needs. Slow; meant for a background thread."""

    async def aclose(self) -> None:
        """Close connections of the running event loop. Safe to call twice."""


@runtime_checkable
class Unloadable(Protocol):
    """A provider that holds a model in memory."""

    def unload(self) -> None:
        """Give the memory back, once nothing runs; the next call loads it again. Blocks."""
