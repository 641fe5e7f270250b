"""What a model takes besides text: images, sound, tools.

The table follows the providers' own pages about their models, as of November 2026: "Models" and
"Audio and speech" (OpenAI), "Models overview" (Anthropic), "Gemini models" and "Function calling"
(Google), "Supported models", "Images and vision" and "Tool use" (Groq). A model that is not in it
has what its provider's newest ones have; the configuration overrides it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from providers.errors import ConfigError

if TYPE_CHECKING:
    from providers.config import ProviderConfig  # which checks its capabilities here


class Capability(StrEnum):
    """Something that not every model takes."""

    IMAGE = "image"
    AUDIO = "audio"
    TOOLS = "tools"


_NONE: frozenset[Capability] = frozenset()
_TOOLS = frozenset({Capability.TOOLS})
_IMAGE = frozenset({Capability.IMAGE})
_SEES = _TOOLS | _IMAGE
_HEARS = _TOOLS | {Capability.AUDIO}
_ALL = frozenset(Capability)

_ANY = r""
_BY_KIND: Mapping[str, Sequence[tuple[str, frozenset[Capability]]]] = {
    "openai": (
        # Chat Completions alone takes sound, and of the models only these.
        (r"audio", _HEARS),
        (r"^o1-(mini|preview)", _NONE),
        (r"^chatgpt-4o|search-preview", _IMAGE),
        (r"^gpt-3\.5|^gpt-4(-\d|-32k|$)|^o3-mini|^gpt-oss", _TOOLS),
        (_ANY, _SEES),
    ),
    "anthropic": (
        (r"^claude-(1|2|v1|instant)", _NONE),
        (_ANY, _SEES),
    ),
    "google": (
        (r"tts|embedding", _NONE),
        (r"-image|nano-banana|^gemma-[23]", _IMAGE),
        (r"^gemma", _SEES),
        (_ANY, _ALL),
    ),
    "groq": (
        (r"guard|whisper|orpheus|tts|^compound|^groq/compound|^allam", _NONE),
        (r"llama-4|vision|qwen3\.[68]", _SEES),
        (_ANY, _TOOLS),
    ),
    # Nobody knows what is behind the address: what most such endpoints take.
    "custom": ((_ANY, _SEES),),
    # The built-in model was trained on none of it.
    "local": ((_ANY, _NONE),),
}
"""By kind of provider: the first pattern found in the model's name decides."""


def capabilities_of(config: ProviderConfig) -> frozenset[Capability]:
    """Return what the model of ``config`` takes, which is one of its ``variants``."""
    if config.capabilities is not None and config.kind != "local":
        return frozenset(map(Capability, config.capabilities))
    rows = _BY_KIND[config.kind]
    return next(taken for pattern, taken in rows if re.search(pattern, config.model))


def speaks_only_chat(model: str) -> bool:
    """Whether OpenAI serves ``model`` through Chat Completions but not through Responses.

    So it is with the models that take sound ("gpt-audio", endpoints).
    """
    return "audio" in model


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
