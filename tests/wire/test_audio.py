"""Sound goes along in each API's own form, to the models that take it."""

from __future__ import annotations

from base64 import b64encode

import pytest

from providers.errors import BadRequest
from providers.messages import Attachment, AttachmentKind, ChatRequest, Message, Role
from tests.fakeserver import FakeServer, ok, tool_calls
from tests.wire.apis import ANTHROPIC, CHAT, CUSTOM, GOOGLE, GROQ, RESPONSES, Api, question, read
from tests.wire.conftest import Connect
from tests.wire.test_tools import OSLO, WEATHER, told

WAV = Attachment(AttachmentKind.AUDIO, "audio/wav", b"RIFF\x00\xfe\xffWAVE", "hello.wav")
MP3 = Attachment(AttachmentKind.AUDIO, "audio/mpeg", b"ID3\x04\x00", "hello.mp3")
OGG = Attachment(AttachmentKind.AUDIO, "audio/ogg", b"OggS\x00", "hello.ogg")
M4A = Attachment(AttachmentKind.AUDIO, "audio/mp4", b"\x00\x00\x00\x20ftypM4A ", "hello.m4a")


def listening(*sounds: Attachment, text: str = "Who speaks?", streamed: bool = True) -> ChatRequest:
    return ChatRequest([Message(Role.USER, text, sounds)], streamed=streamed)


@pytest.mark.parametrize("api", [CHAT, RESPONSES], ids=lambda api: api.id)
async def test_openai_hears_through_chat_completions(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    server.openai.reply(ok("A dog."))
    adapter = connect(api, model="gpt-audio")
    answer = await read(adapter.respond(listening(WAV, MP3, streamed=streamed)))
    assert answer.text == "A dog."
    (asked,) = server.openai.chats
    assert asked.path.endswith("/chat/completions")
    assert asked.body["modalities"] == ["text"]
    assert asked.media == [("wav", WAV.data), ("mp3", MP3.data)]
    content = asked.body["messages"][0]["content"]
    sound = {"data": b64encode(WAV.data).decode(), "format": "wav"}
    assert content[0] == {"type": "input_audio", "input_audio": sound}
    assert content[-1] == {"type": "text", "text": "Who speaks?"}


async def test_only_the_variant_that_hears_leaves_the_responses_api(
    server: FakeServer, connect: Connect
) -> None:
    adapter = connect(RESPONSES, models=["gpt-audio-mini"])
    assert adapter.accepts == {AttachmentKind.IMAGE}, "of the main model"
    await read(adapter.respond(listening(WAV).for_model("gpt-audio-mini", None)))
    await read(adapter.respond(question()))
    spoken, written = server.openai.chats
    assert spoken.path.endswith("/chat/completions")
    assert written.path.endswith("/responses")
    assert "modalities" not in written.body
    with pytest.raises(BadRequest, match="takes no audio"):
        await read(adapter.respond(listening(WAV)))


async def test_gemini_hears(server: FakeServer, connect: Connect, streamed: bool) -> None:
    adapter = connect(GOOGLE)
    assert adapter.accepts == {AttachmentKind.IMAGE, AttachmentKind.AUDIO}
    await read(adapter.respond(listening(WAV, MP3, OGG, text="", streamed=streamed)))
    kinds = [("audio/wav", WAV.data), ("audio/mp3", MP3.data), ("audio/ogg", OGG.data)]
    assert server.google.chats[0].media == kinds


async def test_an_endpoint_hears_where_it_is_said_to(server: FakeServer, connect: Connect) -> None:
    told_so = connect(CUSTOM, capabilities=["audio"])
    await read(told_so.respond(listening(MP3)))
    assert server.custom.chats[0].media == [("mp3", MP3.data)]
    with pytest.raises(BadRequest, match="takes no audio"):
        await read(connect(CUSTOM).respond(listening(MP3)))


@pytest.mark.parametrize("api", [RESPONSES, CHAT, ANTHROPIC, GROQ], ids=lambda api: api.id)
async def test_who_cannot_hear_is_not_asked(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    with pytest.raises(BadRequest, match="takes no audio; nothing was sent") as caught:
        await read(connect(api).respond(listening(WAV, streamed=streamed)))
    assert (caught.value.provider, caught.value.model) == (api.endpoint, "some-model")
    assert server.endpoint(api.endpoint).requests == []


@pytest.mark.parametrize("sound", [OGG, M4A], ids=lambda sound: sound.name)
async def test_a_kind_of_sound_that_is_not_taken(
    server: FakeServer, connect: Connect, sound: Attachment
) -> None:
    words = f"takes WAV and MP3 audio, {sound.name} is {sound.media_type}"
    with pytest.raises(BadRequest, match=words):
        await read(connect(CHAT, model="gpt-audio").respond(listening(sound)))
    assert server.openai.requests == []


async def test_a_model_that_hears_calls_tools_too(server: FakeServer, connect: Connect) -> None:
    server.openai.reply(tool_calls(OSLO), ok("Rain."))
    adapter = connect(RESPONSES, model="gpt-audio")
    heard = Message(Role.USER, "", (WAV,))
    first = await read(adapter.respond(ChatRequest([heard], tools=(WEATHER,))))
    turns = [heard, *told(*first.calls)]
    second = await read(adapter.respond(ChatRequest(turns, tools=(WEATHER,))))
    assert (first.calls, second.text) == ([OSLO], "Rain.")
    assert server.openai.chats[1].results == [("call_1", "rain call_1")]
