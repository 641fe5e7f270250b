"""What to believe of a provider before anything was measured.

Source: the table of orders of magnitude in the product's specification (section 1.2, 2024): OpenAI
1.5 s and high quality, Anthropic 2.0 s and very high, Gemini 1.0 s and high, Groq 0.5 s and good.
The words are mapped to 0.7 (good), 0.8 (high) and 0.9 (very high); between the two "high" ones
OpenAI is put first, by its price. A custom endpoint is unknown, so it gets the middle; the
built-in model has 135 million parameters, which is far below all of them.
"""

from __future__ import annotations

from providers.config import Kind, ProviderConfig

_QUALITY = {
    Kind.ANTHROPIC: 0.90,
    Kind.OPENAI: 0.82,
    Kind.GOOGLE: 0.80,
    Kind.GROQ: 0.70,
    Kind.CUSTOM: 0.50,
    Kind.LOCAL: 0.10,
}
_LATENCY = {
    Kind.GROQ: 0.5,
    Kind.GOOGLE: 1.0,
    Kind.OPENAI: 1.5,
    Kind.CUSTOM: 1.75,
    Kind.ANTHROPIC: 2.0,
    Kind.LOCAL: 2.0,
}


def prior_quality(provider: ProviderConfig) -> float:
    """Return the quality expected of the provider, 0 to 1, before its model is looked at."""
    return _QUALITY[provider.kind]


def prior_latency(provider: ProviderConfig) -> float:
    """Return the expected seconds for an answer, until one was measured."""
    return _LATENCY[provider.kind]
