"""What users of the library hold in their hands: an LLM to call, and its reply."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from providers.errors import StreamInterrupted
from providers.events import AttemptFailed, Completed, RouteChosen, TextDelta
from providers.messages import ChatRequest, Message, Role
from providers.router import Router
from providers.router_parts import RouteOptions
from providers.sync import LoopThread
from providers.usage import Usage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from providers.events import RouterEvent

Prompt = str | Sequence[Message | Mapping[str, str] | tuple[str, str]]
"""A question, or a conversation as messages, ``{"role", "content"}`` or ``(role, content)``."""

_ROLE_NAMES = {"human": Role.USER, "ai": Role.ASSISTANT}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer.

    Args:
        content: the text.
        usage_metadata: input_tokens, output_tokens, total_tokens, cached_tokens,
            cache_write_tokens, reasoning_tokens (integers), estimated.
        response_metadata: provider, model, strategy, reason, cost (``Decimal`` US dollars of
            all attempts, None when unknown), latency and time_to_first_token (seconds),
            finish_reason, attempts (a list of provider, model, outcome, error).
        reasoning: the model's reasoning where it shows it.
    """

    content: str
    usage_metadata: Mapping[str, int | bool] = field(default_factory=dict)
    response_metadata: Mapping[str, Any] = field(default_factory=dict)
    reasoning: str = ""

    def __str__(self) -> str:
        return self.content


class LLM:
    """Asks one provider or, by the routing strategy, the best of many.

    Args:
        router: does the work.
        loop: serves the calls that are not async.
        options: strategy or provider to insist on.
    """

    def __init__(self, router: Router, loop: LoopThread, options: RouteOptions) -> None:
        self._router = router
        self._loop = loop
        self._options = options

    def invoke(self, prompt: Prompt, **settings: Any) -> Reply:
        """Answer ``prompt``; see ``ainvoke``."""
        return self._loop.run(self.ainvoke(prompt, **settings))

    async def ainvoke(self, prompt: Prompt, **settings: Any) -> Reply:
        """Answer ``prompt``.

        Args:
            prompt: a question or a conversation.
            settings: ``system``, ``temperature`` and ``max_tokens`` of ``ChatRequest``.

        Raises:
            AllProvidersFailed: lists every attempt and why it failed.
        """
        chosen: RouteChosen | None = None
        failed: list[AttemptFailed] = []
        completed: Completed | None = None
        async for event in self._events(prompt, settings):
            match event:
                case RouteChosen():
                    chosen = event
                case AttemptFailed():
                    failed.append(event)
                case Completed():
                    completed = event
        assert chosen is not None  # the router raises instead of ending without an answer
        assert completed is not None
        return _reply(chosen, failed, completed)

    def stream(self, prompt: Prompt, **settings: Any) -> Iterator[str]:
        """Yield the answer in pieces; see ``astream``."""
        return self._loop.iterate(self.astream(prompt, **settings))

    async def astream(self, prompt: Prompt, **settings: Any) -> AsyncIterator[str]:
        """Yield the answer in pieces.

        Args:
            prompt: a question or a conversation.
            settings: ``system``, ``temperature`` and ``max_tokens`` of ``ChatRequest``.

        Raises:
            StreamInterrupted: it broke after text was yielded; ``partial_text`` holds that. The
                answer of another provider is not spliced onto it.
            AllProvidersFailed: it failed before.
        """
        events = cast("AsyncGenerator[RouterEvent]", self._events(prompt, settings))
        async with aclosing(events):
            async for event in events:
                match event:
                    case TextDelta(text):
                        yield text
                    case AttemptFailed(error=error) if error.partial_text:
                        raise StreamInterrupted(
                            error.message,
                            provider=error.provider,
                            model=error.model,
                            status=error.status,
                            partial_text=error.partial_text,
                        ) from error

    def _events(self, prompt: Prompt, settings: Mapping[str, Any]) -> AsyncIterator[RouterEvent]:
        return self._router.stream(to_request(prompt, **settings), self._options)


def to_request(
    prompt: Prompt,
    *,
    system: str | None = None,
    temperature: float | None = None,
    max_tokens: int | None = None,
) -> ChatRequest:
    """Return ``prompt`` as a request; system messages in it join the system prompt.

    Raises:
        ValueError: a message has a role that does not exist; the text lists those that do.
    """
    if isinstance(prompt, str):
        prompt = [Message(Role.USER, prompt)]
    messages = [_to_message(item) for item in prompt]
    told = [system] if system else []
    told += [message.content for message in messages if message.role is Role.SYSTEM]
    return ChatRequest(
        messages=tuple(message for message in messages if message.role is not Role.SYSTEM),
        system="\n\n".join(told) or None,
        temperature=temperature,
        max_tokens=max_tokens,
    )


def _to_message(item: Message | Mapping[str, str] | tuple[str, str]) -> Message:
    if isinstance(item, Message):
        return item
    role, content = (item["role"], item["content"]) if isinstance(item, Mapping) else item
    known = _ROLE_NAMES.get(role, role)
    if known not in list(Role):
        allowed = ", ".join([*(r.value for r in Role), *_ROLE_NAMES])
        raise ValueError(f"{role!r} is no role of a message; allowed are {allowed}")
    return Message(Role(known), content)


def usage_metadata(usage: Usage) -> dict[str, int | bool]:
    """Return ``usage`` as the plain mapping replies carry."""
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens,
        "cached_tokens": usage.cached_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "estimated": usage.estimated,
    }


def _reply(chosen: RouteChosen, failed: Sequence[AttemptFailed], done: Completed) -> Reply:
    attempts = [
        {"provider": f.provider, "model": f.model, "outcome": "failed", "error": f.error.kind}
        for f in failed
    ]
    attempts.append(
        {"provider": done.provider, "model": done.model, "outcome": "ok", "error": None}  # type: ignore[dict-item]  # no error
    )
    return Reply(
        content=done.text,
        reasoning=done.reasoning,
        usage_metadata=usage_metadata(done.usage),
        response_metadata={
            "provider": done.provider,
            "model": done.finish.response_model or done.model,
            "strategy": chosen.strategy,
            "reason": chosen.reason,
            "cost": done.total_cost,
            "latency": done.latency,
            "time_to_first_token": done.time_to_first_token,
            "finish_reason": done.finish.raw_reason,
            "attempts": attempts,
        },
    )
