"""Completes filters in the history's search line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.suggester import Suggester

from app.history_filters import suggest


class FilterSuggester(Suggester):
    """Shows how the filter that is being typed goes on; the right arrow takes it."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._values: Mapping[str, Sequence[str]] = {}

    def know(self, values: Mapping[str, Sequence[str]]) -> None:
        """Complete these from now on.

        Args:
            values: by filter: the providers and the tags there are.
        """
        self._values = values

    async def get_suggestion(self, value: str) -> str | None:
        """Return ``value`` with its last word completed."""
        return suggest(value, self._values)
