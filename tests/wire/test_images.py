"""Images go along in each API's own form; what an API cannot take is refused before it is sent."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from providers.adapters.local_llama import LocalAdapter
from providers.config import LocalConfig, Timeouts
from providers.errors import BadRequest
from providers.messages import Attachment, AttachmentKind, ChatRequest, Message, Role
from tests.fakeserver import FakeServer
from tests.wire.apis import ANTHROPIC, CHAT, CUSTOM, GOOGLE, GROQ, RESPONSES, Api, read
from tests.wire.conftest import Connect

PNG = Attachment(AttachmentKind.IMAGE, "image/png", b"\x89PNG \xff\x00", "cat.png")
FILE = Attachment(AttachmentKind.FILE, "application/pdf", b"%PDF", "a.pdf")
DATA = b64encode(PNG.data).decode()
URL = f"data:image/png;base64,{DATA}"


def _chat(text: str) -> list[dict[str, Any]]:
    image = {"type": "image_url", "image_url": {"url": URL}}
    return [image, {"type": "text", "text": text}] if text else [image]


def _responses(text: str) -> list[dict[str, Any]]:
    image = {"type": "input_image", "image_url": URL}
    return [image, {"type": "input_text", "text": text}] if text else [image]


def _anthropic(text: str) -> list[dict[str, Any]]:
    source = {"type": "base64", "media_type": "image/png", "data": DATA}
    image = {"type": "image", "source": source}
    return [image, {"type": "text", "text": text}] if text else [image]


def _google(text: str) -> list[dict[str, Any]]:
    # Its SDK writes base64 in the alphabet for URLs, and this name in its own way: JSON for a
    # protobuf may have either.
    data = DATA.replace("+", "-").replace("/", "_")
    image = {"inlineData": {"data": data, "mime_type": "image/png"}}
    return [image, {"text": text}] if text else [image]


SHAPES = {
    CHAT: _chat,
    CUSTOM: _chat,
    GROQ: _chat,
    RESPONSES: _responses,
    ANTHROPIC: _anthropic,
    GOOGLE: _google,
}


@pytest.mark.parametrize("text", ["What is this?", ""])
async def test_an_image_goes_along(
    server: FakeServer, connect: Connect, api: Api, text: str, streamed: bool
) -> None:
    asked = ChatRequest([Message(Role.USER, text, (PNG,))], streamed=streamed)
    adapter = connect(api, capabilities=["image"])
    assert adapter.accepts == {AttachmentKind.IMAGE}
    assert (await read(adapter.respond(asked))).text == "Hello!"
    body = server.endpoint(api.endpoint).chats[0].body
    (turn,) = body.get("messages") or body.get("input") or body["contents"]
    assert (turn.get("content") or turn.get("parts")) == SHAPES[api](text)


async def test_a_turn_without_one_stays_plain_text(server: FakeServer, connect: Connect) -> None:
    turns = [Message(Role.USER, "Look", (PNG,)), Message(Role.USER, "Now?")]
    await read(connect(CHAT).respond(ChatRequest(turns)))
    assert server.openai.chats[0].body["messages"][1]["content"] == "Now?"


async def test_what_is_not_accepted_is_not_sent(
    server: FakeServer, connect: Connect, api: Api
) -> None:
    asked = ChatRequest([Message(Role.USER, "Read", (PNG, FILE))])
    with pytest.raises(BadRequest, match="takes no file") as caught:
        await read(connect(api).respond(asked))
    assert (caught.value.provider, caught.value.model) == (api.endpoint, "some-model")
    assert server.endpoint(api.endpoint).requests == []


async def test_the_local_model_sees_nothing() -> None:
    adapter = LocalAdapter(LocalConfig(), Timeouts())
    with pytest.raises(BadRequest, match="image") as caught:
        await read(adapter.respond(ChatRequest([Message(Role.USER, "Look", (PNG,))])))
    assert caught.value.provider == "local"
