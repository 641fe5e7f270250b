"""Everything below the screen, put together: settings, keys, ledger, router, chat service."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from time import monotonic
from typing import TYPE_CHECKING

from app.learning import learn, learn_calls
from app.log_file import LogFile
from app.log_lines import line
from providers.config import LocalConfig, ProviderConfig, Strategy
from providers.errors import ConfigError, ProviderError
from providers.multi_config import MultiLLMConfig, parse_strategy
from providers.routing.candidates import is_last_resort
from providers.routing.options import RouteOptions
from providers.routing.router_parts import RouterParts
from storage.config_file import load_settings
from storage.keys import KeyStore
from storage.paths import Paths
from storage.settings import Settings

if TYPE_CHECKING:
    from app.chat import ChatService
    from app.drafts import Drafts
    from providers.factory import ProviderFactory
    from storage.ledger import SqliteLedger
    from storage.prompt_files import PromptFiles
    from storage.reader import Reader


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line changes for this run; None leaves the configuration.

    Args:
        strategy: the routing strategy.
        provider: the provider to ask first.
        model: the model to ask of that provider, or of the primary one.
        fallback: False asks nobody else.
    """

    strategy: str | None = None
    provider: str | None = None
    model: str | None = None
    fallback: bool = True


@dataclass
class Runtime:
    """The program without its face. Build it with ``open_runtime``.

    Everything that a changed key or setting replaces is read through this object.
    """

    paths: Paths
    settings: Settings
    keys: KeyStore
    ledger: SqliteLedger
    reader: Reader
    parts: RouterParts
    factory: ProviderFactory
    log: LogFile
    options: RouteOptions = field(default_factory=RouteOptions)
    """What the command line asks for besides the settings."""
    chat: ChatService = field(init=False)
    drafts: Drafts = field(init=False)
    prompt_files: PromptFiles = field(init=False)
    _former: list[ProviderFactory] = field(default_factory=list, init=False)
    """Replaced, but perhaps in the middle of an answer."""

    def __post_init__(self) -> None:
        from app.chat import ChatService
        from app.drafts import Drafts
        from storage.prompt_files import PromptFiles

        self.chat = ChatService(
            lambda: self.factory.router, self.ledger, self.reader, self.log.logger
        )
        self.log.keep_out(lambda: _keys_of(self.factory).values())
        self.drafts = Drafts(self.reader)
        self.prompt_files = PromptFiles(self.paths.config_file.parent)

    @property
    def has_keys(self) -> bool:
        """Whether any provider has a key, from wherever."""
        return any(listing.source is not None for listing in self.keys.list())

    def rebuild(self) -> None:
        """Build the providers anew, with the keys there are now. What was measured stays."""
        former = self.factory
        self.factory = _factory(self.settings, self.keys, self.paths, self.parts, before=former)
        self._former.append(former)
        before, now = _keys_of(former), _keys_of(self.factory)
        for name in sorted({*before, *now}):
            if before.get(name) != now.get(name):
                told = "removed" if name not in now else "changed" if name in before else "added"
                self.log.logger.info("%s", line("key", provider=name, what=told))

    def adopt(self, settings: Settings) -> None:
        """Put other settings in force. Blocks for the keyring, and for the ledger: use a thread.

        What is under way ends as it began.
        """
        new = {
            name: config
            for name, config in settings.providers.items()
            if self.settings.providers.get(name) != config
        }
        self.keys.follow(settings.providers.values())
        learn_calls(self.parts, self.reader, new)
        changed = [each.name for each in fields(settings) if _differ(each.name, settings, self)]
        self.log.set_level(settings.log)
        self.log.logger.info("%s", line("settings-adopted", changed=",".join(changed) or None))
        self.settings = settings
        self.rebuild()
        self.load_prices()

    async def close_former(self) -> None:
        """Close what earlier settings had opened and nobody uses any longer."""
        idle = [factory for factory in self._former if not factory.router.running]
        self._former = [factory for factory in self._former if factory.router.running]
        for factory in idle:
            await factory.leave_to(self.factory, *self._former)

    def load_prices(self) -> None:
        """Read the price list, which takes 0.1 s, so that no ranking on the event loop has to."""
        self.factory.router.load_prices()

    def warm_up(self) -> None:
        """Import what the first answer needs. Slow; for a background thread.

        A last resort is left cold while others can answer: a model takes memory and a second.
        """
        # Neither is a matter for the event loop: patterns to compile, and an expression language.
        import simpleeval  # type: ignore[import-untyped]  # noqa: F401  # it has no types

        import providers.quality.assess  # noqa: F401  # the same

        available = self._available()
        first_choice = [config for config in available if not is_last_resort(config)]
        for config in first_choice or available:
            provider = self.factory.provider(config.name)
            if provider is not None:
                # What cannot start says so when it is asked, where the person can read it.
                with suppress(ProviderError):
                    provider.warm_up()

    def _available(self) -> list[ProviderConfig]:
        return [c for c in self.factory.config if self.factory.provider(c.name) is not None]

    async def aclose(self) -> None:
        """Close connections and the database."""
        await self.close_former()
        await self.factory.aclose()
        self.reader.close()
        await self.ledger.aclose()
        self.log.logger.info("stopped")
        await asyncio.to_thread(self.log.close)


