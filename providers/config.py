"""Configuration of each provider, as plain validated dataclasses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from providers.capability import check_capabilities
from providers.errors import ConfigError


class Strategy(StrEnum):
    """How the router picks a provider.

    ``cost``, ``latency`` and ``quality`` name their yardstick. ``dynamic`` chooses among these by
    the question, ``balanced`` goes where least is under way, ``adaptive`` goes by what came of
    earlier answers, ``rules`` follows the person's own table, ``experiment`` keeps each
    conversation with one of the arms compared, ``manual`` asks whom the person named.
    """

    COST = "cost"
    LATENCY = "latency"
    QUALITY = "quality"
    DYNAMIC = "dynamic"
    BALANCED = "balanced"
    ADAPTIVE = "adaptive"
    RULES = "rules"
    EXPERIMENT = "experiment"
    MANUAL = "manual"


class Kind(StrEnum):
    """Which adapter talks to a provider."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    GOOGLE = "google"
    GROQ = "groq"
    CUSTOM = "custom"
    LOCAL = "local"


class OpenAIApi(StrEnum):
    """Which of OpenAI's two chat APIs to speak."""

    RESPONSES = "responses"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class PriceOverride:
    """The person's own price, which wins over the price list. US dollars per million tokens.

    Args:
        input: for input tokens.
        output: for output tokens.
        cached: for cached input tokens; None charges them as input.
    """

    input: Decimal
    output: Decimal
    cached: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Patience with one call, in seconds, phase by phase.

    Args:
        connect: until the TCP and TLS connection stands.
        first_token: from sending the request to the first event of the answer.
        idle: between two events.
        total: for the whole call; stops a slow drip.
        plain: until an answer that is not streamed is here, of which nothing comes before all.
    """

    connect: float = 10.0
    first_token: float = 30.0
    idle: float = 30.0
    total: float = 600.0
    plain: float = 120.0


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Another model of a provider, which takes part as a candidate of its own.

    Args:
        model: its name.
        price, quality, max_tokens, context_window, capabilities: as in ``ProviderConfig``.
    """

    model: str
    price: PriceOverride | None = None
    quality: float | None = None
    max_tokens: int | None = None
    context_window: int | None = None
    capabilities: Sequence[str] | None = None


@dataclass(frozen=True)
class ProviderConfig:
    """One provider. Only what is set here overrides the adapter's defaults.

    Args:
        api_key: the key itself; None looks in the OS keyring and then the environment. Never
            shown by ``repr``.
        model: the model to ask.
        base_url: where the API lives; None uses the SDK's own variable or default.
        temperature: sampling temperature; None sends none.
        max_tokens: ceiling for generated tokens; None sends none (or the API's required one).
        price: overrides the price list.
        quality: 0 to 1, overrides the built-in prior (see ``providers.learning.quality``).
        name: how the provider is called in routes, limits and the ledger.
        models: more of its models, a name or a ``ModelConfig`` each, that may answer too.
        max_concurrency: how many calls may be under way at once; None does not limit them.
        context_window: tokens the model takes in; None asks the price list, which may not know.
        capabilities: of image, audio, tools; None asks ``providers.capabilities``.

    Raises:
        ConfigError: a value is out of range.
    """

    kind: ClassVar[Kind]
    env_vars: ClassVar[tuple[str, ...]] = ()
    needs_key: ClassVar[bool] = True
    takes_key: ClassVar[bool] = True

    api_key: str | None = field(default=None, repr=False)
    model: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    base_url: str | None = None
    price: PriceOverride | None = None
    quality: float | None = None
    name: str = ""
    models: Sequence[str | ModelConfig] = ()
    max_concurrency: int | None = None
    context_window: int | None = None
    capabilities: Sequence[str] | None = None

    def __post_init__(self) -> None:
        where = f"providers.{self.name}"
        if not self.model:
            raise ConfigError(f"{self.name or 'the provider'} has no model", key=f"{where}.model")
        if self.temperature is not None and not 0 <= self.temperature <= 2:
            raise ConfigError(
                f"temperature must be between 0 and 2, not {self.temperature}",
                key=f"{where}.temperature",
            )
        if self.quality is not None and not 0 <= self.quality <= 1:
            raise ConfigError(
                f"quality must be between 0 and 1, not {self.quality}", key=f"{where}.quality"
            )
        check_capabilities(self.capabilities, f"{where}.capabilities")
        for field_name in ("max_tokens", "max_concurrency", "context_window"):
            value = getattr(self, field_name)
            if value is not None and value < 1:
                raise ConfigError(
                    f"{field_name} must be at least 1, not {value}", key=f"{where}.{field_name}"
                )
        names = [variant.model for variant in self.variants()]
        for name in names:
            if not name or names.count(name) > 1:
                problem = f"lists the model {name!r} twice" if name else "lists a nameless model"
                raise ConfigError(f"{self.name} {problem}", key=f"{where}.models")
        if self.base_url is not None and not self.base_url.startswith(("http://", "https://")):
            raise ConfigError(
                f"base_url must start with http:// or https://, not {self.base_url!r}",
                key=f"{where}.base_url",
            )

    def variants(self) -> tuple[ProviderConfig, ...]:
        """Return one configuration per model, the main one first, each without ``models``."""
        if not self.models:
            return (self,)
        main = replace(self, models=())
        others = [ModelConfig(m) if isinstance(m, str) else m for m in self.models]
        return (main, *(_with_model(main, other) for other in others))

    def with_key(self, api_key: str | None) -> ProviderConfig:
        """Return a copy that carries ``api_key``."""
        return replace(self, api_key=api_key)


