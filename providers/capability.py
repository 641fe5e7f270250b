"""The words for what a model may take besides text."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from providers.errors import ConfigError


class Capability(StrEnum):
    """Something that not every model takes."""

    IMAGE = "image"
    AUDIO = "audio"
    TOOLS = "tools"


def check_capabilities(words: Sequence[str] | None, key: str) -> None:
    """Refuse what is no capability.

    Args:
        words: as configured; None is fine.
        key: where they stand, for the error.

    Raises:
        ConfigError: lists what is allowed.
    """
    allowed = [capability.value for capability in Capability]
    if isinstance(words, str):
        raise ConfigError(f'capabilities must be a list, such as ["{words}"]', key=key)
    for word in words or ():
        if word not in allowed:
            listed = ", ".join(allowed)
            raise ConfigError(f"{word!r} is no capability; allowed are {listed}", key=key)