def open_runtime(
    environment: Mapping[str, str] = os.environ,
    *,
    overrides: Overrides | None = None,
    settings: Settings | None = None,
    keys: KeyStore | None = None,
    clock: Callable[[], float] = monotonic,
    what: str = "command",
) -> Runtime:
    """Open everything. Blocks for the database and the keyring: use a thread under a screen.

    Args:
        environment: places and keys.
        overrides: what the command line changes.
        settings: the configuration where it was read already, None reads it.
        keys: a key store to use instead of this system's.
        clock: monotonic seconds, to measure providers by.
        what: which face of telex opens it, for the log.

    Raises:
        TelexError: configuration, data folder or database cannot be used.
    """
    from storage.ledger import SqliteLedger
    from storage.reader import Reader

    paths = Paths.from_environment(environment)
    said = settings or load_settings(paths.config_file)
    wishes = overrides or Overrides()
    settings = apply_overrides(said, wishes)
    paths.ensure_data_folder()
    ledger = SqliteLedger(paths.database)
    reader = Reader(paths.database)
    store = keys or KeyStore(settings.providers.values(), environment)
    parts = RouterParts(ledger=ledger, clock=clock, answers=ledger.answers)
    learn(parts, reader, settings)
    factory = _factory(settings, store, paths, parts, before=None)
    options = route_options(said, wishes)
    log = LogFile(paths.log_file, settings.log)
    log.started(what)
    return Runtime(paths, settings, store, ledger, reader, parts, factory, log, options)


def _keys_of(factory: ProviderFactory) -> dict[str, str]:
    return {each.name: each.api_key for each in factory.config if each.api_key}


def _differ(name: str, settings: Settings, runtime: Runtime) -> bool:
    return bool(getattr(settings, name) != getattr(runtime.settings, name))


def apply_overrides(settings: Settings, overrides: Overrides) -> Settings:
    """Return ``settings`` as the command line changes them.

    Raises:
        ConfigError: an unknown strategy or provider, or a model for nobody.
    """
    changes: dict[str, object] = {}
    if overrides.strategy is not None:
        changes["routing_strategy"] = parse_strategy(overrides.strategy)
    if overrides.provider is not None:
        check_provider(settings, overrides.provider)
        changes["primary_provider"] = overrides.provider
        changes["routing_strategy"] = Strategy.MANUAL
    if overrides.model is not None and not _configured(settings, overrides):
        name = _whose_model(settings, overrides)
        asked = replace(settings.providers[name], model=overrides.model)
        changes["providers"] = {**settings.providers, name: asked}
    if not overrides.fallback:
        changes["enable_fallback"] = False
    return replace(settings, **changes)  # type: ignore[arg-type]  # built just above


def route_options(settings: Settings, overrides: Overrides) -> RouteOptions:
    """Return the wishes of the command line that no setting can express: one of several models.

    Raises:
        ConfigError: a model for nobody.
    """
    if overrides.model is None or not _configured(settings, overrides):
        return RouteOptions()
    return RouteOptions(provider=_whose_model(settings, overrides), model=overrides.model)


def _configured(settings: Settings, overrides: Overrides) -> bool:
    """Whether the model asked for is one that its provider is configured with."""
    variants = settings.providers[_whose_model(settings, overrides)].variants()
    return overrides.model in [variant.model for variant in variants]


def _whose_model(settings: Settings, overrides: Overrides) -> str:
    name = overrides.provider or settings.primary_provider
    if name is None:
        raise ConfigError("--model needs --provider, which says whose model it is")
    return name


def check_provider(settings: Settings, name: str) -> None:
    """Refuse a name that no provider has.

    Raises:
        ConfigError: lists the names there are.
    """
    if name not in settings.providers:
        known = ", ".join(settings.providers)
        raise ConfigError(f"there is no provider {name!r}; known are {known}", key="provider")
    if name in settings.disabled:
        raise ConfigError(f"{name} is disabled (enabled = false in the configuration)")


def core_config(settings: Settings, keys: KeyStore, paths: Paths) -> MultiLLMConfig:
    """Return the routing core's configuration, keys included."""
    config = settings.to_core(keys.keys())
    local = config.local
    if isinstance(local, LocalConfig):
        config = replace(config, local=replace(local, models_folder=str(paths.models)))
    return config


def _factory(
    settings: Settings,
    keys: KeyStore,
    paths: Paths,
    parts: RouterParts,
    *,
    before: ProviderFactory | None,
) -> ProviderFactory:
    from providers.factory import ProviderFactory

    config = core_config(settings, keys, paths)
    # The key store has looked everywhere already, in the order the person was told.
    return ProviderFactory(config, find_key=lambda _: None, parts=parts, before=before)
