"""All settings as rows: what each is called, its value in force, and where that comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from app.setting_words import value_words
from providers.config import Kind, ProviderConfig
from storage.config_schema import CONFIG_SCHEMA
from storage.config_spec import EACH, PROVIDER, SettingSpec
from storage.settings import Settings

if TYPE_CHECKING:
    from app.config_view import ConfigView
    from app.routing import Route

_BASE_URLS: Mapping[Kind, str] = {
    Kind.OPENAI: "OPENAI_BASE_URL",
    Kind.ANTHROPIC: "ANTHROPIC_BASE_URL",
    Kind.GOOGLE: "GOOGLE_GEMINI_BASE_URL",
    Kind.GROQ: "GROQ_BASE_URL",
}
"""The variables that the SDKs look at themselves."""


class Source(Enum):
    """Where a value comes from."""

    DEFAULT = "default"
    FILE = "the file"
    ENVIRONMENT = "environment"
    CHOSEN = "chosen here"
    BEFORE = "file, before"
    """What the file said before it could no longer be used."""
    THIS_RUN = "this run"
    """What telex was started with."""


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting, as it is now.

    Args:
        spec: what it is.
        provider: whose it is, empty where it is nobody's.
        value: in force.
        usual: what would be without the file.
        source: where that comes from.
        place: that source by name: ``config.toml:12``, a variable.
        line: where in the file it stands, or what holds it.
        in_file: whether the file says it.
    """

    spec: SettingSpec
    provider: str
    value: object
    usual: object
    source: Source
    place: str
    line: int | None
    in_file: bool

    @property
    def key(self) -> tuple[str, ...]:
        """The key from the top."""
        return self.spec.of(self.provider)

    @property
    def name(self) -> str:
        """The key as people write it."""
        return ".".join(self.key)

    @property
    def group(self) -> str:
        """What it is listed under."""
        return f"Provider {self.provider}" if self.spec.group == PROVIDER else self.spec.group

    @property
    def words(self) -> str:
        """The value in words."""
        return value_words(self.spec, self.value)

    @property
    def default(self) -> str:
        """The default in words."""
        return value_words(self.spec, self.usual)

    @property
    def reset_key(self) -> tuple[str, ...]:
        """The key whose removal brings the default back."""
        return self.spec.reset or self.key


@dataclass(frozen=True, slots=True)
class InUse:
    """What may differ from the file while telex runs.

    Args:
        route: how the next question travels.
        theme: the theme that is painted.
        environment: the variables.
    """

    route: Route
    theme: str
    environment: Mapping[str, str]


def setting_rows(settings: Settings, view: ConfigView, use: InUse) -> tuple[SettingRow, ...]:
    """Return a row for every key, one for each provider where it is a provider's.

    Args:
        settings: those in force.
        view: the file.
        use: what was chosen besides.
    """
    rows = [
        _row(spec, name, settings, view, use)
        for spec, name in _specs(settings.providers)
        if EACH not in spec.key
    ]
    order = list(dict.fromkeys(row.group for row in rows))
    return tuple(sorted(rows, key=lambda row: order.index(row.group)))


def matching(rows: Sequence[SettingRow], wanted: str) -> tuple[SettingRow, ...]:
    """Return the rows whose name or group holds every word, or else whose explanation does."""
    words = wanted.casefold().replace("_", " ").split()
    named = [row for row in rows if _holds(f"{row.name} {row.group} {row.spec.unit}", words)]
    if named:
        return tuple(named)
    return tuple(row for row in rows if _holds(f"{row.name} {row.group} {row.spec.means}", words))


def _holds(text: str, words: Sequence[str]) -> bool:
    text = text.casefold().replace("_", " ")
    return all(word in text for word in words)


def _specs(providers: Mapping[str, ProviderConfig]) -> Iterator[tuple[SettingSpec, str]]:
    for spec in CONFIG_SCHEMA:
        if PROVIDER not in spec.key:
            yield spec, ""
            continue
        for name, config in providers.items():
            has_it = not spec.kinds or config.kind.value in spec.kinds
            # The built-in model costs nothing: a limit of its own would only fill the list.
            free = config.kind is Kind.LOCAL and spec.group != PROVIDER
            if has_it and not free:
                yield spec, name


def _row(
    spec: SettingSpec, provider: str, settings: Settings, view: ConfigView, use: InUse
) -> SettingRow:
    key = spec.of(provider)
    value, usual = spec.read(settings, provider), spec.default_for(provider, settings)
    in_file = view.holds(key)
    line = view.line_of(key)
    source, place = Source.DEFAULT, "default"
    variable = _variable(spec, provider, settings)
    chosen = _chosen(spec, use)
    if chosen is not None and chosen != (value or usual):
        value, source, place = chosen, Source.CHOSEN, "chosen here"
    elif in_file:
        source, place = Source.FILE, f"{view.path.name}:{line}"
    elif variable and use.environment.get(variable) and value is None:
        value, source, place = use.environment[variable], Source.ENVIRONMENT, variable
    elif value != usual and not _is_custom(settings, provider):
        broken = view.problem is not None
        source = Source.BEFORE if broken else Source.THIS_RUN
        place = "file, before" if broken else "this run only"
    return SettingRow(spec, provider, value, usual, source, place, line, in_file)


def _is_custom(settings: Settings, provider: str) -> bool:
    config = settings.providers.get(provider)
    return config is not None and config.kind is Kind.CUSTOM


def _variable(spec: SettingSpec, provider: str, settings: Settings) -> str | None:
    if spec.key[-1] != "base_url":
        return None
    return _BASE_URLS.get(settings.providers[provider].kind)


def _chosen(spec: SettingSpec, use: InUse) -> str | None:
    match spec.key:
        case ("routing_strategy",):
            return use.route.strategy.value
        case ("primary_provider",):
            return use.route.provider
        case ("theme",):
            return use.theme
    return None
