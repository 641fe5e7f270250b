"""What was deleted since telex started, so that it can be brought back in order."""

from __future__ import annotations

from dataclasses import dataclass

from storage.rows import Deletion


@dataclass(frozen=True, slots=True)
class DeletedConversation:
    """A conversation in the trash."""

    id: int
    title: str


class Deleted:
    """Messages and conversations, the one deleted last on top."""

    def __init__(self) -> None:
        self._stack: list[Deletion | DeletedConversation] = []

    def add(self, what: Deletion | DeletedConversation) -> None:
        """Something was deleted."""
        self._stack.append(what)

    def remove(self, what: Deletion | DeletedConversation) -> None:
        """It was brought back, or is gone for good."""
        self._stack.remove(what)

    @property
    def last(self) -> Deletion | DeletedConversation | None:
        """What was deleted last, None when there is nothing left."""
        return self._stack[-1] if self._stack else None

    @property
    def last_conversation(self) -> DeletedConversation | None:
        """The conversation that was deleted last, None when there is none left."""
        for what in reversed(self._stack):
            if isinstance(what, DeletedConversation):
                return what
        return None
