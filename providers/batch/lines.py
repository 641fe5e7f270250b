"""What goes into a batch and what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from providers.answer_cache import fingerprint
from providers.errors import AllProvidersFailed, TelexError
from providers.messages import ChatRequest
from providers.reply import Prompt, Reply, to_request
from providers.routing.options import RouteOptions


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One question of a batch.

    Args:
        prompt: as for ``LLM.invoke``.
        settings: ``system``, ``temperature``, ``max_tokens``, ``tools`` and ``tool_choice`` of this
            line; they win over those of the batch.
    """

    prompt: Prompt
    settings: Mapping[str, Any] = field(default_factory=dict)

    def request(self, settings: Mapping[str, Any]) -> ChatRequest:
        """Return what is asked.

        Args:
            settings: of the batch.

        Raises:
            ValueError: the prompt is none; see ``to_request``.
        """
        return to_request(self.prompt, streamed=False, **{**settings, **self.settings})


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of one line.

    Args:
        number: the line's place in the batch, from 0.
        reply: the answer, None when there is none.
        error: why there is none.
        resumed: it was answered by an earlier run, and not paid again.
    """

    number: int
    reply: Reply | None = None
    error: AllProvidersFailed | None = None
    resumed: bool = False


class BatchStopped(TelexError):
    """A batch cannot go on: nobody can be asked any more, or its budget is used up.

    What was answered until then was given out, and is in the journal if there is one. Run the
    batch again with the same journal to go on with the rest.

    Args:
        message: why.
        results: what ``batch`` had until then; ``abatch`` has yielded it.
    """

    def __init__(self, message: str, results: Sequence[BatchResult] = ()) -> None:
        super().__init__(message)
        self.results = tuple(results)


def key_of(request: ChatRequest, options: RouteOptions) -> str:
    """Return a name for what a line asks, and of whom: what is changed is asked again."""
    named = f"{options.provider}/{options.model}".encode()
    return sha256(named + fingerprint(request)).hexdigest()
