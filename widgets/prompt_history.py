"""Walking through the prompts of before, without losing what was being typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draft:
    """What was being typed when the walk began.

    Args:
        text: all of it.
        shown: how the editor showed it, with chips for huge pastes.
        pastes: what the chips stand for.
        cursor: row and column.
    """

    text: str
    shown: str
    pastes: tuple[str, ...]
    cursor: tuple[int, int]


class PromptHistory:
    """A place in the list of prompts, which is left where it began: at the draft."""

    def __init__(self) -> None:
        self._prompts: list[str] = []
        self._left: list[str] = []
        self._draft: Draft | None = None
        self._at = -1

    @property
    def walking(self) -> bool:
        """Whether a prompt of before is shown."""
        return self._draft is not None

    @property
    def current(self) -> str | None:
        """The prompt that is shown; None while nobody walks."""
        return self._entries[self._at] if self.walking else None

    def replace(self, prompts: Sequence[str]) -> None:
        """Walk through ``prompts`` from now on, newest first. Repetitions are left out."""
        current = self.current
        self._prompts = list(dict.fromkeys(prompt for prompt in prompts if prompt.strip()))
        if current is not None:
            # A list that arrives late must not end the walk, nor lose the draft.
            if current not in self._entries:
                self._left.insert(0, current)
            self._at = self._entries.index(current)

    def older(self, draft: Draft) -> str | None:
        """Return the prompt before the one shown, or None when there is none.

        Args:
            draft: what is being typed, kept if the walk begins here.
        """
        if self._at + 1 >= len(self._entries):
            return None
        if self._draft is None:
            self._draft = draft
        self._at += 1
        return self._entries[self._at]

    def newer(self) -> str | Draft | None:
        """Return the prompt after the one shown, at last the draft; None while nobody walks."""
        if self._draft is None:
            return None
        self._at -= 1
        if self._at >= 0:
            return self._entries[self._at]
        draft, self._draft = self._draft, None
        return draft

    def leave(self) -> None:
        """End the walk at the prompt that is shown. The draft becomes the newest prompt."""
        if self._draft is not None and self._draft.text.strip():
            self._left.insert(0, self._draft.text)
        self._draft = None
        self._at = -1

    @property
    def _entries(self) -> list[str]:
        return [*self._left, *self._prompts] if self._left else self._prompts
