"""The ``[judge]`` table of ``config.toml``."""

from __future__ import annotations

from collections.abc import Mapping

from providers.config import ProviderConfig
from providers.quality.judging import Judging
from storage.toml_table import TomlTable, expected_one_of

_JUDGE = ("provider", "model", "daily_budget", "share")


def read_judge(top: TomlTable, providers: Mapping[str, ProviderConfig]) -> Judging | None:
    """Return who judges answers; None where the file has no such table.

    Args:
        top: the whole file.
        providers: all there are, whose names and models the judge may have.

    Raises:
        ConfigError: names the key and what is allowed.
    """
    if "judge" not in top.names():
        return None
    table = top.table("judge")
    table.allow(_JUDGE)
    name = table.text("provider")
    if name is None:
        table.fail("provider", f"judge needs a provider (allowed: {', '.join(providers)})")
    if name not in providers:
        table.fail("provider", f"the provider {expected_one_of(name, providers)}")
    model = table.text("model")
    known = [variant.model for variant in providers[name].variants()]
    if model is not None and model not in known:
        table.fail(
            "model", f"the model {expected_one_of(model, known)}; add it to models of {name}"
        )
    budget, share = table.dollars("daily_budget"), table.real("share")
    defaults = Judging(name)
    return Judging(
        name,
        model,
        defaults.daily_budget if budget is None else budget,
        defaults.share if share is None else share,
    )
