"""The routing core: many providers behind one, with fallback, limits and prices."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from providers.config import (
        AnthropicConfig,
        CustomConfig,
        GoogleConfig,
        GroqConfig,
        LocalConfig,
        ModelConfig,
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
        Busy,
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
        Truncated,
        Unavailable,
    )
    from providers.factory import ProviderFactory
    from providers.hedging import Hedging
    from providers.llm import LLM, Restart
    from providers.messages import Attachment, AttachmentKind, ChatRequest, Message, Role
    from providers.multi_config import AnswerFault, MultiLLMConfig
    from providers.reply import Reply
    from providers.routing.prediction import Prediction
    from providers.routing.router_parts import RouterParts
    from providers.rules import RoutingRule
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
        "routing.prediction",
        "reply",
        "routing.router_parts",
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
    "AnswerFault",
    "AnthropicConfig",
    "Attachment",
    "AttachmentKind",
    "AuthFailed",
    "BadRequest",
    "BudgetExceeded",
    "Busy",
    "ChatRequest",
    "ConfigError",
    "ContextTooLong",
    "CustomConfig",
    "EmptyAnswer",
    "GoogleConfig",
    "GroqConfig",
    "Hedging",
    "LocalConfig",
    "Message",
    "ModelConfig",
    "ModelNotFound",
    "MultiLLMConfig",
    "OpenAIConfig",
    "Prediction",
    "PriceOverride",
    "ProviderConfig",
    "ProviderError",
    "ProviderFactory",
    "QuotaExhausted",
    "RateLimited",
    "Refused",
    "Reply",
    "Restart",
    "Role",
    "RouterParts",
    "RoutingRule",
    "Strategy",
    "StreamInterrupted",
    "TelexError",
    "TimedOut",
    "Timeouts",
    "Truncated",
    "Unavailable",
    "Usage",
]
