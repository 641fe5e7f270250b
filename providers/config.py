"""Configuration of the routing core, as plain validated dataclasses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from providers.errors import ConfigError


class Strategy(StrEnum):
    """How the router picks a provider."""

    COST = "cost"
    LATENCY = "latency"
    QUALITY = "quality"
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
    """

    connect: float = 10.0
    first_token: float = 30.0
    idle: float = 30.0
    total: float = 600.0


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
        quality: 0 to 1, overrides the built-in prior (see ``providers.quality``).
        name: how the provider is called in routes, limits and the ledger.

    Raises:
        ConfigError: a value is out of range.
    """

    kind: ClassVar[Kind]
    env_vars: ClassVar[tuple[str, ...]] = ()
    needs_key: ClassVar[bool] = True

    api_key: str | None = field(default=None, repr=False)
    model: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    base_url: str | None = None
    price: PriceOverride | None = None
    quality: float | None = None
    name: str = ""

    def __post_init__(self) -> None:
        where = f"providers.{self.name}"
        if not self.model:
            raise ConfigError(f"{self.name or 'the provider'} has no model", key=f"{where}.model")
        if self.temperature is not None and not 0 <= self.temperature <= 2:
            raise ConfigError(
                f"temperature must be between 0 and 2, not {self.temperature}",
                key=f"{where}.temperature",
            )
        if self.max_tokens is not None and self.max_tokens < 1:
            raise ConfigError(
                f"max_tokens must be at least 1, not {self.max_tokens}", key=f"{where}.max_tokens"
            )
        if self.quality is not None and not 0 <= self.quality <= 1:
            raise ConfigError(
                f"quality must be between 0 and 1, not {self.quality}", key=f"{where}.quality"
            )
        if self.base_url is not None and not self.base_url.startswith(("http://", "https://")):
            raise ConfigError(
                f"base_url must start with http:// or https://, not {self.base_url!r}",
                key=f"{where}.base_url",
            )

    def with_key(self, api_key: str | None) -> ProviderConfig:
        """Return a copy that carries ``api_key``."""
        return replace(self, api_key=api_key)


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


@dataclass(frozen=True, kw_only=True)
class MultiLLMConfig:
    """Everything the factory needs to know.

    Args:
        primary_provider: the name ``manual`` uses and other strategies prefer on a tie.
        routing_strategy: see ``Strategy``; a string is accepted.
        enable_fallback: go on with another provider when one fails.
        fallback_providers: names in the order to fall back; empty means in ranked order.
        openai, anthropic, google, groq, local: the built-in providers that take part.
        custom: OpenAI-compatible endpoints, any number.
        cost_limit_per_provider: US dollars one request may cost at most, by provider name.
        daily_cost_limits: US dollars per local calendar day, by provider name.
        timeout_seconds: patience for the first event; twice that between two events.
        max_retries: how often one provider is asked again before the next one is.
        timeouts: overrides what ``timeout_seconds`` implies.

    Raises:
        ConfigError: names the offending key and the allowed values.
    """

    primary_provider: str | None = None
    routing_strategy: Strategy = Strategy.COST
    enable_fallback: bool = True
    fallback_providers: Sequence[str] = ()
    openai: OpenAIConfig | None = None
    anthropic: AnthropicConfig | None = None
    google: GoogleConfig | None = None
    groq: GroqConfig | None = None
    local: LocalConfig | None = None
    custom: Sequence[CustomConfig] = ()
    cost_limit_per_provider: Mapping[str, Decimal] = field(default_factory=dict)
    daily_cost_limits: Mapping[str, Decimal] = field(default_factory=dict)
    timeout_seconds: float = 30.0
    max_retries: int = 3
    timeouts: Timeouts | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "routing_strategy", parse_strategy(self.routing_strategy))
        if self.timeout_seconds <= 0:
            raise ConfigError(
                f"timeout_seconds must be more than 0, not {self.timeout_seconds}",
                key="timeout_seconds",
            )
        if self.max_retries < 0:
            raise ConfigError(
                f"max_retries must be 0 or more, not {self.max_retries}", key="max_retries"
            )
        names = [provider.name for provider in self]
        for name in names:
            if names.count(name) > 1:
                raise ConfigError(f"two providers are called {name!r}", key=f"providers.{name}")
        self._check_names(names)
        for table in ("cost_limit_per_provider", "daily_cost_limits"):
            self._check_limits(table)

    def __iter__(self) -> Iterator[ProviderConfig]:
        built_in = (self.openai, self.anthropic, self.google, self.groq)
        yield from (provider for provider in built_in if provider is not None)
        yield from self.custom
        if self.local is not None:
            yield self.local

    def _check_names(self, names: Sequence[str]) -> None:
        # A limit or chain may name a built-in provider that has no key yet: that is no mistake.
        known = [*BUILT_IN, *(name for name in names if name not in BUILT_IN)]
        used: list[tuple[str, str]] = [
            *(("fallback_providers", name) for name in self.fallback_providers),
            *((f"cost_limit_per_provider.{n}", n) for n in self.cost_limit_per_provider),
            *((f"daily_cost_limits.{n}", n) for n in self.daily_cost_limits),
        ]
        if self.primary_provider is not None:
            used.append(("primary_provider", self.primary_provider))
        for key, name in used:
            if name not in known:
                raise ConfigError(
                    f"{key.split('.')[0]} names {name!r}, which is no provider;"
                    f" known are {', '.join(known)}",
                    key=key,
                )

    def _check_limits(self, table: str) -> None:
        limits: Mapping[str, Decimal | float | int] = getattr(self, table)
        for name, value in limits.items():
            if Decimal(str(value)) < 0:
                raise ConfigError(
                    f"{table}.{name} must be 0 or more dollars, not {value}", key=f"{table}.{name}"
                )
        exact = {name: Decimal(str(value)) for name, value in limits.items()}
        object.__setattr__(self, table, exact)

    @property
    def effective_timeouts(self) -> Timeouts:
        """``timeouts``, or what ``timeout_seconds`` implies."""
        if self.timeouts is not None:
            return self.timeouts
        patience = self.timeout_seconds
        return Timeouts(
            connect=min(10.0, patience),
            first_token=patience,
            # Reasoning models think in silence between their first event and their first word.
            idle=2 * patience,
            total=max(600.0, patience),
        )


def parse_strategy(value: str) -> Strategy:
    """Return the strategy called ``value``.

    Raises:
        ConfigError: there is none of that name; the message lists those there are.
    """
    try:
        return Strategy(value)
    except ValueError:
        allowed = ", ".join(strategy.value for strategy in Strategy)
        raise ConfigError(
            f"{value!r} is no routing strategy; allowed are {allowed}", key="routing_strategy"
        ) from None
