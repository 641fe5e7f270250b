"""A conversation of LangChain's messages, as each provider receives it."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    HumanMessage,
    RemoveMessage,
    SystemMessage,
    ToolMessage,
)

from providers.langchain.prompts import to_messages
from providers.messages import AttachmentKind, Message, Role
from tests.fakeserver import FakeServer
from tests.langchain.conftest import Connect
from tests.wire.test_tools_routed import KINDS

PIXEL = b"\x89PNG\r\n\x1a\n and so on"
SOUND = b"RIFF....WAVEfmt "
DATA = b64encode(PIXEL).decode()
HEARD = b64encode(SOUND).decode()
IMAGES: dict[str, Any] = {
    "standard": {"type": "image", "base64": DATA, "mime_type": "image/png"},
    "standard address": {"type": "image", "url": f"data:image/png;base64,{DATA}"},
    "older": {"type": "image", "source_type": "base64", "data": DATA, "mime_type": "image/png"},
    "openai": {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{DATA}"}},
    "anthropic": {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": DATA},
    },
}
SOUNDS: dict[str, Any] = {
    "standard": {"type": "audio", "base64": HEARD, "mime_type": "audio/wav"},
    "openai": {"type": "input_audio", "input_audio": {"data": HEARD, "format": "wav"}},
}


@pytest.mark.parametrize("name", KINDS)
async def test_roles(server: FakeServer, connect: Connect, name: str) -> None:
    conversation = [
        SystemMessage("Be brief."),
        HumanMessage("Who was Ada?"),
        AIMessage("A mathematician."),
        HumanMessage([{"type": "text", "text": "And"}, "Grace?"]),
    ]
    await connect(name).ainvoke(conversation)
    body = str(server.endpoint(name).chats[0].body)
    said = ["Who was Ada?", "A mathematician.", "And\\nGrace?"]
    places = [body.find(text) for text in said]
    assert -1 not in places
    assert places == sorted(places)
    assert "Be brief." in body


@pytest.mark.parametrize("form", IMAGES)
@pytest.mark.parametrize("name", ["openai", "anthropic", "google"])
async def test_images_in_every_form(
    server: FakeServer, connect: Connect, name: str, form: str
) -> None:
    message = HumanMessage([{"type": "text", "text": "What is it?"}, IMAGES[form]])
    await connect(name).ainvoke([message])
    (asked,) = server.endpoint(name).chats
    assert asked.media == [("image/png", PIXEL)]
    assert "What is it?" in str(asked.body)


@pytest.mark.parametrize("form", SOUNDS)
async def test_sound(server: FakeServer, connect: Connect, form: str) -> None:
    await connect("openai", "google").ainvoke([HumanMessage([SOUNDS[form]])])
    assert server.openai.chats == [], "its model takes none"
    assert server.google.chats[0].media == [("audio/wav", SOUND)]


def test_plain_data_addresses() -> None:
    block = {"type": "image", "url": "data:image/svg+xml,%3Csvg/%3E"}
    (message,) = to_messages([HumanMessage([block])])
    (attached,) = message.attachments
    assert (attached.kind, attached.data) == (AttachmentKind.IMAGE, b"<svg/>")


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            HumanMessage([{"type": "image_url", "image_url": {"url": "https://a.example/b.png"}}]),
            r"message 1 \(human\) gives a web address instead of the image itself: download it",
        ),
        (
            HumanMessage([{"type": "image", "url": "https://a.example/b.png"}]),
            "gives a web address",
        ),
        (HumanMessage([{"type": "audio", "file_id": "f"}]), "only a reference"),
        (
            HumanMessage([{"type": "image", "base64": "%%%", "mime_type": "image/png"}]),
            "image data that is no base64",
        ),
        (HumanMessage([{"type": "image", "url": "data:nothing"}]), "must look like data:image/png"),
        (
            HumanMessage([{"type": "file", "base64": DATA, "mime_type": "application/pdf"}]),
            "a block of type 'file'; only text, images and sound",
        ),
        (HumanMessage([{"type": "hologram"}]), "a block of type 'hologram'"),
        (AIMessage([IMAGES["standard"]]), "an answer's files cannot be sent back"),
        (SystemMessage([IMAGES["standard"]]), "a message of the system is text"),
        (ToolMessage([IMAGES["standard"]], tool_call_id="1"), "a tool's result is text"),
        (ChatMessage(content="hi", role="narrator"), "ChatMessage with the role 'narrator'"),
        (RemoveMessage("1"), "a RemoveMessage, which no provider takes"),
    ],
)
async def test_what_cannot_be_sent_is_said_before_anything_is(
    server: FakeServer, connect: Connect, message: BaseMessage, words: str
) -> None:
    model = connect("google")
    with pytest.raises(ValueError, match=words):
        await model.ainvoke([message])
    with pytest.raises(ValueError, match=words):
        _ = [chunk async for chunk in model.astream([message])]
    assert server.google.requests == []


def test_data_of_no_known_type() -> None:
    """LangChain refuses it as well where it traces, but does not say which message it is."""
    with pytest.raises(
        ValueError, match=r"message 1 \(human\) holds image data without \"mime_type"
    ):
        to_messages([HumanMessage([{"type": "image", "base64": DATA}])])


def test_answers_of_other_models_are_taken_as_text() -> None:
    foreign = AIMessage(
        [
            {"type": "thinking", "thinking": "hm", "signature": "x"},
            {"type": "text", "text": "So: "},
            {"type": "text", "text": "yes."},
            {"type": "tool_use", "id": "1", "name": "weather", "input": {"city": "Oslo"}},
        ],
        tool_calls=[{"id": "1", "name": "weather", "args": {"city": "Oslo"}}],
    )
    (message,) = to_messages([foreign])
    assert message.content == "So: yes."
    (call,) = message.tool_calls
    assert (call.id, call.name, call.arguments) == ("1", "weather", '{"city": "Oslo"}')


def test_roles_by_name() -> None:
    given = [ChatMessage(content="a", role="developer"), ChatMessage(content="b", role="ai")]
    assert to_messages(given) == [Message(Role.SYSTEM, "a"), Message(Role.ASSISTANT, "b")]
