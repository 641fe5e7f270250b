"""What a model takes besides text: images, sound, tools.

The table follows the providers' own pages about their models, as of November 2026: "Models" and
"Audio and speech" (OpenAI), "Models overview" (Anthropic), "Gemini models" and "Function calling"
(Google), "Supported models", "Images and vision" and "Tool use" (Groq). A model that is not in it
has what its provider's newest ones have; the configuration overrides it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from providers.capability import Capability
from providers.config import ProviderConfig

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
