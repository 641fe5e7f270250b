"""What goes into an LLM and what comes out: prompts in their many forms, and the reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from providers.events import AttemptCancelled, AttemptFailed, Completed, RouteChosen
from providers.messages import ChatRequest, Message, Role, ToolCall, ToolSpec
from providers.prompt_messages import PromptMessage, to_message
from providers.usage import Usage

Prompt = str | Sequence[PromptMessage]
"""A question, or a conversation as messages in any of the forms of ``PromptMessage``."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer.

    Args:
        content: the text.
        usage_metadata: input_tokens, output_tokens, total_tokens, cached_tokens,
            cache_write_tokens, reasoning_tokens (integers), estimated.
        response_metadata: provider, model, strategy, reason, cost (``Decimal`` US dollars of
            all attempts, None when unknown), cost_estimated, latency and time_to_first_token
            (seconds), finish_reason, truncated, attempts (a list of provider, model, outcome,
            error, status, message, latency, cost), quality (0 to 1) and quality_words (what is
            wrong; see ``providers.quality``), cached, saved (``Decimal`` US dollars that a
            cached answer cost the first time), attempt_id (of the call that answered; None for a
            cached answer).
        reasoning: the model's reasoning where it shows it.
        tool_calls: what the model asks to have run before it goes on; ``content`` may be empty
            then. Run the tools and ask again, with the reply's ``message`` and a message of role
            ``tool`` for each result added to the conversation.
    """

    content: str
    usage_metadata: Mapping[str, int | bool] = field(default_factory=dict)
    response_metadata: Mapping[str, Any] = field(default_factory=dict)
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()

    def __str__(self) -> str:
        return self.content

    @property
    def message(self) -> Message:
        """The reply as a turn of the conversation, to go on from."""
        return Message(Role.ASSISTANT, self.content, tool_calls=self.tool_calls)


def to_request(
    prompt: Prompt,
    *,
    system: str | None = None,
    temperature: float | None = None,
    max_tokens: int | None = None,
    streamed: bool = True,
    tools: Sequence[ToolSpec] = (),
    tool_choice: str | None = None,
) -> ChatRequest:
    """Return ``prompt`` as a request; system messages in it join the system prompt.

    Raises:
        ValueError: there is no message, one has a role that does not exist or misses a field,
            or ``tool_choice`` names no tool; the text says what is allowed.
    """
    if isinstance(prompt, str):
        prompt = [Message(Role.USER, prompt)]
    messages = [to_message(item) for item in prompt]
    said = tuple(message for message in messages if message.role is not Role.SYSTEM)
    if not said:
        raise ValueError("there is nothing to answer: give at least one message of the user")
    told = [system] if system else []
    told += [message.content for message in messages if message.role is Role.SYSTEM]
    return ChatRequest(
        messages=said,
        system="\n\n".join(told) or None,
        temperature=temperature,
        max_tokens=max_tokens,
        streamed=streamed,
        tools=tuple(tools),
        tool_choice=tool_choice,
    )


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


def build_reply(
    chosen: RouteChosen, lost: Sequence[AttemptFailed | AttemptCancelled], done: Completed
) -> Reply:
    """Return the reply to a request from its events.

    Args:
        chosen: the route.
        lost: the calls that did not answer, in order.
        done: the one that did.
    """
    return Reply(
        content=done.text,
        reasoning=done.reasoning,
        tool_calls=done.tool_calls,
        usage_metadata=usage_metadata(done.usage),
        response_metadata={
            "provider": done.provider,
            "model": done.finish.response_model or done.model,
            "request_model": done.model,
            "strategy": chosen.strategy,
            "reason": chosen.reason,
            "cost": done.total_cost,
            "cost_estimated": done.cost_estimated,
            "latency": done.latency,
            "time_to_first_token": done.time_to_first_token,
            "finish_reason": done.finish.raw_reason,
            "truncated": done.truncated,
            # A cached answer took none.
            "attempts": [*map(_lost, lost), *([] if done.cached else [_answered(done)])],
            "quality": None if done.assessment is None else done.assessment.score,
            "quality_words": "" if done.assessment is None else done.assessment.words,
            "cached": done.cached,
            "saved": done.saved,
            "attempt_id": done.attempt_id,
        },
    )


def _lost(event: AttemptFailed | AttemptCancelled) -> dict[str, Any]:
    failed = event if isinstance(event, AttemptFailed) else None
    return {
        "provider": event.provider,
        "model": event.model,
        "outcome": "failed" if failed else "cancelled",
        "error": failed.error.kind if failed else None,
        "status": failed.error.status if failed else None,
        "message": failed.error.message if failed else None,
        "latency": event.latency,
        "cost": event.cost,
    }


def _answered(done: Completed) -> dict[str, Any]:
    return {
        "provider": done.provider,
        "model": done.model,
        "outcome": "ok",
        "error": None,
        "status": None,
        "message": None,
        "latency": done.latency,
        "cost": done.cost,
    }
