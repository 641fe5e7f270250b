"""Providers and models as people name them: ``groq``, or ``groq llama-3.3-70b-versatile``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.refusals import CannotDo

if TYPE_CHECKING:
    from app.runtime import Runtime


def named(words: str, runtime: Runtime) -> tuple[str, str | None]:
    """Return the provider that ``words`` name, and its model where they name one.

    Raises:
        CannotDo: there is none of that name; the message lists those there are.
    """
    provider, _, model = words.strip().partition(" ")
    names = [config.name for config in runtime.factory.config]
    if provider not in names:
        raise CannotDo(f"There is no provider {provider!r}. There are: {', '.join(names)}")
    model = model.strip()
    models = [each.model for each in runtime.factory.config_of(provider).variants()]
    if model and model not in models:
        raise CannotDo(f"{provider} is not set up with {model!r}, but with: {', '.join(models)}")
    return provider, model or None
