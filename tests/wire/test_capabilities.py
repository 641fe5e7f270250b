"""Which model takes images, sound and tools, and who may say otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from providers import Capability, ModelConfig, capabilities
from providers.acceptance import obstacle
from providers.config import (
    AnthropicConfig,
    CustomConfig,
    GoogleConfig,
    GroqConfig,
    LocalConfig,
    OpenAIConfig,
    ProviderConfig,
)
from providers.errors import ConfigError
from providers.messages import ChatRequest, Message, Role
from tests.wire.test_audio import WAV
from tests.wire.test_media_limits import image
from tests.wire.test_tools import ASKED, OSLO, WEATHER, told

OPENAI, CLAUDE, GEMINI, GROQ = OpenAIConfig(), AnthropicConfig(), GoogleConfig(), GroqConfig()
BOX = CustomConfig(name="box", base_url="http://box.lan/v1", model="qwen")


@pytest.mark.parametrize(
    ("config", "model", "expected"),
    [
        (OPENAI, "gpt-6.1-terra", "image tools"),
        (OPENAI, "gpt-4o-2024-05-13", "image tools"),
        (OPENAI, "gpt-4.1-mini", "image tools"),
        (OPENAI, "o3", "image tools"),
        (OPENAI, "gpt-audio-mini", "audio tools"),
        (OPENAI, "gpt-4o-audio-preview", "audio tools"),
        (OPENAI, "gpt-3.5-turbo", "tools"),
        (OPENAI, "gpt-4", "tools"),
        (OPENAI, "gpt-4-0613", "tools"),
        (OPENAI, "o3-mini", "tools"),
        (OPENAI, "o1-mini", ""),
        (CLAUDE, "claude-sonnet-5-5", "image tools"),
        (CLAUDE, "claude-haiku-4-5", "image tools"),
        (CLAUDE, "claude-2", ""),
        (GEMINI, "gemini-3.8-flash", "audio image tools"),
        (GEMINI, "gemini-2.5-flash-lite", "audio image tools"),
        (GEMINI, "gemini-3.8-flash-tts", ""),
        (GEMINI, "gemini-2.5-flash-image", "image"),
        (GROQ, "openai/gpt-oss-120b", "tools"),
        (GROQ, "llama-3.3-70b-versatile", "tools"),
        (GROQ, "meta-llama/llama-4-scout-17b-16e-instruct", "image tools"),
        (GROQ, "qwen/qwen3.8-27b", "image tools"),
        (GROQ, "qwen/qwen3-32b", "tools"),
        (GROQ, "meta-llama/llama-guard-4-12b", ""),
        (BOX, "anything", "image tools"),
        (LocalConfig(), "smollm2-135m-instruct", ""),
    ],
)
def test_the_table(config: ProviderConfig, model: str, expected: str) -> None:
    known = capabilities.capabilities_of(replace(config, model=model))
    assert sorted(known) == expected.split()


def test_the_configuration_wins_model_by_model() -> None:
    deaf = ModelConfig("b", capabilities=[])
    config = replace(BOX, capabilities=("audio", "image"), models=["c", deaf])
    known = {v.model: sorted(capabilities.capabilities_of(v)) for v in config.variants()}
    assert known == {"qwen": ["audio", "image"], "c": ["image", "tools"], "b": []}
    assert capabilities.capabilities_of(LocalConfig(capabilities=["tools"])) == set()


def test_a_word_that_is_none() -> None:
    with pytest.raises(
        ConfigError, match="'video' is no capability; allowed are image, audio"
    ) as e:
        GroqConfig(capabilities=["image", "video"])
    assert e.value.key == "providers.groq.capabilities"
    with pytest.raises(ConfigError, match=r'must be a list, such as \["image"\]'):
        GroqConfig(capabilities="image")
    with pytest.raises(ConfigError, match="'x' is no capability"):
        GroqConfig(models=[ModelConfig("m", capabilities=["x"])])


@pytest.mark.parametrize(
    ("config", "request_", "words"),
    [
        (GROQ, ChatRequest([Message(Role.USER, "?", (image(),))]), "takes no image"),
        (OPENAI, ChatRequest([Message(Role.USER, "?", (WAV,))]), "takes no audio"),
        (
            GROQ,
            ChatRequest([Message(Role.USER, "?", (WAV, image()))]),
            "takes no audio and no image",
        ),
        (LocalConfig(), ChatRequest([ASKED], tools=(WEATHER,)), "takes no tools"),
        (LocalConfig(), ChatRequest([ASKED, *told(OSLO)]), "takes no tools"),
        (LocalConfig(), ChatRequest([ASKED]), None),
        (GROQ, ChatRequest([ASKED], tools=(WEATHER,)), None),
    ],
)
def test_what_stands_in_the_way(
    config: ProviderConfig, request_: ChatRequest, words: str | None
) -> None:
    assert obstacle(config, request_) == words


def test_every_kind_of_provider_is_in_the_table() -> None:
    for config in (OPENAI, CLAUDE, GEMINI, GROQ, BOX, LocalConfig()):
        assert capabilities.capabilities_of(config) <= set(Capability)
