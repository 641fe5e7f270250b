"""Asking for Chat Completions, the same through OpenAI's SDK and through Groq's."""

from __future__ import annotations

from typing import Any

from providers.adapters.chat_chunks import ChatChunks
from providers.adapters.conversation import with_system_first
from providers.adapters.fields import Fields
from providers.adapters.media import audio_format, base64, data_url
from providers.adapters.stainless import Caller
from providers.adapters.steps import Steps
from providers.adapters.tool_calls import calls_before, schema_of
from providers.messages import TOOL_CHOICES, Attachment, AttachmentKind, ChatRequest, Message, Role


def chat_body(model: str, request: ChatRequest, temperature: float | None) -> dict[str, Any]:
    """Return what every endpoint wants in the same form; each adds its own to it."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": message.role.value, "content": _content(message), **_calling(message)}
            if message.tool_calls or message.tool_call_id
            else {"role": message.role.value, "content": _content(message)}
            for message in with_system_first(request)
        ],
    }
    if request.tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": schema_of(tool),
                },
            }
            for tool in request.tools
        ]
        if choice := request.tool_choice:
            named = {"type": "function", "function": {"name": choice}}
            body["tool_choice"] = choice if choice in TOOL_CHOICES else named
    if request.streamed:
        body["stream"] = True
    if temperature is not None:
        body["temperature"] = temperature
    return body


async def chat_steps(
    caller: Caller, path: str, request: ChatRequest, body: Fields, options: Fields
) -> Steps:
    """Ask for a completion and yield what it says.

    Args:
        caller: OpenAI's or Groq's.
        path: below the base URL.
        request: what is asked.
        body: the same as it is sent.
        options: of the HTTP request, such as ``headers``.
    """
    before = calls_before(request)
    if not request.streamed:
        chunks = ChatChunks("message", calls_before=before)
        answer = await caller.ask(path, body, options)
        for step in (*caller.told(), *chunks.read(answer)):
            yield step
    else:
        chunks = ChatChunks(calls_before=before)
        async with await caller.open(path, body, options) as stream:
            for quota in caller.told():
                yield quota
            async for chunk in stream:
                for step in chunks.read(chunk):
                    yield step
    if end := chunks.end():
        yield end


def _content(message: Message) -> str | list[dict[str, Any]] | None:
    if not message.attachments:
        # An assistant that only calls tools says null, not nothing: some servers refuse "".
        return message.content or (None if message.tool_calls else "")
    parts = [_part(each) for each in message.attachments]
    if message.content.strip():
        parts.append({"type": "text", "text": message.content})
    return parts


def _part(attachment: Attachment) -> dict[str, Any]:
    if attachment.kind is AttachmentKind.AUDIO:
        sound = {"data": base64(attachment), "format": audio_format(attachment)}
        return {"type": "input_audio", "input_audio": sound}
    return {"type": "image_url", "image_url": {"url": data_url(attachment)}}


def _calling(message: Message) -> dict[str, Any]:
    """Return what a turn has to do with tools."""
    if message.role is Role.TOOL:
        return {"tool_call_id": message.tool_call_id}
    return {
        "tool_calls": [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in message.tool_calls
        ]
    }
