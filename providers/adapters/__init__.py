"""One adapter per wire format. Nothing here imports an SDK before the first call."""

from __future__ import annotations

from pathlib import Path

from providers.base import Provider
from providers.config import (
    AnthropicConfig,
    CustomConfig,
    GoogleConfig,
    GroqConfig,
    LocalConfig,
    OpenAIApi,
    OpenAIConfig,
    ProviderConfig,
    Timeouts,
)


def build_adapter(config: ProviderConfig, timeouts: Timeouts) -> Provider:
    """Return the adapter for ``config``, whose ``api_key`` is already resolved.

    Args:
        config: one provider.
        timeouts: patience with one call, phase by phase.

    Raises:
        TypeError: no adapter speaks for this kind of configuration.
    """
    match config:
        case OpenAIConfig(api=OpenAIApi.RESPONSES):
            from providers.adapters.openai_responses import OpenAIResponsesAdapter

            return OpenAIResponsesAdapter(config, timeouts)
        case OpenAIConfig() | CustomConfig():
            from providers.adapters.openai_chat import OpenAIChatAdapter

            return OpenAIChatAdapter(config, timeouts)
        case AnthropicConfig():
            from providers.adapters.anthropic_messages import AnthropicAdapter

            return AnthropicAdapter(config, timeouts)
        case GoogleConfig():
            from providers.adapters.google_genai import GoogleAdapter

            return GoogleAdapter(config, timeouts)
        case GroqConfig():
            from providers.adapters.groq_chat import GroqAdapter

            return GroqAdapter(config, timeouts)
        case LocalConfig():
            from providers.adapters.local_llama import LocalAdapter

            fetched = Path(config.models_folder) if config.models_folder else None
            return LocalAdapter(config, timeouts, models_dir=fetched)
        case _:
            raise TypeError(f"no adapter for {type(config).__name__}")