def _with_model(config: ProviderConfig, other: ModelConfig) -> ProviderConfig:
    # A price or a window of the main model says nothing about another one.
    return replace(
        config,
        model=other.model,
        price=other.price,
        quality=other.quality,
        max_tokens=config.max_tokens if other.max_tokens is None else other.max_tokens,
        context_window=other.context_window,
        capabilities=other.capabilities,
    )


@dataclass(frozen=True)
class OpenAIConfig(ProviderConfig):
    """OpenAI. ``api`` picks the Responses API (default) or Chat Completions."""

    kind = Kind.OPENAI
    env_vars = ("OPENAI_API_KEY",)

    model: str = "gpt-6.1-terra"
    name: str = "openai"
    api: OpenAIApi = OpenAIApi.RESPONSES


@dataclass(frozen=True)
class AnthropicConfig(ProviderConfig):
    """Anthropic Messages. Its API requires ``max_tokens``, so there is a default."""

    kind = Kind.ANTHROPIC
    env_vars = ("ANTHROPIC_API_KEY",)

    model: str = "claude-sonnet-5-5"
    name: str = "anthropic"


@dataclass(frozen=True)
class GoogleConfig(ProviderConfig):
    """Google Gemini through google-genai."""

    kind = Kind.GOOGLE
    env_vars = ("GEMINI_API_KEY", "GOOGLE_API_KEY")

    model: str = "gemini-3.8-flash"
    name: str = "google"


@dataclass(frozen=True)
class GroqConfig(ProviderConfig):
    """Groq."""

    kind = Kind.GROQ
    env_vars = ("GROQ_API_KEY",)

    model: str = "openai/gpt-oss-120b"
    name: str = "groq"


@dataclass(frozen=True)
class CustomConfig(ProviderConfig):
    """Any endpoint that speaks OpenAI's Chat Completions: Ollama, vLLM, OpenRouter ...

    ``base_url``, ``model`` and ``name`` are required; a key is optional.
    """

    kind = Kind.CUSTOM
    needs_key = False

    def __post_init__(self) -> None:
        if not self.name:
            raise ConfigError("a custom provider needs a name", key="providers")
        if self.base_url is None:
            raise ConfigError(
                f"the custom provider {self.name!r} needs a base_url, for example"
                ' "http://127.0.0.1:11434/v1"',
                key=f"providers.{self.name}.base_url",
            )
        super().__post_init__()


@dataclass(frozen=True)
class LocalConfig(ProviderConfig):
    """The built-in model, run in this process.

    Args:
        model_path: the GGUF file; None finds the built-in one.
        models_folder: where fetched models lie, None knows of no such folder.
        context_tokens: size of the context window.
        last_resort: answer only when nothing else can (or when named), because a free but small
            model would otherwise win every ranking by cost.
    """

    kind = Kind.LOCAL
    needs_key = False
    takes_key = False

    model: str = "smollm2-135m-instruct"
    name: str = "local"
    model_path: str | None = None
    models_folder: str | None = None
    context_tokens: int = 4096
    last_resort: bool = True


BUILT_IN: Mapping[str, type[ProviderConfig]] = {
    "openai": OpenAIConfig,
    "anthropic": AnthropicConfig,
    "google": GoogleConfig,
    "groq": GroqConfig,
    "local": LocalConfig,
}
"""The providers that exist without being configured, in the order they are listed."""
