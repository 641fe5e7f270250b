"""The keys of ``[providers.NAME]``."""

from __future__ import annotations

from collections.abc import Callable

from providers.capability import Capability
from providers.config import Kind, OpenAIApi
from storage.config_spec import PROVIDER, SettingSpec, ValueKind
from storage.settings import Settings

_HOSTED = frozenset(kind.value for kind in Kind if kind is not Kind.LOCAL)
_OPENAI, _LOCAL = frozenset({Kind.OPENAI.value}), frozenset({Kind.LOCAL.value})
_CUSTOM = frozenset({Kind.CUSTOM.value})


def _spec(
    name: str,
    means: str,
    kind: ValueKind,
    example: str,
    *,
    unit: str = "",
    allowed: str = "",
    choices: tuple[str, ...] = (),
    kinds: frozenset[str] = frozenset(),
    read: Callable[[Settings, str], object] | None = None,
) -> SettingSpec:
    def of_provider(settings: Settings, provider: str) -> object:
        return getattr(settings.providers.get(provider), name, None)

    return SettingSpec(
        key=("providers", PROVIDER, name),
        group=PROVIDER,
        means=means,
        kind=kind,
        unit=unit,
        allowed=allowed,
        choices=choices,
        example=example,
        read=read or of_provider,
        kinds=kinds,
    )


PROVIDERS = (
    _spec(
        "enabled",
        "Whether this provider takes part at all.",
        ValueKind.FLAG,
        "false",
        read=lambda settings, provider: provider not in settings.disabled,
    ),
    _spec("model", "The model that is asked.", ValueKind.TEXT, '"llama-3.3-70b"'),
    _spec(
        "models",
        "More models of this provider that may answer too, each a name or a table.",
        ValueKind.TABLES,
        '["m-small", { model = "m-large", quality = 0.9 }]',
        kinds=_HOSTED,
    ),
    _spec(
        "base_url",
        "Where the provider's interface lives; without it, the usual place.",
        ValueKind.TEXT,
        '"http://127.0.0.1:11434/v1"',
        allowed="an address that begins with http:// or https://",
    ),
    _spec(
        "temperature",
        "How freely the model picks its words: 0 is the same answer each time.",
        ValueKind.REAL,
        "0.7",
        allowed="0 to 2",
    ),
    _spec(
        "max_tokens",
        "How long an answer may get.",
        ValueKind.WHOLE,
        "2000",
        unit="tokens",
        allowed="1 or more",
    ),
    _spec(
        "price",
        "Your own price, where the price list is wrong or knows none.",
        ValueKind.PRICE,
        "{ input = 1.25, output = 10.0 }",
        unit="US dollars per million tokens",
        allowed="input and output, then cached input if it has a price of its own",
    ),
    _spec(
        "quality",
        "How good you think its answers are, in place of telex's own estimate.",
        ValueKind.REAL,
        "0.8",
        allowed="0 to 1",
    ),
    _spec(
        "max_concurrency",
        "How many questions may be under way there at once.",
        ValueKind.WHOLE,
        "4",
        unit="calls",
        allowed="1 or more",
    ),
    _spec(
        "context_window",
        "How much the model takes in.",
        ValueKind.WHOLE,
        "128000",
        unit="tokens",
        allowed="1 or more",
        kinds=_HOSTED,
    ),
    _spec(
        "capabilities",
        "What the model takes besides text.",
        ValueKind.CHOICES,
        '["image", "tools"]',
        choices=tuple(capability.value for capability in Capability),
        kinds=_HOSTED,
    ),
    _spec(
        "api",
        "Which of OpenAI's two interfaces to speak.",
        ValueKind.CHOICE,
        '"chat"',
        choices=tuple(api.value for api in OpenAIApi),
        kinds=_OPENAI,
    ),
    _spec(
        "model_path",
        "A GGUF file of your own to run as the built-in model.",
        ValueKind.TEXT,
        '"/models/mine.gguf"',
        allowed="the path of a file",
        kinds=_LOCAL,
    ),
    _spec(
        "context_tokens",
        "How much the built-in model takes in; more takes more memory.",
        ValueKind.WHOLE,
        "8192",
        unit="tokens",
        kinds=_LOCAL,
    ),
    _spec(
        "last_resort",
        "Let the built-in model answer only when nothing else can, or when you name it.",
        ValueKind.FLAG,
        "false",
        kinds=_LOCAL,
    ),
    _spec(
        "kind",
        'How to speak with it; any endpoint that speaks OpenAI\'s language is "custom".',
        ValueKind.CHOICE,
        '"custom"',
        choices=(Kind.CUSTOM.value,),
        kinds=_CUSTOM,
        read=lambda settings, provider: (
            settings.providers[provider].kind if provider in settings.providers else None
        ),
    ),
)
