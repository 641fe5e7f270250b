"""Whether a provider accepts a key, found out without spending a token."""

from __future__ import annotations

from providers.adapters import build_adapter
from providers.config import ProviderConfig, Timeouts


async def check_key(config: ProviderConfig, timeouts: Timeouts) -> int:
    """Ask for the list of models with the key in ``config``; return how many there are.

    Raises:
        ProviderError: the provider does not accept the key, or does not answer.
    """
    adapter = build_adapter(config, timeouts)
    try:
        return len(await adapter.list_models())
    finally:
        await adapter.aclose()
