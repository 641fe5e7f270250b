"""Asking for a Chat Completions stream, the same through OpenAI's SDK and through Groq's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from providers.adapters.chat_chunks import ChatChunks
from providers.adapters.conversation import with_system_first
from providers.adapters.steps import Signal, Steps
from providers.messages import ChatRequest


def chat_body(model: str, request: ChatRequest, temperature: float | None) -> dict[str, Any]:
    """Return what every endpoint wants in the same form; each adds its own to it."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": message.role.value, "content": message.content}
            for message in with_system_first(request)
        ],
        "stream": True,
    }
    if temperature is not None:
        body["temperature"] = temperature
    return body


async def chat_steps(create: Callable[..., Awaitable[Any]], body: Mapping[str, Any]) -> Steps:
    """Call the SDK's ``create`` with ``body`` and yield what the stream says."""
    chunks = ChatChunks()
    stream = await create(**body)
    async with stream:
        yield Signal.OPENED
        async for chunk in stream:
            for step in chunks.read(chunk):
                yield step
        if end := chunks.end():
            yield end
