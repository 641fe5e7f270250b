"""Reading ``config.toml``. It is the person's own; ``storage.config_edit`` changes it."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path

from providers.config import Strategy, Timeouts
from providers.errors import ConfigError
from providers.multi_config import AnswerFault, MultiLLMConfig
from storage.config_adaptive import read_adaptive
from storage.config_alerts import read_alerts
from storage.config_answers import read_caching, read_experiment
from storage.config_catalogue import read_catalogue
from storage.config_keymap import read_keymap
from storage.config_notice import read_log_level, read_notify
from storage.config_providers import read_providers
from storage.config_quality import read_judge
from storage.config_rules import read_hedging, read_rules, read_task_table
from storage.errors import ConfigFileError
from storage.settings import Settings
from storage.toml_lines import line_of
from storage.toml_table import TomlTable

_KEYS = (
    "routing_strategy",
    "otherwise",
    "primary_provider",
    "enable_fallback",
    "fallback_providers",
    "fallback_on",
    "lower_max_tokens",
    "timeout_seconds",
    "max_retries",
    "daily_budget",
    "monthly_budget",
    "system_prompt",
    "theme",
    "keys",
    "titles",
    "notify",
    "log",
    "cost_limit_per_provider",
    "daily_cost_limits",
    "monthly_cost_limits",
    "timeouts",
    "hedging",
    "quality_threshold",
    "judge",
    "rules",
    "tasks",
    "cache",
    "experiment",
    "adaptive",
    "providers",
    "alerts",
    "catalogue",
)
_PHASES = ("connect", "first_token", "idle", "total", "plain")
_SYNTAX_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def load_settings(path: Path) -> Settings:
    """Return what the file says; no file at all is a fine configuration.

    Raises:
        ConfigFileError: names file, line, key and what is allowed.
    """
    return parse_settings(read_config(path), path)


def parse_settings(text: str, path: Path) -> Settings:
    """Return what ``text`` says, which is or might be the content of ``path``.

    Raises:
        ConfigFileError: names file, line, key and what is allowed.
    """
    values = parse_toml(text, path)
    try:
        settings = _settings(TomlTable(values))
        _check_as_a_whole(settings)
    except ConfigError as error:
        line = line_of(text, error.key) if error.key else None
        raise ConfigFileError(str(error), path=path, line=line, key=error.key) from error
    return settings


def read_config(path: Path) -> str:
    """Return the file's text, with line feeds for line ends; empty where there is no file.

    Raises:
        ConfigFileError: it cannot be read, or is no UTF-8.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigFileError(
            f"the file cannot be read: {error.strerror or error}", path=path
        ) from error
    try:
        # Some editors put a byte order mark in front, which TOML does not allow.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = "this is no UTF-8 text; save the file as UTF-8"
        raise ConfigFileError(reason, path=path, line=line) from error
    return text.replace("\r\n", "\n")


def parse_toml(text: str, path: Path) -> dict[str, object]:
    """Return the values in ``text``, with ``Decimal`` for floats.

    Raises:
        ConfigFileError: it is no TOML; names ``path`` and the line.
    """
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except RecursionError as error:
        reason = "this is no configuration: something in it is nested hundreds of levels deep"
        raise ConfigFileError(reason, path=path) from error
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _SYNTAX_PLACE.search(message)
        at_end = text.count("\n") + 1
        line, column = (int(place[1]), int(place[2])) if place and place[1] else (at_end, None)
        reason = message[: place.start()] if place else message
        raise ConfigFileError(
            f"this is no valid TOML: {reason}", path=path, line=line, column=column
        ) from error


def _settings(top: TomlTable) -> Settings:
    top.allow(_KEYS)
    defaults = Settings()
    providers, disabled = read_providers(top.table("providers"))
    strategy = _strategy(top, "routing_strategy")
    fallback = top.flag("enable_fallback")
    faults = top.choices("fallback_on", [fault.value for fault in AnswerFault])
    threshold = top.real("quality_threshold")
    titles = top.flag("titles")
    lower = top.flag("lower_max_tokens")
    patience = top.real("timeout_seconds")
    retries = top.whole("max_retries")
    return Settings(
        routing_strategy=strategy or defaults.routing_strategy,
        otherwise=_strategy(top, "otherwise") or defaults.otherwise,
        primary_provider=top.text("primary_provider"),
        enable_fallback=defaults.enable_fallback if fallback is None else fallback,
        fallback_providers=top.texts("fallback_providers"),
        fallback_on=_faults(faults, threshold, defaults),
        cost_limit_per_provider=_limits(top.table("cost_limit_per_provider")),
        daily_cost_limits=_limits(top.table("daily_cost_limits")),
        monthly_cost_limits=_limits(top.table("monthly_cost_limits")),
        lower_max_tokens=defaults.lower_max_tokens if lower is None else lower,
        timeout_seconds=defaults.timeout_seconds if patience is None else patience,
        max_retries=defaults.max_retries if retries is None else retries,
        timeouts=_timeouts(top, patience or defaults.timeout_seconds),
        hedging=read_hedging(top),
        quality_threshold=threshold,
        judge=read_judge(top, providers),
        rules=read_rules(top.tables("rules"), providers),
        tasks=read_task_table(top.table("tasks"), providers),
        caching=read_caching(top),
        experiment=read_experiment(top, providers),
        adaptive=read_adaptive(top.table("adaptive")),
        providers=providers,
        disabled=disabled,
        alerts=read_alerts(top.tables("alerts")),
        catalogue=read_catalogue(top.tables("catalogue")),
        daily_budget=top.dollars("daily_budget"),
        monthly_budget=top.dollars("monthly_budget"),
        system_prompt=top.text("system_prompt"),
        theme=top.text("theme"),
        keys=read_keymap(top),
        titles=defaults.titles if titles is None else titles,
        notify=read_notify(top),
        log=read_log_level(top),
    )


def _faults(
    said: tuple[str, ...] | None, threshold: float | None, defaults: Settings
) -> frozenset[AnswerFault]:
    if said is not None:
        return frozenset(map(AnswerFault, said))
    # Who sets a threshold wants it to do something.
    return defaults.fallback_on | ({AnswerFault.POOR} if threshold is not None else set())


def _strategy(top: TomlTable, key: str) -> Strategy | None:
    word = top.choice(key, [strategy.value for strategy in Strategy])
    return Strategy(word) if word else None


def _check_as_a_whole(settings: Settings) -> None:
    """Let the core judge names and ranges as if every provider had a key."""
    settings.to_core(dict.fromkeys(settings.providers, "present"))


def _limits(table: TomlTable) -> dict[str, Decimal]:
    amounts = ((name, table.dollars(name)) for name in table.names())
    return {name: amount for name, amount in amounts if amount is not None}


def _timeouts(top: TomlTable, patience: float) -> Timeouts | None:
    """Return the phases' patience; those the file leaves out follow ``timeout_seconds``."""
    if "timeouts" not in top.names():
        return None
    table = top.table("timeouts")
    table.allow(_PHASES)
    implied = MultiLLMConfig(timeout_seconds=patience).effective_timeouts
    seconds = {phase: table.real(phase) for phase in _PHASES}
    for phase, value in seconds.items():
        if value is not None and value <= 0:
            table.fail(phase, f"{table.key(phase)} must be more than 0 seconds, not {value:g}")
    given = {phase: value for phase, value in seconds.items() if value is not None}
    return Timeouts(
        connect=given.get("connect", implied.connect),
        first_token=given.get("first_token", implied.first_token),
        idle=given.get("idle", implied.idle),
        total=given.get("total", implied.total),
        plain=given.get("plain", implied.plain),
    )
