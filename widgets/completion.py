"""What can be completed in the composer: the values a completer answers with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on.

    Args:
        insert: what takes the place of what was typed.
        label: how it is listed.
        detail: a few words beside it, or empty.
        more: whether completing goes on behind it, as it does in a folder.
    """

    insert: str
    label: str
    detail: str = ""
    more: bool = False


@dataclass(frozen=True, slots=True)
class CompletionSet:
    """The ways to go on from one place.

    Args:
        start: where what they replace begins, in characters from the beginning of the text.
        end: where it ends.
        items: the best first.
    """

    start: int
    end: int
    items: tuple[Completion, ...]


Completer = Callable[[str, int], Awaitable[CompletionSet | None]]
"""Answers for a text and the cursor's offset in it; None where nothing is to be completed."""
