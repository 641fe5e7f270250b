"""What is too large, too many or of a wrong type is refused in words, before it is sent."""

from __future__ import annotations

import pytest

from providers.acceptance import obstacle
from providers.config import (
    AnthropicConfig,
    CustomConfig,
    GoogleConfig,
    GroqConfig,
    OpenAIConfig,
    ProviderConfig,
)
from providers.errors import BadRequest
from providers.messages import Attachment, AttachmentKind, ChatRequest, Message, Role
from tests.fakeserver import FakeServer
from tests.wire.apis import ANTHROPIC, Api, read
from tests.wire.conftest import Connect

VISION = "meta-llama/llama-4-scout-17b-16e-instruct"
MIB = 2**20
OPENAI, CLAUDE, GEMINI = OpenAIConfig(), AnthropicConfig(), GoogleConfig()
GROQ = GroqConfig(model=VISION)
BOX = CustomConfig(name="box", base_url="http://box.lan/v1", model="llava")


def image(size: int = 4, kind: str = "image/png", name: str = "photo.png") -> Attachment:
    return Attachment(AttachmentKind.IMAGE, kind, bytes(size), name)


def showing(*images: Attachment) -> ChatRequest:
    return ChatRequest([Message(Role.USER, "Look", images)])


@pytest.mark.parametrize(
    ("config", "images", "words"),
    [
        (CLAUDE, [image(8_000_001)], "takes images up to 7.8 MB, photo.png has 8.1 MB"),
        (CLAUDE, [image()] * 101, "takes up to 100 images, these are 101"),
        (
            CLAUDE,
            [image(6 * MIB)] * 5,
            "takes attachments up to 25.1 MB in all, these have 31.5 MB",
        ),
        (GROQ, [image()] * 6, "takes up to 5 images, these are 6"),
        (GROQ, [image(2 * MIB)] * 2, "takes attachments up to 3.1 MB in all, these have 4.2 MB"),
        (OPENAI, [image(10 * MIB)] * 4, "takes attachments up to 39.3 MB in all, these have 42 MB"),
        (
            GEMINI,
            [image(40 * MIB)] * 2,
            "takes attachments up to 78.6 MB in all, these have 83.9 MB",
        ),
        (
            GEMINI,
            [image(kind="image/gif", name="cat.gif")],
            "takes PNG, JPEG, WebP, HEIC and HEIF images, cat.gif is image/gif",
        ),
        (
            BOX,
            [image(kind="image/heic", name="")],
            "takes PNG, JPEG, GIF and WebP images, one without a name is image/heic",
        ),
        (
            CLAUDE,
            [image(kind="", name="\x1b]0;owned\x07\n.png")],
            "takes PNG, JPEG, GIF and WebP images, ␛]0;owned .png is of no known type",
        ),
    ],
)
def test_what_is_beyond_a_limit(
    config: ProviderConfig, images: list[Attachment], words: str
) -> None:
    assert obstacle(config, showing(*images)) == words


@pytest.mark.parametrize(
    ("config", "images"),
    [
        (CLAUDE, [image(7_864_320)]),
        (CLAUDE, [image()] * 100),
        (GROQ, [image(3 * MIB)]),
        (GROQ, [image()] * 5),
        (OPENAI, [image(20 * MIB)]),
        (GEMINI, [image(75 * MIB)]),
        (GEMINI, [image(kind="image/HEIC")]),
        (BOX, [image(200 * MIB)]),
        (CLAUDE, [image(kind="image/jpg; x=y")]),
    ],
)
def test_what_is_just_within(config: ProviderConfig, images: list[Attachment]) -> None:
    assert obstacle(config, showing(*images)) is None


def test_the_whole_conversation_counts() -> None:
    turns = [Message(Role.USER, "And this?", (image(),) * 2) for _ in range(3)]
    assert obstacle(GROQ, ChatRequest(turns)) == "takes up to 5 images, these are 6"


async def test_the_adapter_refuses_it_too(
    server: FakeServer, connect: Connect, streamed: bool
) -> None:
    too_large = ChatRequest([Message(Role.USER, "", (image(8 * MIB),))], streamed=streamed)
    with pytest.raises(BadRequest, match=r"the model takes images up to 7\.8 MB") as caught:
        await read(connect(ANTHROPIC).respond(too_large))
    assert caught.value.provider == "anthropic"
    assert server.anthropic.requests == []


async def test_types_are_sent_under_their_own_name(
    server: FakeServer, connect: Connect, api: Api
) -> None:
    asked = ChatRequest([Message(Role.USER, "", (image(kind="IMAGE/JPG"),))])
    await read(connect(api, capabilities=["image"]).respond(asked))
    assert server.endpoint(api.endpoint).chats[0].media == [("image/jpeg", bytes(4))]
