"""A reply as LangChain's message, with its usage and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata

from providers.langchain.tools import SIGNATURES, signatures, split_calls, to_chunks
from providers.reply import Reply

REASONING = "reasoning_content"
"""Where LangChain looks for reasoning that comes apart from the content; see ``content_blocks``."""


def to_ai_message(reply: Reply) -> AIMessage:
    """Return ``reply`` as a message; calls whose arguments are broken are its invalid ones."""
    good, bad = split_calls(reply.tool_calls)
    return AIMessage(
        content=reply.content,
        additional_kwargs={**_reasoning(reply.reasoning), **_signatures(reply)},
        tool_calls=good,
        invalid_tool_calls=bad,
        usage_metadata=to_usage(reply),
        response_metadata=to_metadata(reply),
    )


def to_last_chunk(reply: Reply) -> AIMessageChunk:
    """Return what ends a stream: the calls, the usage and the metadata, and no text."""
    return AIMessageChunk(
        content="",
        additional_kwargs=_signatures(reply),
        tool_call_chunks=to_chunks(reply.tool_calls),
        usage_metadata=to_usage(reply),
        response_metadata=to_metadata(reply),
        chunk_position="last",
    )


def to_chunk(text: str, reasoning: str) -> AIMessageChunk:
    """Return a piece of a stream."""
    return AIMessageChunk(content=text, additional_kwargs=_reasoning(reasoning))


def to_usage(reply: Reply) -> UsageMetadata:
    """Return the tokens of ``reply`` in LangChain's words."""
    told = reply.usage_metadata
    return UsageMetadata(
        input_tokens=told["input_tokens"],
        output_tokens=told["output_tokens"],
        total_tokens=told["total_tokens"],
        input_token_details=InputTokenDetails(
            cache_read=told["cached_tokens"], cache_creation=told["cache_write_tokens"]
        ),
        output_token_details=OutputTokenDetails(reasoning=told["reasoning_tokens"]),
    )


def to_metadata(reply: Reply) -> dict[str, Any]:
    """Return the reply's metadata in values that JSON has: checkpointers and stores write them.

    The model that answered is ``model_name``, as in LangChain's other models; money is dollars as a
    number; ``usage_estimated`` says that the provider did not count. The rest is as in ``Reply``.
    """
    told = {**reply.response_metadata}
    named = {"model_name": told.pop("model"), "usage_estimated": reply.usage_metadata["estimated"]}
    return {name: _plain(value) for name, value in {**named, **told}.items()}


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case Enum():
            return value.value
        case Mapping():
            return {name: _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
    return value


def _reasoning(text: str) -> dict[str, Any]:
    return {REASONING: text} if text else {}


def _signatures(reply: Reply) -> dict[str, Any]:
    found = signatures(reply.tool_calls)
    return {SIGNATURES: found} if found else {}
