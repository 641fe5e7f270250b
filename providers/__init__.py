"""The routing core: many providers behind one, with fallback, limits and prices."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from providers.adaptive.wishes import Adaptive
    from providers.alerts.events import AlertCleared, AlertFired
    from providers.alerts.rules import DEFAULT_RULES, AlertRule, Severity
    from providers.batch.journal import JournalError
    from providers.batch.lines import BatchLine, BatchResult, BatchStopped
    from providers.caching import CacheUse, Caching
    from providers.capability import Capability
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
        PoorAnswer,
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
    from providers.experiments.comparison import Comparison
    from providers.experiments.experiment import Arm, Experiment
    from providers.experiments.measures import Measure
    from providers.experiments.results import ArmResult, Estimate, ExperimentResults
    from providers.factory import ProviderFactory
    from providers.hedging import Hedging
    from providers.learning.outcomes import AnswerOutcome
    from providers.llm import LLM, Restart
    from providers.messages import (
        Attachment,
        AttachmentKind,
        ChatRequest,
        Message,
        Role,
        ToolCall,
        ToolSpec,
    )
    from providers.multi_config import AnswerFault, MultiLLMConfig
    from providers.quality.assess import assess
    from providers.quality.assessment import Assessment, Signal, SignalKind
    from providers.quality.judging import Judging
    from providers.reply import Reply
    from providers.routing.prediction import Prediction
    from providers.routing.router_parts import RouterParts
    from providers.rules import RoutingRule
    from providers.tasks import Target
    from providers.usage import Usage
else:
    # Every module of ours passes through here, the ones before the first paint too, and most
    # need no router: a name is imported when it is asked for.
    _HOMES = (
        "errors",
        "messages",
        "usage",
        "capability",
        "config",
        "multi_config",
        "caching",
        "adaptive.wishes",
        "learning.outcomes",
        "experiments.experiment",
        "tasks",
        "quality.assessment",
        "quality.judging",
        "alerts.rules",
        "alerts.events",
        "routing.prediction",
        "reply",
        "routing.router_parts",
        "llm",
        "batch.lines",
        "batch.journal",
        "factory",
        "experiments.results",
        "quality.assess",
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
    "DEFAULT_RULES",
    "LLM",
    "Adaptive",
    "AlertCleared",
    "AlertFired",
    "AlertRule",
    "AllProvidersFailed",
    "AnswerFault",
    "AnswerOutcome",
    "AnthropicConfig",
    "Arm",
    "ArmResult",
    "Assessment",
    "Attachment",
    "AttachmentKind",
    "AuthFailed",
    "BadRequest",
    "BatchLine",
    "BatchResult",
    "BatchStopped",
    "BudgetExceeded",
    "Busy",
    "CacheUse",
    "Caching",
    "Capability",
    "ChatRequest",
    "Comparison",
    "ConfigError",
    "ContextTooLong",
    "CustomConfig",
    "EmptyAnswer",
    "Estimate",
    "Experiment",
    "ExperimentResults",
    "GoogleConfig",
    "GroqConfig",
    "Hedging",
    "JournalError",
    "Judging",
    "LocalConfig",
    "Measure",
    "Message",
    "ModelConfig",
    "ModelNotFound",
    "MultiLLMConfig",
    "OpenAIConfig",
    "PoorAnswer",
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
    "Severity",
    "Signal",
    "SignalKind",
    "Strategy",
    "StreamInterrupted",
    "Target",
    "TelexError",
    "TimedOut",
    "Timeouts",
    "ToolCall",
    "ToolSpec",
    "Truncated",
    "Unavailable",
    "Usage",
    "assess",
]
