"""The ``[cache]`` and the ``[experiment]`` table of ``config.toml``."""

from __future__ import annotations

from collections.abc import Mapping

from providers.caching import Caching
from providers.config import ProviderConfig
from providers.errors import ConfigError
from providers.experiments.experiment import Arm, Experiment
from storage.toml_table import TomlTable, expected_one_of

_CACHE = ("enabled", "ttl", "max_entries", "any_temperature")
_EXPERIMENT = ("name", "error_share", "arms")
_ARM = ("name", "provider", "model", "persona", "weight")


def read_caching(top: TomlTable) -> Caching | None:
    """Return the wishes about the cache; without such a table it is on.

    Raises:
        ConfigError: names the key and what is allowed.
    """
    table = top.table("cache")
    table.allow(_CACHE)
    if table.flag("enabled") is False:
        return None
    given = {
        "ttl": table.seconds("ttl"),
        "max_entries": table.whole("max_entries"),
        "any_temperature": table.flag("any_temperature"),
    }
    values = {key: value for key, value in given.items() if value is not None}
    # Types were checked one by one above; the dataclass checks ranges.
    return Caching(**values)  # type: ignore[arg-type]


def read_experiment(top: TomlTable, providers: Mapping[str, ProviderConfig]) -> Experiment | None:
    """Return the experiment; None where the file has no such table.

    Args:
        top: the whole file.
        providers: all there are, whose names an arm may name.

    Raises:
        ConfigError: names the key and what is allowed.
    """
    if "experiment" not in top.names():
        return None
    table = top.table("experiment")
    table.allow(_EXPERIMENT)
    share = table.real("error_share")
    arms = [_arm(arm, providers) for arm in table.tables("arms")]
    name = table.required("name")
    if share is None:
        return Experiment(name=name, arms=tuple(arms))
    return Experiment(name=name, arms=tuple(arms), error_share=share)


def _arm(table: TomlTable, providers: Mapping[str, ProviderConfig]) -> Arm:
    table.allow(_ARM)
    provider = table.required("provider")
    if provider not in providers:
        table.fail("provider", f"the provider {expected_one_of(provider, providers)}")
    weight = table.real("weight")
    try:
        return Arm(
            name=table.required("name"),
            provider=provider,
            model=table.text("model"),
            persona=table.text("persona"),
            weight=1.0 if weight is None else weight,
        )
    except ConfigError as error:
        # The core does not know which of the arms it is.
        own = error.key is not None and error.key.startswith(table.name)
        raise ConfigError(str(error), key=error.key if own else table.name) from error
