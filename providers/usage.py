"""Token usage of one call, in one normalised form for every provider."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens billed for one call.

    The providers count differently; the adapters normalise to this:

    Args:
        input_tokens: everything read, cached and cache-written tokens included
            (Anthropic reports them apart, they are added).
        output_tokens: everything generated, reasoning included (Gemini reports thoughts
            apart, they are added).
        cached_tokens: the part of ``input_tokens`` read from the provider's prompt cache.
        cache_write_tokens: the part of ``input_tokens`` written to that cache.
        reasoning_tokens: the part of ``output_tokens`` spent on reasoning; 0 when the
            provider does not tell.
        estimated: True when no usage came from the provider and these are our estimate.
    """

    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: bool = False

    @property
    def total_tokens(self) -> int:
        """Input plus output."""
        return self.input_tokens + self.output_tokens
