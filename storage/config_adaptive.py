"""The ``[adaptive]`` table of ``config.toml``."""

from __future__ import annotations

from providers.adaptive.wishes import Adaptive
from storage.toml_table import TomlTable

_KEYS = ("explore_share", "explore_budget", "answer_value", "hour_value", "memory")


def read_adaptive(table: TomlTable) -> Adaptive:
    """Return what ``adaptive`` weighs and may try; the defaults where the file is silent.

    Args:
        table: the file's, empty when it has none.

    Raises:
        ConfigError: names the key and what is allowed.
    """
    table.allow(_KEYS)
    given = {
        "explore_share": table.real("explore_share"),
        "explore_budget": table.dollars("explore_budget"),
        "answer_value": table.dollars("answer_value"),
        "hour_value": table.dollars("hour_value"),
        "memory": table.real("memory"),
    }
    values = {key: value for key, value in given.items() if value is not None}
    # Types were checked one by one above; the dataclass checks ranges.
    return Adaptive(**values)  # type: ignore[arg-type]
