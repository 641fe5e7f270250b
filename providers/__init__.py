"""The routing core: many providers behind one, with fallback, limits and prices."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from providers.config import (
        AnthropicConfig,
        CustomConfig,
        GoogleConfig,
        GroqConfig,
        LocalConfig,
        OpenAIConfig,
        PriceOverride,
        ProviderConfig,
        Strategy,
        Timeouts,
    )
    from providers.errors import (
        AllProvidersFailed,
        AuthFailed,
        BadRequest,
        BudgetExceeded,
        ConfigError,
        ContextTooLong,
        EmptyAnswer,
        ModelNotFound,
        ProviderError,
        QuotaExhausted,
        RateLimited,
        Refused,
        StreamInterrupted,
        TelexError,
        TimedOut,
        Unavailable,
    )
    from providers.factory import ProviderFactory
    from providers.llm import LLM, Reply
    from providers.messages import ChatRequest, Message, Role
    from providers.multi_config import MultiLLMConfig
    from providers.usage import Usage
else:
    # Every module of ours passes through here, the ones before the first paint too, and most
    # need no router: a name is imported when it is asked for.
    _HOMES = (
        "errors",
        "messages",
        "usage",
        "config",
        "multi_config",
        "llm",
        "factory",
    )  # the cheapest first

    def __getattr__(name):
        from importlib import import_module

        if name in __all__:
            for home in _HOMES:
                module = import_module(f"{__name__}.{home}")
                if hasattr(module, name):
                    return getattr(module, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():
        return [*globals(), *__all__]


__all__ = [
    "LLM",
    "AllProvidersFailed",
    "AnthropicConfig",
    "AuthFailed",
    "BadRequest",
    "BudgetExceeded",
    "ChatRequest",
    "ConfigError",
    "ContextTooLong",
    "CustomConfig",
    "EmptyAnswer",
    "GoogleConfig",
    "GroqConfig",
    "LocalConfig",
    "Message",
    "ModelNotFound",
    "MultiLLMConfig",
    "OpenAIConfig",
    "PriceOverride",
    "ProviderConfig",
    "ProviderError",
    "ProviderFactory",
    "QuotaExhausted",
    "RateLimited",
    "Refused",
    "Reply",
    "Role",
    "Strategy",
    "StreamInterrupted",
    "TelexError",
    "TimedOut",
    "Timeouts",
    "Unavailable",
    "Usage",
]
