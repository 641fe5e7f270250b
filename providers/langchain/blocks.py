"""A message's content: text, and images and sound as attachments."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from langchain_core.messages import BaseMessage

from providers.messages import Attachment, AttachmentKind

_KINDS = {"image": AttachmentKind.IMAGE, "audio": AttachmentKind.AUDIO}
_FILES = {"image", "audio", "video", "file"}


def read_content(message: BaseMessage, where: str) -> tuple[str, tuple[Attachment, ...]]:
    """Return the text and the attachments of a message.

    Args:
        message: in LangChain's standard blocks or in those of OpenAI, Anthropic or Google.
        where: which message it is, for errors.

    Raises:
        ValueError: a block is neither text nor an image nor sound, or its data is not in it.
    """
    if isinstance(message.content, str):
        return message.content, ()
    texts: list[str] = []
    attached: list[Attachment] = []
    for block in message.content_blocks:
        fields: Mapping[str, Any] = {**block}
        kind = block["type"]
        if kind in {"text", "text-plain"} and isinstance(fields.get("text"), str):
            texts.append(fields["text"])
        elif kind in _KINDS:
            attached.append(_attachment(fields, where))
        else:
            raise ValueError(
                f"{where} holds {_name(fields)}; only text, images and sound can be sent"
            )
    return "\n".join(texts), tuple(attached)


def answer_text(message: BaseMessage, where: str) -> str:
    """Return the text of an answer; its reasoning and calls are not said again.

    Raises:
        ValueError: it holds an image or the like, which no API takes back from an assistant.
    """
    if isinstance(message.content, str):
        return message.content
    for block in message.content_blocks:
        if block["type"] in _FILES:
            raise ValueError(
                f"{where} holds {_name({**block})}; an answer's files cannot be sent back. Put"
                " them into a message of the user"
            )
    return str(message.text)


def _attachment(block: Mapping[str, Any], where: str) -> Attachment:
    noun = block["type"]
    media_type, data = block.get("mime_type") or "", block.get("base64")
    url = block.get("url") or ""
    if data is None and url.startswith("data:"):
        return _from_data_url(noun, url, where)
    if data is None:
        told = "a web address" if url else "only a reference"
        raise ValueError(
            f"{where} gives {told} instead of the {noun} itself: download it, and give it as"
            f' {{"type": "{noun}", "base64": "...", "mime_type": "{noun}/..."}}'
        )
    if not media_type:
        raise ValueError(
            f'{where} holds {noun} data without "mime_type", such as "{_example(noun)}"'
        )
    return Attachment(_KINDS[noun], media_type, _decoded(data, noun, where))


def _from_data_url(noun: str, url: str, where: str) -> Attachment:
    """Read ``data:[<type>][;base64],<data>`` (RFC 2397)."""
    head, comma, data = url.removeprefix("data:").partition(",")
    media_type, *options = head.split(";")
    if not comma or not media_type:
        form = f"data:{_example(noun)};base64,..."
        raise ValueError(f"{where} holds a data address that is none; it must look like {form}")
    if "base64" in options:
        return Attachment(_KINDS[noun], media_type, _decoded(data, noun, where))
    return Attachment(_KINDS[noun], media_type, unquote_to_bytes(data))


def _decoded(data: object, noun: str, where: str) -> bytes:
    if not isinstance(data, str):
        raise ValueError(f"{where} holds {noun} data that is no base64 text")  # noqa: TRY004
    try:
        return b64decode("".join(data.split()), validate=True)
    except binascii.Error as error:
        raise ValueError(f"{where} holds {noun} data that is no base64: {error}") from error


def _example(noun: str) -> str:
    return "image/png" if noun == "image" else "audio/wav"


def _name(block: Mapping[str, Any]) -> str:
    """Return what a block calls itself. What LangChain could not read is wrapped by it."""
    inner = block.get("value") if block.get("type") == "non_standard" else None
    told = inner.get("type") if isinstance(inner, Mapping) else block.get("type")
    return f"a block of type {told!r}"
