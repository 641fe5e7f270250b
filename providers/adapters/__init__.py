"""One module per wire format; each imports its SDK only when it is first used."""

from __future__ import annotations

from providers.base import Provider
from providers.config import (
    AnthropicConfig,
    GoogleConfig,
    GroqConfig,
    LocalConfig,
    OpenAIApi,
    OpenAIConfig,
    ProviderConfig,
    Timeouts,
)


def build_adapter(config: ProviderConfig, timeouts: Timeouts) -> Provider:
    """Return the adapter that speaks ``config``'s wire format.

    Args:
        config: the provider, with ``api_key`` already resolved.
        timeouts: patience with each call.
    """
    match config:
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

            return LocalAdapter(config, timeouts)
        case OpenAIConfig(api=OpenAIApi.RESPONSES):
            from providers.adapters.openai_responses import OpenAIResponsesAdapter

            return OpenAIResponsesAdapter(config, timeouts)
        case _:
            from providers.adapters.openai_chat import OpenAIChatAdapter

            return OpenAIChatAdapter(config, timeouts)
