"""The ``[[rules]]`` and the ``[hedging]`` table of ``config.toml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from providers.classify import TaskKind
from providers.config import ProviderConfig
from providers.errors import ConfigError
from providers.hedging import Hedging
from providers.messages import AttachmentKind
from providers.rules import RoutingRule
from providers.tasks import Target
from storage.toml_table import TomlTable, expected_one_of

_RULE = ("provider", "model", "name", "task", "pattern", "min_tokens", "max_tokens", "attachment")
_HEDGING = ("daily_cap", "min_samples", "shortest_delay")


def read_rules(
    tables: tuple[TomlTable, ...], providers: Mapping[str, ProviderConfig]
) -> tuple[RoutingRule, ...]:
    """Return the routing rules, first match first.

    Args:
        tables: one for each rule.
        providers: all there are, whose names and models a rule may name.

    Raises:
        ConfigError: names the key and what is allowed.
    """
    return tuple(_rule(table, providers) for table in tables)


def read_hedging(top: TomlTable) -> Hedging | None:
    """Return the wishes about hedging; None where the file has no such table.

    Raises:
        ConfigError: names the key and what is allowed.
    """
    if "hedging" not in top.names():
        return None
    table = top.table("hedging")
    table.allow(_HEDGING)
    given = {
        "daily_cap": table.dollars("daily_cap"),
        "min_samples": table.whole("min_samples"),
        "shortest_delay": table.real("shortest_delay"),
    }
    values = {key: value for key, value in given.items() if value is not None}
    # Types were checked one by one above; the dataclass checks ranges.
    return Hedging(**values)  # type: ignore[arg-type]


def read_task_table(
    table: TomlTable, providers: Mapping[str, ProviderConfig]
) -> Mapping[str, Sequence[str]]:
    """Return whom to ask for which kind of task.

    Args:
        table: by the kind's name.
        providers: all there are, whose names and models it may name.

    Raises:
        ConfigError: names the key and what is allowed.
    """
    table.allow([kind.value for kind in TaskKind])
    for name in table.names():
        if not table.texts(name):
            table.fail(name, f"{table.key(name)} is empty; leave it out instead")
        for entry in table.texts(name):
            target = Target.parse(entry)
            if target.provider not in providers:
                reason = f"the provider {expected_one_of(target.provider, providers)}"
                table.fail(name, f"{table.key(name)}: {reason}")
    return {name: table.texts(name) for name in table.names()}


def _rule(table: TomlTable, providers: Mapping[str, ProviderConfig]) -> RoutingRule:
    table.allow(_RULE)
    provider = _provider(table, providers)
    model = _model(table, providers[provider])
    pattern, name = table.text("pattern"), table.text("name")
    task = table.choice("task", [task.value for task in TaskKind])
    attachment = table.choice("attachment", [kind.value for kind in AttachmentKind])
    least, most = (_tokens(table, key) for key in ("min_tokens", "max_tokens"))
    if least is not None and most is not None and least > most:
        table.fail("min_tokens", f"{table.name} never matches: min_tokens is above max_tokens")
    try:
        return RoutingRule(
            provider=provider,
            model=model,
            name=name or "",
            task=TaskKind(task) if task else None,
            pattern=pattern,
            min_tokens=least,
            max_tokens=most,
            attachment=AttachmentKind(attachment) if attachment else None,
        )
    except ConfigError as error:
        # The core does not know which of the rules it is.
        inner = (error.key or "").removeprefix("rules").removeprefix(".")
        key = table.key(inner) if inner else table.name
        raise ConfigError(str(error), key=key) from error


def _provider(table: TomlTable, providers: Mapping[str, ProviderConfig]) -> str:
    name = table.text("provider")
    if name is None:
        raise ConfigError(
            f"{table.name} needs a provider (allowed: {', '.join(providers)})", key=table.name
        )
    if name not in providers:
        table.fail("provider", f"the provider {expected_one_of(name, providers)}")
    return name


def _model(table: TomlTable, provider: ProviderConfig) -> str | None:
    model = table.text("model")
    known = [variant.model for variant in provider.variants()]
    if model is not None and model not in known:
        table.fail(
            "model",
            f"the model {expected_one_of(model, known)}; add it to models of {provider.name}",
        )
    return model


def _tokens(table: TomlTable, key: str) -> int | None:
    value = table.whole(key)
    if value is not None and value < 0:
        table.fail(key, f"{table.key(key)} must be 0 or more tokens, not {value}")
    return value
