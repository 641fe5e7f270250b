"""Asking for Chat Completions, the same through OpenAI's SDK and through Groq's."""

from __future__ import annotations

from typing import Any

from providers.adapters.chat_chunks import ChatChunks
from providers.adapters.conversation import with_system_first
from providers.adapters.fields import Fields
from providers.adapters.images import data_url
from providers.adapters.stainless import Caller
from providers.adapters.steps import Steps
from providers.messages import ChatRequest, Message


def chat_body(model: str, request: ChatRequest, temperature: float | None) -> dict[str, Any]:
    """Return what every endpoint wants in the same form; each adds its own to it."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": message.role.value, "content": _content(message)}
            for message in with_system_first(request)
        ],
    }
    if request.streamed:
        body["stream"] = True
    if temperature is not None:
        body["temperature"] = temperature
    return body


async def chat_steps(caller: Caller, path: str, body: Fields, options: Fields) -> Steps:
    """Ask for a completion and yield what it says.

    Args:
        caller: OpenAI's or Groq's.
        path: below the base URL.
        body: what is sent; it says whether the answer is to be streamed.
        options: of the request, such as ``headers``.
    """
    if "stream" not in body:
        chunks = ChatChunks("message")
        for step in chunks.read(await caller.ask(path, body, options)):
            yield step
    else:
        chunks = ChatChunks()
        async with await caller.open(path, body, options) as stream:
            async for chunk in stream:
                for step in chunks.read(chunk):
                    yield step
    if end := chunks.end():
        yield end


def _content(message: Message) -> str | list[dict[str, Any]]:
    if not message.attachments:
        return message.content
    parts: list[dict[str, Any]] = [
        {"type": "image_url", "image_url": {"url": data_url(image)}}
        for image in message.attachments
    ]
    if message.content.strip():
        parts.append({"type": "text", "text": message.content})
    return parts
